"""How learners have done with what was due: what the console weighs when it says whom to look at first."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from courses.models import AssessmentScore, Section
from experiences.contract import SectionContext
from experiences.decision_console import material
from experiences.decision_console.contract import Blocking, Obligation
from experiences.decision_console.people import LearnerRecord, WorkRecord
from snapshot.contract import Projection, StudentSupportProjection

ALL = 100.0


@dataclass(frozen=True, slots=True)
class _Done:
    """Who has handed in which item, and when; a score alone is a hand-in of which the time is not known."""

    at: Mapping[tuple[int, int], datetime | None]
    """By learner and page."""
    extended: Mapping[tuple[int, int], datetime]

    def is_done(self, learner: int, page: int) -> bool:
        return (learner, page) in self.at

    def due(self, learner: int, item: Obligation) -> datetime | None:
        return material.later(item.due_at, self.extended.get((learner, item.page_id)))

    def is_on_time(self, learner: int, item: Obligation) -> bool:
        at, due = self.at.get((learner, item.page_id)), self.due(learner, item)
        return self.is_done(learner, item.page_id) and (at is None or due is None or at <= due)


def learner_records(
    context: SectionContext, projection: Projection, blocking: Blocking, now: datetime
) -> tuple[LearnerRecord, ...]:
    """Everybody whom nothing in the tray keeps back. Five statements.

    Raises:
        LookupError: the dashboard itself does not know how its learners stand.
    """
    if not isinstance(projection, StudentSupportProjection):
        raise LookupError(type(projection).__name__)  # noqa: TRY004  nobody called it wrongly: there is none
    rows = [row for bucket in projection.buckets for row in bucket.learners if row.learner_id not in blocking.learners]
    works, since = work_records(context, blocking, [row.learner_id for row in rows], now), _began(context)
    return tuple(
        LearnerRecord(
            learner_id=row.learner_id,
            label=row.name or row.external_id,
            work=works[row.learner_id],
            proficiency_pct=row.proficiency_pct,
            last_activity=row.last_activity,
            known_since=since,
        )
        for row in rows
    )


def _began(context: SectionContext) -> datetime | None:
    """When the section began."""
    rows = Section.objects.for_tenant(context.tenant_id).filter(pk=context.section_id)
    return rows.values_list("starts_at", flat=True).first()


def work_records(
    context: SectionContext, blocking: Blocking, learners: Collection[int], now: datetime
) -> Mapping[int, WorkRecord]:
    """By learner, over the graded items that can be judged and are due for them. Four statements."""
    items = [item for item in material.obligations(context, blocking, now) if item.due_at and item.due_at <= now]
    done = _Done(_handed_in(context, [item.page_id for item in items]), material.extensions(context, learners))
    return {one: _record(one, items, done, now) for one in learners}


def _record(learner: int, items: Collection[Obligation], done: _Done, now: datetime) -> WorkRecord:
    due = [item for item in items if (when := done.due(learner, item)) is not None and when <= now]
    late = [item for item in due if not done.is_done(learner, item.page_id)]
    shares = [item.share_pct for item in late]
    on_time = sum(done.is_on_time(learner, item) for item in due)
    return WorkRecord(
        overdue_share_pct=None if None in shares else min(ALL, sum(share or 0.0 for share in shares)),
        on_time_pct=ALL * on_time / len(due) if due else None,
    )


def _handed_in(context: SectionContext, pages: Collection[int]) -> Mapping[tuple[int, int], datetime | None]:
    rows = AssessmentScore.objects.for_tenant(context.tenant_id).filter(
        section_id=context.section_id, page_id__in=pages
    )
    facts = rows.values_list("learner_id", "page_id", "submitted_at", "score")
    return {(learner, page): at for learner, page, at, score in facts if at is not None or score is not None}
