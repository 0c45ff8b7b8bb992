"""What changed since …: every number that is not what it was, with what it was and by how much."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import msgspec
import pytest
from django.contrib.auth.models import User

from courses.models import Section
from dashboard_project.kept_facts import Basis
from dashboard_project.web.changes_page import Present, compare
from snapshot.contract import Capability, Readiness, Status
from snapshot.differences import Kept
from snapshot.fingerprint import config_signature
from tests import builders
from tests.builders import MOMENT
from tests.oracles.instructor.rows import learners_of, pages_of
from tests.snapshot.classroom import MIXED, Classroom
from tests.snapshot.snapshots import assembled
from tests.web.kept_numbers import context_of, keep, page_of, shown

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("fresh_caches")]


def row_of(html: str, fact_id: str) -> str:
    """The words of the row in which a fact stands."""
    rows = re.findall(r"<tr data-kind.*?</tr>", html, re.DOTALL)
    (row,) = [row for row in rows if f'.{fact_id}"' in row or f'"{fact_id}"' in row]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", row)).split())


@pytest.mark.proves("P3", "UX-b", "UX-23")
def test_every_number_that_changed_stands_with_what_it_was_and_by_how_much(instructor: User, mixed: Section) -> None:
    keep(mixed, timedelta(days=8))

    html = page_of(instructor, "?since=week")

    # By hand: Ada and Ben of four did all of unit 1, Cleo too (wrong answers are done pages): 3.
    facts = shown(html)
    assert (facts["before.progress.unit-1.completed"], facts["progress.unit-1.completed"]) == ("2", "3")
    assert facts["change.progress.unit-1.completed"] == "1"
    assert row_of(html, "progress.unit-1.completed") == "Unit 1 Learners who completed it 2 3 ↑ up by 1"
    assert (facts["before.assessments.quiz.mean"], facts["assessments.quiz.mean"]) == ("75.5", "70.0")
    assert row_of(html, "assessments.quiz.mean") == "Quiz Mean score 75.5 % 70 % ↓ down by 5.5 points"
    assert facts["change.assessments.quiz.mean"] == "-5.5"
    assert "summary.class_size" not in facts


def test_unknown_new_and_gone_are_three_things_in_words(instructor: User, mixed: Section) -> None:
    keep(mixed, timedelta(days=8))

    html = page_of(instructor, "?since=week")

    assert row_of(html, "summary.average_assessment_pct").endswith("-- 70 % now known")
    assert row_of(html, "progress.unit-2.completed").endswith("not there 2 new")
    assert row_of(html, "progress.unit-9.completed") == ("unit-9 Learners who completed it 1 not there no longer there")


def test_where_no_number_has_changed_it_says_so(instructor: User, mixed: Section) -> None:
    first = page_of(instructor, f"?since={keep(mixed, timedelta(days=8), facts={}).pk}")
    facts = {fact: float(value) if value else None for fact, value in shown(first).items()}

    html = page_of(instructor, f"?since={keep(mixed, timedelta(days=1), facts=now_of(facts)).pk}")

    assert 'id="no-changes"' in html
    assert "<tr data-kind" not in html


def now_of(facts: dict[str, float | None]) -> dict[str, float | None]:
    """The present facts of a page that compares with nothing."""
    marks = ("before.", "change.", "changes.", "trend.")
    return {fact: value for fact, value in facts.items() if not fact.startswith(marks)}


@pytest.mark.proves("UX-b")
@pytest.mark.parametrize("more", [0, 1, 3])
def test_it_says_how_many_events_lie_between(instructor: User, mixed: Section, more: int) -> None:
    for _ in range(2 + more):
        builders.make_event(learners_of(mixed)["Ada"], pages_of(mixed)["quiz"])
    keep(mixed, timedelta(days=8), events=2)

    html = page_of(instructor, "?since=week")

    assert shown(html)["changes.events"] == str(more)


def test_what_was_kept_under_other_settings_says_so(instructor: User, mixed: Section) -> None:
    keep(mixed, timedelta(days=8))

    assert 'id="other-settings"' in page_of(instructor, "?since=week")


def test_under_the_same_settings_nothing_is_said_of_them(instructor: User, mixed: Section) -> None:
    row = keep(mixed, timedelta(days=8), config_signature=config_signature(context_of(instructor).semantics))

    assert 'id="other-settings"' not in page_of(instructor, f"?since={row.pk}")
    assert 'id="other-settings"' in page_of(instructor, f"?since={row.pk}&p.threshold=50")


def test_a_tile_that_cannot_be_read_now_is_said_and_not_compared() -> None:
    made = assembled(Classroom(MIXED, (70.0,)))
    statuses = {**made.projection_statuses, Capability.ASSESSMENTS: Status(Readiness.FAILED)}
    facts = {name: value for name, value in made.facts.items() if not name.startswith("assessments.")}
    broken = msgspec.structs.replace(made, projection_statuses=statuses, facts=facts)

    found = compare(Basis(1, MOMENT, None, Kept(made.facts, 7, made.config_signature)), Present(broken, 7, None))

    assert (found.groups, [str(title) for title in found.unread]) == ((), ["Assessments"])
