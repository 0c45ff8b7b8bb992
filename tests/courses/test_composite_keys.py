"""A row that points into another tenant, or an event into another section, is refused by the database itself."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps
from django.db import IntegrityError, connection

from courses import composite_keys
from courses.models import Container, Institution, Learner, Page, Section
from oracles.contract import TenantId
from tests import builders

pytestmark = pytest.mark.django_db


@pytest.mark.proves("P4")
def test_the_database_refuses_a_row_that_points_into_another_tenant(
    section: Section, other_institution: Institution
) -> None:
    theirs = builders.make_section(other_institution)
    stray = Container(
        institution_id=section.institution_id, section=theirs, key="x", title="x", position=1, last_position=1
    )

    with pytest.raises(IntegrityError):  # noqa: PT012  deferred on PostgreSQL until constraints are checked
        stray.save()
        connection.check_constraints()


@pytest.mark.proves("P4")
def test_the_database_refuses_a_row_that_is_moved_into_another_tenant(
    section: Section, other_institution: Institution
) -> None:
    page = Page.objects.for_tenant(TenantId(section.institution_id)).get(key="quiz")
    page.institution = other_institution

    with pytest.raises(IntegrityError):  # noqa: PT012
        page.save()
        connection.check_constraints()


@pytest.mark.proves("P4")
def test_the_database_refuses_an_event_on_a_page_of_another_section(section: Section) -> None:
    elsewhere = builders.make_section(section.institution, "geometry")
    ada = Learner.objects.for_tenant(TenantId(section.institution_id)).get(name="Ada")
    stray = builders.make_event(ada, section.pages.get(key="quiz"))
    stray.pk, stray.event_id, stray.section, stray._state.adding = None, uuid4(), elsewhere, True

    with pytest.raises(IntegrityError):  # noqa: PT012
        stray.save()
        connection.check_constraints()


def test_every_link_between_tenants_rows_is_guarded_by_the_database() -> None:
    expected = {link.name for label in ("courses", "ingest") for link in composite_keys.links(apps, label)}

    assert expected <= guards(connection)


@pytest.mark.postgresql
@pytest.mark.django_db
def test_postgresql_checks_no_key_that_another_one_implies() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT a.attname FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid "
            "AND c.conkey = ARRAY[a.attnum] WHERE c.contype = 'f' AND c.conrelid = 'courses_learningevent'::regclass"
        )
        assert cursor.fetchall() == []


def guards(database: Any) -> set[str]:
    """Names of the guards that stand in the database, without the trigger's moment."""
    statement = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT conname FROM pg_constraint WHERE contype = 'f'",
    }[database.vendor]
    with database.cursor() as cursor:
        cursor.execute(statement)
        return {row[0].removesuffix("_i").removesuffix("_u") for row in cursor.fetchall()}
