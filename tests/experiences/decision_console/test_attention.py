"""Whom to look at first: by what is overdue, what was late, how long nobody was seen, and what is not understood."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from courses.models import AssessmentScore, Institution, LearnerActivity, Page, Section
from experiences.calculators.levels import Level
from experiences.contract import Availability
from experiences.decision_console.contract import Draft, NothingBlocked, Wording
from experiences.decision_console.data import DecisionConsoleDataOrchestrator
from experiences.decision_console.kinds import Kind
from experiences.decision_console.people import LearnerRecord, WorkRecord
from experiences.decision_console.service import MOST_PEOPLE, DecisionConsoleService
from oracles.instructor.naming import code_of
from tests.builders import make_learner, make_page, stored
from tests.experiences.decision_console.conftest import NOW, Desk, in_days
from tests.experiences.digest.readings import FakeSources
from tests.oracles.instructor.rows import learners_of, pages_of

pytestmark = [pytest.mark.django_db, pytest.mark.proves("C-02", "K-01")]

QUIZ_DUE, ESSAY_DUE = NOW - timedelta(days=10), NOW - timedelta(days=3)
DAY = timedelta(days=1)


def handed_in(desk: Desk, name: str, page: str, at: datetime) -> None:
    stored(
        AssessmentScore, desk.tenant_id, section=desk.section, learner=learners_of(desk.section)[name],
        page=pages_of(desk.section)[page], submitted_at=at, latest_at=at, latest_event_id=uuid4(),
    )  # fmt: skip


@pytest.fixture
def seeing(desk: Desk) -> Desk:
    """A quarter of the grade was due ten days ago, the rest three days ago; the dashboard's numbers can be had."""
    Page.objects.for_tenant(desk.tenant_id).filter(key="quiz").update(due_at=QUIZ_DUE, weight=1)
    make_page(desk.section, "essay", 20, graded=True, weight=3, due_at=ESSAY_DUE)
    Section.objects.for_tenant(desk.tenant_id).filter(pk=desk.section.pk).update(starts_at=NOW - 60 * DAY)
    return with_blocked(desk, NothingBlocked())


def with_blocked(desk: Desk, blocked: NothingBlocked) -> Desk:
    data = DecisionConsoleDataOrchestrator(FakeSources().snapshot, lambda _: blocked, desk.clock)
    desk.service = DecisionConsoleService(data)
    return desk


def records(desk: Desk) -> dict[str, LearnerRecord]:
    found = desk.data.get_console_data(desk.context).learners
    assert found.value is not None
    return {record.label: record for record in found.value}


def told(desk: Desk) -> list[tuple[str, Level | None]]:
    people = desk.service.get_console(desk.context).people.value
    assert people is not None
    return [(person.record.label, person.attention.level) for person in people]


def test_what_was_handed_in_when_is_what_counts(seeing: Desk) -> None:
    handed_in(seeing, "Ada", "quiz", QUIZ_DUE - DAY)
    handed_in(seeing, "Ben", "quiz", QUIZ_DUE + DAY)
    handed_in(seeing, "Ben", "essay", ESSAY_DUE)

    found = {name: record.work for name, record in records(seeing).items()}

    assert found == {
        "Ada": WorkRecord(overdue_share_pct=75, on_time_pct=50),
        "Ben": WorkRecord(overdue_share_pct=0, on_time_pct=50),
        "Cleo": WorkRecord(overdue_share_pct=100, on_time_pct=0),
        "Dan": WorkRecord(overdue_share_pct=100, on_time_pct=0),
    }


def test_whoever_has_more_time_owes_nothing_yet(seeing: Desk) -> None:
    handed_in(seeing, "Dan", "quiz", QUIZ_DUE)
    wording = Wording(moment=in_days(5))
    essay = pages_of(seeing.section)["essay"].pk
    extension = Draft(Kind.EXTENSION, "chosen", seeing.ids("Dan"), page=essay, wording=wording)
    seeing.service.execute(seeing.context, seeing.approved(seeing.service.stage(seeing.context, extension)))

    assert records(seeing)["Dan"].work == WorkRecord(overdue_share_pct=0, on_time_pct=100)


def test_an_item_without_a_weight_makes_the_share_unknown_not_zero(seeing: Desk) -> None:
    Page.objects.for_tenant(seeing.tenant_id).filter(key="quiz").update(weight=None)

    assert records(seeing)["Cleo"].work == WorkRecord(overdue_share_pct=None, on_time_pct=0)


def test_the_most_urgent_come_first_and_whoever_does_well_is_not_named(seeing: Desk) -> None:
    """By hand: Cleo was seen 30 days ago and owes everything: (30 + 25 + 25) / (30 + 25 + 25) → 100. Dan was here
    yesterday and owes everything: (30 + 25 + 5) / 80 → 75. Ada was here yesterday, 75 % are overdue, half was on time:
    (30 + 12.5 + 5) / 80 → 59.4. Ben was here yesterday and did all, in time: (5 + 0 + 5) / 80 → 12.5.
    """
    for name, seen in (("Ada", 1), ("Ben", 1), ("Cleo", 30), ("Dan", 1)):
        learner, at = learners_of(seeing.section)[name], NOW - seen * DAY
        stored(LearnerActivity, seeing.tenant_id, section=seeing.section, learner=learner, last_event_at=at)
    handed_in(seeing, "Ada", "quiz", QUIZ_DUE)
    handed_in(seeing, "Ben", "quiz", QUIZ_DUE)
    handed_in(seeing, "Ben", "essay", ESSAY_DUE)

    people = seeing.service.get_console(seeing.context).people.value or ()

    assert [(each.record.label, round(each.attention.score or 0, 1), each.attention.level) for each in people] == [
        ("Cleo", 100.0, Level.URGENT),
        ("Dan", 75.0, Level.HIGH),
        ("Ada", 59.4, Level.MEDIUM),
    ]
    assert {each.attention.coverage for each in people} == {0.8}


def test_five_are_named_at_most(seeing: Desk) -> None:
    for number in range(9):
        make_learner(seeing.section, f"Learner {number}")

    assert len(told(seeing)) == MOST_PEOPLE < len(records(seeing))


@pytest.mark.proves("O-14")
def test_whom_the_tray_keeps_back_is_not_judged(seeing: Desk) -> None:
    kept = with_blocked(seeing, NothingBlocked(learners=frozenset(seeing.ids("Cleo"))))

    assert "Cleo" not in records(kept)
    assert "Cleo" not in dict(told(kept))


def test_where_names_are_hidden_codes_are_told(seeing: Desk) -> None:
    Institution.objects.filter(pk=seeing.tenant_id).update(names_hidden_since=timezone.now())

    codes = {code_of(seeing.section.pk, pk) for pk in seeing.ids("Ada", "Ben", "Cleo", "Dan")}
    assert set(records(seeing)) == codes


@pytest.mark.proves("O-16")
def test_without_the_dashboards_numbers_the_block_says_so_and_the_rest_stands(desk: Desk) -> None:
    console = desk.service.get_console(desk.context)

    assert (console.people.availability, console.people.value) == (Availability.UNAVAILABLE, None)
    assert console.items.value is not None
