"""What changed since …: the weeks behind, in numbers and as a line that never crosses what is not known."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.contrib.auth.models import User
from django.template.loader import render_to_string

from courses.models import LearningEvent, Section
from dashboard_project.web.present.trend import trend_view
from oracles.payloads import Trend, TrendPoint
from tests import builders
from tests.builders import MOMENT
from tests.oracles.instructor.rows import learners_of, pages_of
from tests.web.kept_numbers import page_of, shown

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("fresh_caches")]


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
