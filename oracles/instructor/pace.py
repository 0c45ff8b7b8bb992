"""How fast does each learner work, as of a moment? Worked out from the events that had happened before it.

Asked on demand, and for any moment (`context.now`): what happened later cannot be seen. A page of the scope is one
point; its share grows as in the trend. The class and the outline are those of today.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db.models import Min

from courses.models import LearningEvent, Section
from oracles.contract import OracleContext
from oracles.instructor.asking import enrolled, number, rows, visible_pages
from oracles.instructor.trend import FACTS, PAGE_COUNT, moment, week_of
from oracles.payloads import LearnerPace, Pace

WINDOW_DAYS = 14

STEPS = f"""
    WITH {FACTS},
    size AS MATERIALIZED (
        SELECT part.page_id, COUNT(*) AS total
        FROM courses_activity part
        WHERE part.institution_id = %(tenant)s AND part.section_id = %(section)s
        GROUP BY part.page_id),
    attempt AS (
        SELECT ranked.learner_id, ranked.page_id, ranked.week
        FROM (SELECT fact.learner_id, fact.page_id, fact.week,
                     ROW_NUMBER() OVER (PARTITION BY fact.learner_id, fact.activity_id
                                        ORDER BY fact.timestamp, fact.sequence, fact.event_id) AS nth
              FROM fact
              WHERE fact.activity_id IS NOT NULL AND fact.success IS NOT NULL) ranked
        WHERE ranked.nth = 1),
    opened AS (
        SELECT fact.learner_id, MIN(fact.week) AS week
        FROM fact
        JOIN visible_page ON visible_page.id = fact.page_id
        WHERE fact.page_id NOT IN (SELECT size.page_id FROM size)
          AND (NOT visible_page.graded OR fact.verb IN ('submitted', 'scored'))
        GROUP BY fact.learner_id, fact.page_id),
    step AS (
        SELECT fact.learner_id, fact.week, 0.0 AS share FROM fact
        UNION ALL
        SELECT attempt.learner_id, attempt.week, 1.0 / size.total
        FROM attempt JOIN size ON size.page_id = attempt.page_id
        UNION ALL
        SELECT opened.learner_id, opened.week, 1.0 FROM opened)
    SELECT step.learner_id, step.week, CAST(SUM(step.share) AS double precision)
    FROM step
    WHERE step.week <= {WINDOW_DAYS}
    GROUP BY step.learner_id, step.week
    ORDER BY step.learner_id, step.week
"""
"""Per learner and part of time: 0 is before the window, 1 to WINDOW_DAYS its days; what came later is left out."""


class _Step(NamedTuple):
    learner_id: int
    part: int
    share: float


def load(context: OracleContext) -> Pace:
    """Everybody's work as of `context.now`. Six statements, however many learners."""
    days = reversed(range(WINDOW_DAYS + 1))
    moments = {f"end_{index}": moment(context, context.now - timedelta(days=back)) for index, back in enumerate(days)}
    found: defaultdict[int, list[_Step]] = defaultdict(list)
    for step in rows(context, _Step, STEPS.format(week=week_of("event.timestamp", len(moments))), **moments):
        found[step.learner_id].append(step)
    ids = enrolled(context).order_by("learner_id").values_list("learner_id", flat=True)
    return Pace(
        as_of=context.now,
        window_days=WINDOW_DAYS,
        points=number(context, PAGE_COUNT),
        first_event=_first_event(context),
        deadline=_deadline(context),
        learners=tuple(_pace(learner_id, found[learner_id]) for learner_id in ids),
    )


def _pace(learner_id: int, steps: list[_Step]) -> LearnerPace:
    lately = [step for step in steps if step.part > 0]
    return LearnerPace(
        learner_id=learner_id,
        points_done=sum(step.share for step in steps),
        points_lately=sum(step.share for step in lately),
        active_days=len(lately),
    )


def _first_event(context: OracleContext) -> datetime | None:
    scope = context.scope
    events = LearningEvent.objects.for_tenant(scope.tenant_id).using(context.database)
    first: datetime | None = events.filter(section_id=scope.section_id).aggregate(at=Min("timestamp"))["at"]
    return first


def _deadline(context: OracleContext) -> datetime | None:
    due = visible_pages(context).exclude(due_at=None).order_by("-due_at").values_list("due_at", flat=True).first()
    if due is not None:
        return due
    sections = Section.objects.for_tenant(context.scope.tenant_id).using(context.database)
    return sections.filter(pk=context.scope.section_id).values_list("ends_at", flat=True).first()
