"""What was handed in and reported: late grades, values out of range, the same thing told twice."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Count, F, Min, Q

from courses.models import AssessmentScore, LearningEvent
from courses.quality_facts import EventFacts, GradingFacts, RecordFacts
from courses.queries.people import learners_of
from oracles.contract import TenantId


def grading_facts(tenant_id: TenantId, section_id: int, cutoff: datetime) -> tuple[GradingFacts, ...]:
    """Every page with a submission or a score, by page: one query. `cutoff`: what was handed in before is overdue.

    What waits for a grade is what the dashboard counts as such: handed in, with neither score nor grading yet.
    """
    enrolled = learners_of(tenant_id, section_id).values("learner_id")
    scores = AssessmentScore.objects.for_tenant(tenant_id).filter(section=section_id, learner__in=enrolled)
    waiting = Q(submitted_at__isnull=False, score__isnull=True, graded_at__isnull=True)
    rows = scores.values_list("page_id").annotate(
        scored=Count("pk", filter=Q(score__isnull=False)),
        handed_in=Count("pk", filter=Q(submitted_at__isnull=False)),
        waiting=Count("pk", filter=waiting),
        overdue=Count("pk", filter=waiting & Q(submitted_at__lt=cutoff)),
        oldest=Min("submitted_at", filter=waiting),
        above=Count("pk", filter=Q(score__gt=F("out_of"), out_of__gt=0)),
        below=Count("pk", filter=Q(score__lt=0)),
        without=Count("pk", filter=Q(score__isnull=False, out_of__lte=0)),
    )
    return tuple(GradingFacts(*row) for row in rows.order_by("page_id"))


def record_facts(tenant_id: TenantId, section_id: int, now: datetime) -> RecordFacts:
    """Events, repeated ones by page, and those of the future: four queries; the dearest reads each event once."""
    events = LearningEvent.objects.for_tenant(tenant_id).filter(section=section_id)
    counted = events.aggregate(events=Count("pk"), pages=Count("page_id", distinct=True))
    return RecordFacts(
        events=counted["events"],
        pages=counted["pages"],
        repeated=_repeated(tenant_id, section_id),
        in_the_future=events.filter(timestamp__gt=now).count(),
    )


def _repeated(tenant_id: TenantId, section_id: int) -> tuple[EventFacts, ...]:
    """The hash is of what an event says, without its id: equal hashes are the same thing told twice."""
    events = LearningEvent.objects.for_tenant(tenant_id).filter(section=section_id)
    twice = events.values("learner_id", "page_id", "content_hash").annotate(times=Count("pk")).filter(times__gt=1)
    found: dict[int, tuple[int, set[int]]] = {}
    for learner, page, times in twice.order_by("page_id").values_list("learner_id", "page_id", "times"):
        more, learners = found.get(page, (0, set()))
        found[page] = (more + times - 1, learners | {learner})
    return tuple(EventFacts(page, more, len(learners)) for page, (more, learners) in found.items())
