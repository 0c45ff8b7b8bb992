"""What changed since …: every number that is not what it was, told to whom it may be told."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from html import unescape
from typing import cast

import msgspec
import pytest
from django.contrib.auth.models import User
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.test import Client
from django.utils import timezone

from courses.access import Granted, resolve
from courses.contract import DashboardContext
from courses.models import Institution, KeptFacts, LastVisit, LearningEvent, Section
from dashboard_project.kept_facts import Basis, FactsMemory
from dashboard_project.web.changes_page import Present, compare
from dashboard_project.web.present.trend import trend_view
from oracles.contract import TenantId
from oracles.payloads import Trend, TrendPoint
from snapshot.contract import Capability, Facts, Readiness, Status
from snapshot.differences import Kept
from snapshot.fingerprint import config_signature
from tests import builders
from tests.builders import MOMENT
from tests.clients import client_of
from tests.oracles.instructor.rows import learners_of, pages_of
from tests.snapshot.classroom import MIXED, Classroom
from tests.snapshot.test_assembler import assembled

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("fresh_caches")]

CHANGES = "/s/lakeside/algebra/changes/"
FACTS: Facts = {
    "summary.class_size": 4,
    "summary.average_progress_pct": 40.0,
    "summary.average_assessment_pct": None,
    "progress.unit-1.completed": 2,
    "progress.unit-9.completed": 1,
    "assessments.quiz.mean": 75.5,
}
"""Of an earlier day; `unit-9` is no longer taught."""


def context_of(user: User) -> DashboardContext:
    access = resolve(user, "lakeside", "algebra")
    assert isinstance(access, Granted)
    return access.context


def get(user: User, address: str) -> HttpResponse:
    return cast("HttpResponse", client_of(user).get(address))


def page_of(user: User, query: str = "") -> str:
    response = get(user, CHANGES + query)
    assert response.status_code == 200
    return response.content.decode()


def keep(section: Section, ago: timedelta, **fields: object) -> KeptFacts:
    """Numbers of some days ago."""
    taken_at = timezone.now() - ago
    values: dict[str, object] = {"scope": "course", "config_signature": "of then", "events": 0, "facts": FACTS}
    values |= {"taken_at": taken_at, "day": taken_at.date(), "fingerprints": {}}
    return builders.stored(KeptFacts, section.institution_id, section=section, **values | fields)


def visited(user: User, section: Section, ago: timedelta) -> None:
    builders.stored(
        LastVisit, section.institution_id, section=section, user=user, scope="course", seen_at=timezone.now() - ago
    )


def shown(html: str) -> dict[str, str]:
    return {fact: value for value, fact in re.findall(r'<data value="([^"]*)" data-fact="([^"]*)"', html)}


def row_of(html: str, fact_id: str) -> str:
    """The words of the row in which a fact stands."""
    rows = re.findall(r"<tr data-kind.*?</tr>", html, re.DOTALL)
    (row,) = [row for row in rows if f'.{fact_id}"' in row or f'"{fact_id}"' in row]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", row)).split())


# ---- the comparison ---------------------------------------------------------------------------------------------


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


# ---- since when -------------------------------------------------------------------------------------------------


def test_the_first_visit_has_nothing_to_compare_with_and_says_so(instructor: User, mixed: Section) -> None:
    keep(mixed, timedelta(days=8))

    html = page_of(instructor)

    assert 'data-state="first_visit"' in html
    assert 'id="compared"' not in html


def test_since_the_last_visit_is_since_the_numbers_of_that_day(instructor: User, mixed: Section) -> None:
    for ago in (9, 4, 2):
        keep(mixed, timedelta(days=ago))
    visited(instructor, mixed, timedelta(days=3))

    html = page_of(instructor)

    assert f'data-since="{(timezone.now() - timedelta(days=4)).date()}' in html


def test_somebody_elses_visit_is_not_mine(instructor: User, mixed: Section, colleague: User) -> None:
    keep(mixed, timedelta(days=8))
    visited(colleague, mixed, timedelta(days=3))

    assert 'data-state="first_visit"' in page_of(instructor)


@pytest.mark.parametrize("ago", [None, 6])
def test_a_week_of_which_nothing_is_kept_says_so_and_offers_what_is(
    instructor: User, mixed: Section, ago: int | None
) -> None:
    row = None if ago is None else keep(mixed, timedelta(days=ago))

    html = page_of(instructor, "?since=week")

    assert 'data-state="nothing_kept"' in html
    assert re.findall(r'<option value="(\d+)"', html) == ([] if row is None else [str(row.pk)])


def test_a_kept_day_can_be_chosen_newest_first(instructor: User, mixed: Section) -> None:
    older, newer = keep(mixed, timedelta(days=8)), keep(mixed, timedelta(days=2))

    html = page_of(instructor, f"?since={older.pk}")

    assert re.findall(r'<option value="(\d+)"( selected)?', html) == [(str(newer.pk), ""), (str(older.pk), " selected")]


def test_opening_the_dashboard_is_the_visit_that_the_page_tells_from(instructor: User, mixed: Section) -> None:
    memory, context = FactsMemory(lambda: 90), context_of(instructor)
    for ago in (timedelta(days=3), timedelta(minutes=5)):
        memory.visit(context, timezone.now() - ago)
    keep(mixed, timedelta(days=3))

    assert 'id="compared"' in page_of(instructor)


def test_a_since_that_means_nothing_is_the_last_visit_and_is_said(instructor: User, mixed: Section) -> None:
    html = page_of(instructor, "?since=yesterday")

    assert 'data-state="first_visit"' in html
    assert "The address has a value for “since” that cannot be" in html


def test_a_scope_that_is_not_there_is_said_and_the_course_is_shown(instructor: User, mixed: Section) -> None:
    html = page_of(instructor, "?scope=container:nowhere")

    assert "There is no such part in this section" in html


# ---- whose numbers ----------------------------------------------------------------------------------------------


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


# ---- the weeks --------------------------------------------------------------------------------------------------


def test_the_weeks_are_told_in_numbers_and_end_with_now(instructor: User, mixed: Section) -> None:
    quiz, ada = pages_of(mixed)["quiz"], learners_of(mixed)["Ada"]
    scored = {"verb": LearningEvent.Verb.SCORED, "out_of": 10.0}
    builders.make_event(ada, quiz, timestamp=datetime(2026, 11, 3, tzinfo=UTC), score=4.0, **scored)
    builders.make_event(ada, quiz, timestamp=datetime(2026, 11, 10, tzinfo=UTC), score=9.0, **scored)

    facts = shown(page_of(instructor))

    assert (facts["trend.2026-11-08.events"], facts["trend.now.events"]) == ("1", "2")
    assert facts["trend.2026-11-08.average_assessment_pct"] == "40.0"
    assert facts["trend.now.average_assessment_pct"] == "90.0"


def test_weeks_that_could_not_be_worked_out_are_said() -> None:
    assert 'id="no-trend"' in render_to_string("dashboard/changes_trend.html", {"trend": None})


def test_weeks_end_on_the_sections_own_sunday() -> None:
    monday_in_madrid = datetime(2026, 11, 8, 23, tzinfo=UTC)

    view = trend_view(Trend(4, 7, (point(monday_in_madrid, 0.1), point(None, 0.2))), "Europe/Madrid")

    assert [(row.day, row.name) for row in view.rows] == [(date(2026, 11, 8), "2026-11-08"), (None, "now")]


def test_a_line_does_not_cross_a_week_of_which_nothing_is_known() -> None:
    shares = (0.0, 0.5, None, 1.0)
    points = [point(MOMENT + index * timedelta(days=7), share) for index, share in enumerate(shares)]

    progress, scores = trend_view(Trend(4, 7, tuple(points)), "UTC").lines

    assert progress.pieces == ("24,92 113.33,50",)
    assert progress.dots == ((24.0, 92.0), (113.33, 50.0), (292.0, 8.0))
    assert (scores.pieces, scores.dots) == ((), ())


def test_one_moment_is_no_line() -> None:
    assert trend_view(Trend(4, 7, (point(None, 0.2),)), "UTC").lines == ()


def point(until: datetime | None, progress: float | None) -> TrendPoint:
    return TrendPoint(until, 1, progress, first_attempts=0, first_correct=0, score_pct=None)
