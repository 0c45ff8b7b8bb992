"""What changed since … is told to whom it may be told, and names no learner."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest
from django.contrib.auth.models import User
from django.test import Client

from courses.models import Institution, Section
from oracles.contract import TenantId
from tests import builders
from tests.web.kept_numbers import CHANGES, get, keep, page_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("fresh_caches")]


@pytest.mark.proves("T6", "P4")
def test_only_who_may_look_is_told(instructor: User, colleague: User, outsider: User, mixed: Section) -> None:
    keep(mixed, timedelta(days=8))
    assistant = builders.make_user("anna", mixed.institution, teaches=mixed)

    answers = [get(user, f"{CHANGES}?since=week") for user in (instructor, assistant, colleague, outsider)]

    assert [answer.status_code for answer in answers] == [200, 200, 404, 404]
    assert b"unit-9" not in answers[2].content + answers[3].content
    assert Client().get(CHANGES).status_code == 302


@pytest.mark.proves("T6", "P4")
def test_kept_numbers_of_another_institution_are_numbers_of_nothing(
    instructor: User, outsider: User, mixed: Section, other_institution: Institution
) -> None:
    theirs = Section.objects.for_tenant(TenantId(other_institution.pk)).get()
    row = keep(theirs, timedelta(days=8))

    answer = get(instructor, f"{CHANGES}?since={row.pk}")

    assert answer.status_code == 404
    assert b"unit-9" not in answer.content
    assert get(outsider, f"/s/harbour/algebra/changes/?since={row.pk}").status_code == 200


@pytest.mark.proves("T6")
def test_kept_numbers_of_another_section_or_scope_are_numbers_of_nothing(instructor: User, mixed: Section) -> None:
    biology = builders.golden_section(mixed.institution, "biology")
    rows = [keep(biology, timedelta(days=8)), keep(mixed, timedelta(days=8), scope="container:unit-1")]

    assert [get(instructor, f"{CHANGES}?since={row.pk}").status_code for row in rows] == [404, 404]
    assert get(instructor, f"{CHANGES}?scope=container:unit-1&since={rows[1].pk}").status_code == 200


@pytest.mark.parametrize("since", ["0", "999999999999999999", "9" * 19, "-1", "1e3", "٣", "%00"])
def test_whatever_is_asked_for_is_answered(instructor: User, mixed: Section, since: str) -> None:
    assert get(instructor, f"{CHANGES}?since={since}").status_code in {200, 404}


def test_it_names_no_learner(instructor: User, mixed: Section) -> None:
    keep(mixed, timedelta(days=8))

    html = page_of(instructor, "?since=week")

    assert not [name for name in ("Ada", "Ben", "Cleo", "Dan", "@learners") if name in html]


def test_the_dashboard_leads_here_with_its_scope_and_threshold(instructor: User, mixed: Section) -> None:
    dashboard = get(instructor, "/s/lakeside/algebra/?complete=1&scope=container:unit-1&p.threshold=50&p.mode=percent")

    (link,) = re.findall(r'<a id="changes"[^>]* href="([^"]*)"', dashboard.content.decode())

    assert unescape(link) == f"{CHANGES}?scope=container:unit-1&p.threshold=50"
    assert get(instructor, unescape(link)).status_code == 200
