"""The id of a snapshot opens what is kept for those who may look, and is an id of nothing for everybody else."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.models import User
from django.core.cache import cache
from django.test import Client

from courses.models import Section, Teaching
from oracles.contract import TenantId
from tests import builders
from tests.web.exporting.files import (
    DASHBOARD,
    NAMES_LEARNERS,
    NAMES_NOBODY,
    export_link,
    get,
    link_of,
    page_of,
)

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("fresh_caches")]


@pytest.mark.proves("T6", "E3")
def test_an_id_that_has_expired_is_said_and_the_current_numbers_are_offered(instructor: User, mixed: Section) -> None:
    link = export_link(page_of(instructor, "?complete=1&scope=container:unit-1"))
    cache.clear()

    response = get(instructor, link)

    html = response.content.decode()
    assert response.status_code == 404
    assert "no longer kept" in html
    assert link_of(html, "current") == f"{DASHBOARD}export.zip?scope=container:unit-1"
    assert get(instructor, link_of(html, "current")).status_code == 200
    assert link_of(html, "back") == f"{DASHBOARD}?scope=container:unit-1"


@pytest.mark.proves("T6", "P4")
def test_an_id_of_another_tenant_is_an_id_of_nothing(instructor: User, outsider: User, mixed: Section) -> None:
    link = export_link(page_of(instructor))

    theirs = get(outsider, link)
    stolen = get(outsider, link.replace("lakeside", "harbour"))

    assert (theirs.status_code, stolen.status_code) == (404, 404)
    assert b"no longer kept" not in theirs.content
    assert b"no longer kept" in stolen.content
    assert b"Ada" not in theirs.content + stolen.content


@pytest.mark.proves("T6")
def test_an_id_of_another_section_is_an_id_of_nothing(instructor: User, mixed: Section) -> None:
    other = builders.golden_section(mixed.institution, "biology")
    Teaching.objects.for_tenant(TenantId(mixed.institution_id)).create(section=other, user=instructor)
    link = export_link(page_of(instructor))

    assert get(instructor, link.replace("algebra", "biology")).status_code == 404


@pytest.mark.parametrize("change", [("snapshot=", "p.threshold=50&snapshot="), ("?", "?scope=container:unit-1&")])
def test_an_address_that_says_something_else_than_its_snapshot_is_not_answered_with_it(
    instructor: User, mixed: Section, change: tuple[str, str]
) -> None:
    link = export_link(page_of(instructor))

    assert get(instructor, link.replace(*change, 1)).status_code == 404


def test_what_was_shown_of_a_unit_that_is_gone_can_still_be_had(instructor: User, mixed: Section) -> None:
    link = export_link(page_of(instructor, "?complete=1&scope=container:unit-3"))
    mixed.containers.filter(key="unit-3").update(hidden=True)

    assert get(instructor, link).status_code == 200
    assert get(instructor, re.sub("&snapshot=.*", "", link)).status_code == 302


@pytest.mark.proves("T6", "P4")
@pytest.mark.parametrize("file", ["export.zip", NAMES_NOBODY, NAMES_LEARNERS])
def test_only_who_may_look_gets_a_file(instructor: User, colleague: User, outsider: User, file: str) -> None:
    assert get(instructor, DASHBOARD + file).status_code == 200
    assert [get(user, DASHBOARD + file).status_code for user in (colleague, outsider)] == [404, 404]
    assert Client().get(DASHBOARD + file).status_code == 302
