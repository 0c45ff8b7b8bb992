"""How fast does each learner work, as of a moment? Worked out from what had happened before it.

Asked on demand, and for any moment (`context.now`): what happened later cannot be seen, for the rollups keep the
moment of every first attempt. A page of the scope is one point; its share grows as in the trend. The class and the
outline are those of today.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db.models import Min

from courses.models import LearningEvent, Section
from oracles.contract import OracleContext
from oracles.instructor.asking import learner_ids, number, rows, visible_pages
from oracles.instructor.trend import ATTEMPTS, EVENTS, OPENED, PAGE_COUNT, SIZE, WHO_AND_WHERE, moment, weeks
from oracles.payloads import LearnerPace, Pace

WINDOW_DAYS = 14

STEPS = f"""
    WITH {WHO_AND_WHERE}, {SIZE}
    SELECT event.learner_id, {{event}} AS part, 0.0 {EVENTS}
       AND event.timestamp >= %(end_0)s AND event.timestamp < %(end_{WINDOW_DAYS})s GROUP BY 1, 2
    UNION ALL
    SELECT attempt.learner_id, {{attempt}} AS part, CAST(SUM(1.0 / size.total) AS double precision) {ATTEMPTS}
       AND attempt.first_at < %(end_{WINDOW_DAYS})s GROUP BY 1, 2
    UNION ALL
    SELECT opened.learner_id, {{opened}} AS part, COUNT(*) * 1.0 {OPENED}
       AND opened.completed_at < %(end_{WINDOW_DAYS})s GROUP BY 1, 2
    ORDER BY 1, 2, 3
"""
"""Per learner and part of time, 0 before the window and 1 to WINDOW_DAYS its days: days with an event, and work."""


class _Step(NamedTuple):
    learner_id: int
    part: int
    share: float


def load(context: OracleContext) -> Pace:
    """Everybody's work as of `context.now`. Six statements, however many learners."""
    days = reversed(range(WINDOW_DAYS + 1))
    moments = {f"end_{index}": moment(context, context.now - timedelta(days=back)) for index, back in enumerate(days)}
    found: defaultdict[int, list[_Step]] = defaultdict(list)
    for step in rows(context, _Step, STEPS.format(**weeks(len(moments))), **moments):
        found[step.learner_id].append(step)
    return Pace(
        as_of=context.now,
        window_days=WINDOW_DAYS,
        points=number(context, PAGE_COUNT),
        first_event=_first_event(context),
        deadline=_deadline(context),
        learners=tuple(_pace(learner_id, found[learner_id]) for learner_id in learner_ids(context)),
    )


def _pace(learner_id: int, steps: list[_Step]) -> LearnerPace:
    lately = [step for step in steps if step.part > 0]
    return LearnerPace(
        learner_id=learner_id,
        points_done=sum(step.share for step in steps),
        points_lately=sum(step.share for step in lately),
        active_days=len({step.part for step in lately}),
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
