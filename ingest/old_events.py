"""Forgets the events of sections that ended long ago, with everything that follows from them; the roster stays.

Learner by learner, a few at a time: what is left is whole after each step, so numbers agree with events at any moment,
and a run that is stopped goes on where it was.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef

from courses.models import (
    ActivityAttempt,
    AssessmentScore,
    LearnerActivity,
    LearningEvent,
    ObjectiveEvidence,
    PageProgress,
    Section,
)
from ingest.stamps import move
from ingest.structure.header import lock_stamps
from oracles.contract import Domain, TenantId

LEARNERS = 50
"""In one transaction."""
ROLLUPS = (PageProgress, ActivityAttempt, ObjectiveEvidence, AssessmentScore, LearnerActivity)
MOVED = (Domain.PROGRESS, Domain.EVIDENCE, Domain.SCORES)


def count_events(tenant_id: TenantId, before: datetime) -> int:
    """Events of sections that ended before this moment."""
    events = LearningEvent.objects.for_tenant(tenant_id)
    return events.filter(section_id__in=_ended(tenant_id, before)).count()


def forget_events(tenant_id: TenantId, before: datetime) -> int:
    """Sections that ended before this moment have no event and no rollup left; returns how many events went."""
    gone = 0
    for section_id in _ended(tenant_id, before):
        while some := forget_some(tenant_id, section_id):
            gone += some
    return gone


def _ended(tenant_id: TenantId, before: datetime) -> list[int]:
    events = LearningEvent.objects.for_tenant(tenant_id).filter(section_id=OuterRef("pk"))
    sections = Section.objects.for_tenant(tenant_id).filter(Exists(events), ends_at__lt=before)
    return list(sections.order_by("pk").values_list("pk", flat=True))


@transaction.atomic
def forget_some(tenant_id: TenantId, section_id: int, most: int = LEARNERS) -> int:
    """The events of so many of the section's learners, at most, are gone; returns how many events."""
    lock_stamps(tenant_id, [section_id])
    events = LearningEvent.objects.for_tenant(tenant_id).filter(section_id=section_id)
    learners = list(events.order_by("learner_id").values_list("learner_id", flat=True).distinct()[:most])
    if not learners:
        return 0
    for table in ROLLUPS:
        table.objects.for_tenant(tenant_id).filter(section_id=section_id, learner_id__in=learners).delete()
    move(tenant_id, [section_id], MOVED)
    return events.filter(learner_id__in=learners).delete()[0]
