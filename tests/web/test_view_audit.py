"""Whoever opens a page or a socket of a section that names learners is written down; the page does not fail for it."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client
from prometheus_client import REGISTRY

from courses.access import Granted
from courses.models import AuditEntry, Institution, Learner, Section
from dashboard_project.web.entry import Door, enter
from oracles.contract import TenantId
from tests.absent import table_away
from tests.oracles.instructor.rows import learners_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.proves("I8", "UX-27")]

PAGE = "/s/lakeside/algebra/"


def views(section: Section) -> list[tuple[str, str, int]]:
    rows = AuditEntry.objects.for_tenant(TenantId(section.institution_id)).filter(action="view")
    return list(rows.values_list("actor", "actor_name", "rows"))


def test_the_page_and_its_socket_leave_one_entry_a_day(client: Client, instructor: User, section: Section) -> None:
    client.force_login(instructor)

    answers = [client.get(PAGE).status_code for _ in range(2)]
    access, _ = enter(Door(client.session.session_key or "", "lakeside", "algebra"))

    assert (answers, isinstance(access, Granted)) == ([200, 200], True)
    assert views(section) == [(f"user-{instructor.pk}", "ines", 4)]


def test_a_socket_alone_is_a_view(client: Client, instructor: User, section: Section) -> None:
    client.force_login(instructor)

    enter(Door(client.session.session_key or "", "lakeside", "algebra"))

    assert len(views(section)) == 1


@pytest.mark.parametrize("who", ["colleague", "outsider"])
def test_who_is_not_let_in_has_seen_nothing(
    client: Client, who: str, section: Section, request: pytest.FixtureRequest
) -> None:
    client.force_login(request.getfixturevalue(who))

    assert client.get(PAGE).status_code == 404
    assert views(section) == []


def test_where_names_are_hidden_the_page_shows_none_and_nobody_is_written_down(
    client: Client, instructor: User, section: Section
) -> None:
    Institution.objects.filter(pk=section.institution_id).update(names_hidden_since="2026-11-01T00:00Z")
    client.force_login(instructor)

    page = client.get(PAGE, {"complete": "1"}).content.decode()

    assert 'data-readiness="ready"' in page
    assert not any(word in page for word in ("Ada", "Ben", "Cleo", "ext-ada", "ext-ben", "learners.example"))
    assert views(section) == []


def test_a_page_opens_when_it_cannot_be_written_down_and_the_failure_is_counted(
    client: Client, instructor: User, section: Section
) -> None:
    before = REGISTRY.get_sample_value("audit_failures_total") or 0
    context = Door("", "lakeside", "algebra")
    client.force_login(instructor)
    key = client.session.session_key or ""

    with table_away("courses_auditentry"):
        access, _ = enter(Door(key, context.institution, context.section))

    assert isinstance(access, Granted)
    assert REGISTRY.get_sample_value("audit_failures_total") == before + 1


def test_the_console_names_learners_too(client: Client, instructor: User, section: Section) -> None:
    client.force_login(instructor)

    assert client.get(f"{PAGE}console/").status_code == 200

    assert views(section) == [(f"user-{instructor.pk}", "ines", 4)]


def test_a_tray_is_a_view_when_it_names_somebody(client: Client, instructor: User, section: Section) -> None:
    client.force_login(instructor)
    quiet = client.get(f"{PAGE}tray/").content.decode()
    before = views(section)
    for learner in learners_of(section).values():
        Learner.objects.for_tenant(TenantId(section.institution_id)).filter(pk=learner.pk).update(email="one@x.example")

    client.post(f"{PAGE}tray/look/")
    named = client.get(f"{PAGE}tray/").content.decode()

    assert ("Ada" in quiet, before) == (False, [])
    assert ("Ada" in named, views(section)) == (True, [(f"user-{instructor.pk}", "ines", 4)])
