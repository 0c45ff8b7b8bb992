"""How did the scope stand at each week's end? Worked out from when things happened.

Asked on demand (by whoever shows it), so it is not in the table of a dashboard and slows no tile.

Every value is a sum of steps, each with the moment it was taken: a page's share grows at the first attempt of each of
its activities (or at the first event, or the first hand-in, where it has none); a later score replaces the earlier
one. So everything is read once, whatever the number of weeks, and the order in which it was reported does not matter:
the rollups keep the moment of what happened first, and a late report moves it. Only scores need their earlier events.
The class and the outline are those of today. The weeks end with the newest event: a finished course shows its last.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.db import connections

from courses.models import LearningEvent, Section
from oracles.contract import OracleContext
from oracles.instructor.asking import COUNTED_LEARNERS, VISIBLE_PAGES, class_size, number, rows
from oracles.payloads import Trend, TrendPoint

WEEKS = 12
"""Week ends at most."""

PAGE_COUNT = f"SELECT COUNT(*) FROM ({VISIBLE_PAGES}) visible_page"

WHO_AND_WHERE = f"""
    visible_page AS MATERIALIZED ({VISIBLE_PAGES}),
    counted AS MATERIALIZED ({COUNTED_LEARNERS})
"""
SIZE = """
    size AS MATERIALIZED (
        SELECT part.page_id, COUNT(*) AS total
        FROM courses_activity part
        WHERE part.institution_id = %(tenant)s AND part.section_id = %(section)s
        GROUP BY part.page_id)
"""
"""How many activities a page has; pages without any are not there."""

EVENTS = """
        FROM courses_learningevent event
        LEFT JOIN courses_activity activity
          ON activity.institution_id = %(tenant)s AND activity.section_id = %(section)s
         AND activity.id = event.activity_id
        WHERE event.institution_id = %(tenant)s AND event.section_id = %(section)s
          AND event.learner_id IN (SELECT counted.learner_id FROM counted)
          AND COALESCE(activity.page_id, event.page_id) IN (SELECT visible_page.id FROM visible_page)
"""
"""The events that count; one at an activity belongs to the activity's page."""

ATTEMPTS = """
        FROM courses_activityattempt attempt
        JOIN size ON size.page_id = attempt.page_id
        WHERE attempt.institution_id = %(tenant)s AND attempt.section_id = %(section)s
          AND attempt.learner_id IN (SELECT counted.learner_id FROM counted)
          AND attempt.page_id IN (SELECT visible_page.id FROM visible_page)
"""
"""The first attempts that count: each is one part of its page."""

OPENED = """
        FROM courses_pageprogress opened
        WHERE opened.institution_id = %(tenant)s AND opened.section_id = %(section)s
          AND opened.learner_id IN (SELECT counted.learner_id FROM counted)
          AND opened.page_id IN (SELECT visible_page.id FROM visible_page)
          AND opened.page_id NOT IN (SELECT size.page_id FROM size) AND opened.completed_at IS NOT NULL
"""
"""The pages without activities that were done: at the first event, or the first hand-in of a graded one."""

WORK = f"""
    WITH {WHO_AND_WHERE}, {SIZE}
    SELECT {{event}} AS week, COUNT(*), 0.0, 0, 0 {EVENTS} GROUP BY 1
    UNION ALL
    SELECT {{attempt}} AS week, 0, CAST(SUM(1.0 / size.total) AS double precision), COUNT(*),
           SUM(CASE WHEN attempt.first_correct THEN 1 ELSE 0 END) {ATTEMPTS} GROUP BY 1
    UNION ALL
    SELECT {{opened}} AS week, 0, COUNT(*) * 1.0, 0, 0 {OPENED} GROUP BY 1
"""

SCORES = f"""
    WITH {WHO_AND_WHERE},
    handed_in AS (
        SELECT event.learner_id, COALESCE(activity.page_id, event.page_id) AS page_id,
               event.timestamp, event.sequence, event.event_id,
               CASE WHEN event.score IS NOT NULL AND event.out_of > 0 THEN event.score * 100.0 / event.out_of END AS pct
        {EVENTS}
          AND event.verb IN ('submitted', 'scored')
          AND COALESCE(activity.page_id, event.page_id) IN (
              SELECT visible_page.id FROM visible_page WHERE visible_page.graded)),
    step AS (
        SELECT handed_in.page_id, {{handed_in}} AS week, handed_in.pct,
               LAG(handed_in.pct) OVER (PARTITION BY handed_in.learner_id, handed_in.page_id
                                        ORDER BY handed_in.timestamp, handed_in.sequence, handed_in.event_id) AS before
        FROM handed_in)
    SELECT step.page_id, step.week, SUM(COALESCE(step.pct, 0.0) - COALESCE(step.before, 0.0)),
           SUM(CASE WHEN step.pct IS NULL THEN 0 ELSE 1 END - CASE WHEN step.before IS NULL THEN 0 ELSE 1 END)
    FROM step
    GROUP BY step.page_id, step.week
    ORDER BY step.page_id, step.week
"""


class _Work(NamedTuple):
    week: int
    events: int
    share: float
    first_attempts: int
    first_correct: int


class _Scored(NamedTuple):
    page_id: int
    week: int
    total: float
    learners: int


def load(context: OracleContext) -> Trend:
    """The values at up to WEEKS week ends and of everything reported. Six statements, however many learners."""
    ends = week_ends(_newest(context), _zone(context))
    moments = {f"end_{index}": moment(context, end) for index, end in enumerate(ends)}
    work = rows(context, _Work, WORK.format(**weeks(len(ends))), **moments)
    scored = rows(context, _Scored, SCORES.format(handed_in=week_of("handed_in.timestamp", len(ends))), **moments)
    learners, pages = class_size(context), number(context, PAGE_COUNT)
    standings = _standings(work, len(ends) + 1, learners * pages)
    points = tuple(
        TrendPoint(until, *standing, score_pct=score)
        for until, standing, score in zip((*ends, None), standings, _scores(scored, len(ends) + 1), strict=True)
    )
    return Trend(class_size=learners, page_count=pages, points=_begun(points))


def week_ends(newest: datetime | None, zone: ZoneInfo) -> tuple[datetime, ...]:
    """The last WEEKS Mondays, 00:00 in this zone, not after `newest`; ascending, UTC."""
    if newest is None:
        return ()
    today = newest.astimezone(zone).date()
    monday = today - timedelta(days=today.weekday())
    mondays = [monday - timedelta(weeks=back) for back in reversed(range(WEEKS))]
    return tuple(datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC) for day in mondays)


def weeks(ends: int) -> dict[str, str]:
    """The week of an event, of a first attempt and of a page that was opened."""
    return {
        "event": week_of("event.timestamp", ends),
        "attempt": week_of("attempt.first_at", ends),
        "opened": week_of("opened.completed_at", ends),
    }


def week_of(column: str, ends: int, first: int = 0) -> str:
    """The index of the first week end after the moment, `ends` for what is after them all; found by halving, because
    every row of a section is asked.
    """
    if first == ends:
        return str(first)
    middle = (first + ends) // 2
    earlier, later = week_of(column, middle, first), week_of(column, ends, middle + 1)
    return f"CASE WHEN {column} < %(end_{middle})s THEN {earlier} ELSE {later} END"


def _standings(work: Iterable[_Work], count: int, shares: int) -> Sequence[tuple[int, float | None, int, int]]:
    by_week: defaultdict[int, list[_Work]] = defaultdict(list)
    for row in work:
        by_week[row.week].append(row)
    events, share, attempts, correct = 0, 0.0, 0, 0
    standings: list[tuple[int, float | None, int, int]] = []
    for week in range(count):
        for row in by_week[week]:
            events, share = events + row.events, share + row.share
            attempts, correct = attempts + row.first_attempts, correct + row.first_correct
        standings.append((events, share / shares if shares else None, attempts, correct))
    return standings


def _scores(scored: Iterable[_Scored], count: int) -> Sequence[float | None]:
    weeks: dict[int, list[_Scored]] = defaultdict(list)
    for row in scored:
        weeks[row.week].append(row)
    totals: dict[int, float] = defaultdict(float)
    learners: dict[int, int] = defaultdict(int)
    means: list[float | None] = []
    for week in range(count):
        for row in weeks[week]:
            totals[row.page_id] += row.total
            learners[row.page_id] += row.learners
        each = [totals[page] / scoring for page, scoring in sorted(learners.items()) if scoring]
        means.append(sum(each) / len(each) if each else None)
    return means


def _begun(points: tuple[TrendPoint, ...]) -> tuple[TrendPoint, ...]:
    """Without the week ends before the first event; the last point always stands."""
    return tuple(point for point in points if point.events or point.until is None)


def _newest(context: OracleContext) -> datetime | None:
    """The time of the section's newest event, at most now."""
    scope = context.scope
    events = LearningEvent.objects.for_tenant(scope.tenant_id).using(context.database)
    times = events.filter(section_id=scope.section_id).order_by("-timestamp").values_list("timestamp", flat=True)
    newest = times.first()
    return None if newest is None else min(newest, context.now)


def _zone(context: OracleContext) -> ZoneInfo:
    scope = context.scope
    sections = Section.objects.for_tenant(scope.tenant_id).using(context.database).filter(pk=scope.section_id)
    return ZoneInfo(sections.values_list("time_zone", flat=True).first() or "UTC")


def moment(context: OracleContext, at: datetime) -> str:
    """The moment in the form in which this database compares times."""
    return str(connections[context.database].ops.adapt_datetimefield_value(at))
