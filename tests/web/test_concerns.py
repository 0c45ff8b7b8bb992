"""Marking learners as not a concern: by whom, until when, and where it leads."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import cast
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.models import User
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from courses.concerns import holding
from courses.models import ConcernNote, Learner, Section, Teaching
from dashboard_project.web.concerns import NotUnderstood, until_of
from oracles.contract import Scope, TenantId
from tests import builders
from tests.clients import client_of

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.proves("UX-22", "UX-f"),
    pytest.mark.usefixtures("parts_end"),
]

CONCERNS = "/s/lakeside/algebra/concerns/"
DASHBOARD = "/s/lakeside/algebra/"
NOW = datetime(2026, 11, 10, 9, 30, tzinfo=UTC)


def post(user: User, **fields: object) -> HttpResponse:
    return cast("HttpResponse", client_of(user).post(CONCERNS, fields))


def in_two_weeks() -> str:
    return (timezone.now() + timedelta(days=14)).date().isoformat()


def learner(section: Section, name: str) -> int:
    return Learner.objects.for_tenant(TenantId(section.institution_id)).get(name=name).pk


def marked(section: Section) -> list[int]:
    scope = Scope(TenantId(section.institution_id), section.pk)
    return [each.learner_id for each in holding(scope, timezone.now())]


def test_selected_learners_are_marked_and_the_way_leads_back_to_the_same_view(
    instructor: User, section: Section
) -> None:
    chosen = [learner(section, "Ada"), learner(section, "Ben")]

    response = post(
        instructor,
        learner=chosen,
        until=in_two_weeks(),
        reason="talked",
        address="?s.bucket=struggling&x=Ada",
        mark="1",
    )

    assert response.status_code == 303
    assert response["Location"] == f"{DASHBOARD}?s.bucket=struggling#tile-student_support"
    assert marked(section) == chosen


def test_the_page_shows_who_is_marked_by_whom_and_undo_takes_it_back(instructor: User, section: Section) -> None:
    ada = learner(section, "Ada")
    post(instructor, learner=[ada], until=in_two_weeks(), reason="agreed")
    html = client_of(instructor).get(f"{DASHBOARD}?complete=1&s.bucket=not_enough_information").content.decode()

    response = post(instructor, undo=str(ada), learner=[learner(section, "Ben")], until=in_two_weeks())

    assert "1 marked as not a concern" in html
    assert "says ines: it was agreed" in html
    assert f'name="undo" value="{ada}"' in html
    assert (response.status_code, marked(section)) == (303, [])
    assert ConcernNote.objects.for_tenant(TenantId(section.institution_id)).count() == 2


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"learner": []}, "nobody"),
        ({"learner": ["x", "²", "9" * 30]}, "nobody"),
        ({"until": ""}, "no_day"),
        ({"until": "yesterday"}, "no_day"),
        ({"until": "2020-01-01"}, "no_day"),
        ({"until": "2199-01-01"}, "no_day"),
        ({"reason": "<b>"}, "no_reason"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_written(
    fields: dict[str, object], reason: str, instructor: User, section: Section
) -> None:
    asked = {"learner": [learner(section, "Ada")], "until": in_two_weeks(), "reason": "talked"} | fields

    response = post(instructor, **asked)

    assert response.status_code == 400
    assert f'data-reason="{reason}"' in response.content.decode()
    assert marked(section) == []


def test_an_assistant_may_see_and_not_mark(section: Section) -> None:
    assistant = builders.make_user("abel", section.institution)
    builders.stored(Teaching, section.institution_id, section=section, user=assistant, role="assistant")

    response = post(assistant, learner=[learner(section, "Ada")], until=in_two_weeks())

    assert (response.status_code, marked(section)) == (403, [])


def test_the_colleague_and_the_outsider_find_nothing_and_foreign_learners_are_not_there(
    instructor: User, colleague: User, outsider: User, section: Section
) -> None:
    theirs = Learner.objects.for_tenant(TenantId(outsider.memberships.get().institution_id)).get(name="Ada").pk

    for stranger in (colleague, outsider):
        assert post(stranger, learner=[learner(section, "Ada")], until=in_two_weeks()).status_code == 404
    assert post(instructor, learner=[theirs], until=in_two_weeks()).status_code == 303
    assert marked(section) == []
    assert Client().post(CONCERNS)["Location"].startswith("/accounts/login/")
    assert client_of(instructor).get(CONCERNS).status_code == 405


def test_a_day_begins_in_the_zone_of_the_section() -> None:
    assert until_of("2026-11-24", "America/Lima", NOW) == datetime(2026, 11, 24, 5, 0, tzinfo=UTC)
    assert until_of("2026-11-24", "Europe/Berlin", NOW).tzinfo == ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize("text", ["2026-11-10", "2028-01-01", "24.11.2026", ""])
def test_today_a_far_day_and_no_day_are_refused(text: str) -> None:
    with pytest.raises(NotUnderstood, match="no_day"):
        until_of(text, "UTC", NOW)


# ---- a name that is sought ------------------------------------------------------------------------------------


@pytest.mark.proves("ROW-T5")
def test_without_a_script_a_name_is_sought_by_a_post_and_stands_in_no_address(
    instructor: User, section: Section
) -> None:
    html = client_of(instructor).post(f"{DASHBOARD}?complete=1&s.bucket=not_enough_information", {"s.name": " cl "})

    page = html.content.decode()
    assert "<span>Cleo</span>" in page
    assert "<span>Ada</span>" not in page
    assert "1 learner of this group is called so." in page
    assert not [url for url in _addresses(page) if "cl" in url.lower().replace("include", "")]


def _addresses(page: str) -> list[str]:
    """Queries of the page's own addresses."""
    return re.findall(r'(?:href|data-url|action|value)="[^"]*(\?[^"]*)"', page)
