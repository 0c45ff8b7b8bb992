"""The page of the parameters: a preview asks nothing, a save tells everybody, and only some may."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import cast

import pytest
from django.contrib.auth.models import User
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from courses.access import Granted, resolve
from courses.models import Learner, LearnerActivity, Section, SectionStamp, SupportChange, Teaching
from ingest.hints import OUTLET, Hint, Hints
from oracles.contract import TenantId
from tests import builders
from tests.clients import client_of

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.proves("ROW-T6", "UX-4", "UX-c", "UX-k"),
    pytest.mark.usefixtures("parts_end"),
]

PAGE = "/s/lakeside/algebra/parameters/"
DEFAULTS = {
    "inactivity_days": "7", "progress_low": "40", "progress_high": "80",
    "proficiency_low": "40", "proficiency_high": "80",
}  # fmt: skip
TWO_WEEKS = DEFAULTS | {"inactivity_days": "14"}


class Heard:
    """Implements `Hints`: remembers what would have been told."""

    def __init__(self) -> None:
        self.hints: list[Hint] = []

    def publish(self, hint: Hint) -> None:
        self.hints.append(hint)


@pytest.fixture
def heard() -> Iterator[Heard]:
    before: Hints = OUTLET._hints
    ears = Heard()
    OUTLET.lead_to(ears)
    yield ears
    OUTLET.lead_to(before)


@pytest.fixture
def quiet(section: Section) -> Section:
    """Ada and Ben were last seen ten days ago, Cleo today, Dan never."""
    mine = TenantId(section.institution_id)
    for name, days in (("Ada", 10), ("Ben", 10), ("Cleo", 0)):
        learner = Learner.objects.for_tenant(mine).get(name=name)
        builders.stored(
            LearnerActivity, mine, section=section, learner=learner, last_event_at=timezone.now() - timedelta(days=days)
        )
    return section


@pytest.fixture
def assistant(section: Section) -> User:
    user = builders.make_user("abel", section.institution)
    builders.stored(Teaching, section.institution_id, section=section, user=user, role="assistant")
    return user


def look(user: User, query: dict[str, str] | None = None) -> HttpResponse:
    return cast("HttpResponse", client_of(user).get(PAGE, query or {}))


def keep(user: User, values: dict[str, str], version: int = 0, **more: str) -> HttpResponse:
    return cast("HttpResponse", client_of(user).post(PAGE, {**values, "version": str(version), **more}))


def in_force(user: User) -> tuple[int, int]:
    access = resolve(user, "lakeside", "algebra")
    assert isinstance(access, Granted)
    support = access.context.semantics.support
    return support.inactivity_days, support.version


def test_a_preview_says_how_many_would_no_longer_be_inactive(instructor: User, quiet: Section) -> None:
    html = look(instructor, TWO_WEEKS).content.decode()

    assert "7 → 14 days moves 2 learners out of inactive." in html
    assert "Nobody would be in another group." in html
    assert in_force(instructor) == (7, 0)
    assert 'id="save"' in html


def test_a_preview_is_made_of_stored_answers_and_not_read_anew(instructor: User, quiet: Section) -> None:
    """The rows behind are taken away without moving the stamp: whoever asks the database finds nobody."""
    client_of(instructor).get("/s/lakeside/algebra/?complete=1")
    LearnerActivity.objects.for_tenant(TenantId(quiet.institution_id)).delete()

    html = look(instructor, TWO_WEEKS).content.decode()

    assert "7 → 14 days moves 2 learners out of inactive." in html


def test_who_saves_comes_to_a_page_that_says_so_and_the_dashboards_are_told(
    instructor: User, quiet: Section, heard: Heard
) -> None:
    response = keep(instructor, TWO_WEEKS)

    assert (response.status_code, response["Location"]) == (302, f"{PAGE}?done=saved")
    assert in_force(instructor) == (14, 1)
    assert heard.hints == [Hint(TenantId(quiet.institution_id), quiet.pk)]
    html = look(instructor, {"done": "saved"}).content.decode()
    assert "inactivity limit 7 → 14 days" in html
    assert "ines" in html


def test_a_save_over_somebody_elses_is_refused_with_their_change_and_what_was_typed(
    instructor: User, quiet: Section, heard: Heard
) -> None:
    olga = builders.make_user("olga", quiet.institution, teaches=quiet)
    keep(olga, TWO_WEEKS)

    response = keep(instructor, DEFAULTS | {"progress_low": "30"})

    html = response.content.decode()
    assert response.status_code == 409
    assert "olga changed the inactivity limit from 7 to 14 days." in html
    assert re.search(r'name="progress_low" value="30"', html)
    assert 'name="version" value="1"' in html
    assert in_force(instructor) == (14, 1)
    assert len(heard.hints) == 1


def test_back_to_the_defaults(instructor: User, section: Section) -> None:
    keep(instructor, TWO_WEEKS)

    response = keep(instructor, {}, 1, action="reset")

    assert response["Location"] == f"{PAGE}?done=reset"
    assert in_force(instructor) == (7, 2)
    assert "back to the defaults" in look(instructor).content.decode()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("progress_low", "80"),
        ("progress_low", "-1"),
        ("progress_high", "101"),
        ("proficiency_low", "80"),
        ("proficiency_low", "4.5"),
        ("proficiency_high", ""),
        ("proficiency_high", "ten"),
        ("inactivity_days", "8"),
        ("inactivity_days", "<b>"),
    ],
)
def test_what_cannot_be_is_said_beside_its_field_and_changes_nothing(
    field: str, value: str, instructor: User, section: Section
) -> None:
    html = look(instructor, DEFAULTS | {field: value}).content.decode()
    response = keep(instructor, DEFAULTS | {field: value})

    assert 'aria-invalid="true"' in html
    assert 'id="save"' not in html
    assert response.status_code == 400
    assert in_force(instructor) == (7, 0)


@pytest.mark.parametrize("version", ["", "x", "9" * 30, "-1", "²"])
def test_a_version_that_is_none_saves_nothing(version: str, instructor: User, section: Section) -> None:
    response = client_of(instructor).post(PAGE, {**TWO_WEEKS, "version": version})

    assert response.status_code == 400
    assert in_force(instructor) == (7, 0)


def test_saving_what_is_in_force_says_so(instructor: User, section: Section) -> None:
    assert "They were like that already" in keep(instructor, DEFAULTS).content.decode()


def test_an_assistant_may_look_and_not_save(assistant: User, quiet: Section) -> None:
    html = look(assistant, TWO_WEEKS).content.decode()
    response = keep(assistant, TWO_WEEKS)

    assert "moves 2 learners out of inactive" in html
    assert 'id="save"' not in html
    assert response.status_code == 403
    assert in_force(assistant) == (7, 0)


def test_an_operator_may_save(section: Section) -> None:
    operator = builders.make_user("olga", section.institution)
    operator.memberships.update(role="operator")

    assert keep(operator, TWO_WEEKS).status_code == 302
    assert in_force(operator) == (14, 1)


def test_the_colleague_and_the_outsider_find_nothing_and_nobody_signs_in(
    colleague: User, outsider: User, section: Section
) -> None:
    for stranger in (colleague, outsider):
        assert look(stranger).status_code == 404
        assert keep(stranger, TWO_WEEKS).status_code == 404
    assert Client().get(PAGE)["Location"].startswith("/accounts/login/")
    assert not SupportChange.objects.for_tenant(TenantId(section.institution_id)).exists()


def test_saving_moves_the_settings_only(instructor: User, section: Section) -> None:
    stamps = SectionStamp.objects.for_tenant(TenantId(section.institution_id)).filter(section=section)
    before = stamps.values().get()

    keep(instructor, TWO_WEEKS)

    assert stamps.values().get() == before | {"settings": before["settings"] + 1}


def test_without_its_token_a_save_is_refused(instructor: User, section: Section) -> None:
    strict = client_of(instructor, checks=True)

    assert strict.post(PAGE, {**TWO_WEEKS, "version": "0"}).status_code == 403
    assert in_force(instructor) == (7, 0)
