"""Student support: a ring of four buckets, and the learners of the chosen one with the reason of each."""

from __future__ import annotations

from dataclasses import dataclass

from dashboard_project.web.present.charts import Segment, ring
from dashboard_project.web.present.cross_filter import CrossFilter
from dashboard_project.web.present.look import PLAIN, Look
from dashboard_project.web.urlstate import ROWS_PER_STEP, ViewState
from snapshot.contract import Bucket, StudentSupportProjection, SupportRow


@dataclass(frozen=True, slots=True)
class BucketView:
    bucket: Bucket
    segment: Segment
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class StudentSupportBody:
    projection: StudentSupportProjection
    buckets: tuple[BucketView, ...]
    chosen: Bucket | None
    rows: tuple[SupportRow, ...]
    matching: int
    """Learners of the chosen bucket that pass the activity filter; `rows` is how many of them stand here."""
    active: str
    shown: int
    only: CrossFilter | None = None
    """Whom the view is about, when that is not everybody."""

    @property
    def is_only_chosen(self) -> bool:
        """The view is about just the bucket that is listed."""
        return self.only is not None and self.chosen is not None and self.only.only == f"bucket:{self.chosen.id}"

    @property
    def remaining(self) -> int:
        return self.matching - len(self.rows)

    @property
    def more(self) -> int:
        """How many rows to ask for next; 0 when all are here."""
        return self.shown + ROWS_PER_STEP if self.remaining > 0 else 0

    @property
    def struggling(self) -> int:
        return sum(view.bucket.count for view in self.buckets if view.bucket.id == "struggling")


def body(projection: StudentSupportProjection, view: ViewState, look: Look = PLAIN) -> StudentSupportBody:
    by_id = {bucket.id: bucket for bucket in projection.buckets}
    chosen = by_id.get(view.bucket or projection.default_bucket)
    segments = ring([bucket.count for bucket in projection.buckets])
    learners = tuple(
        row for row in _filtered(chosen, view.active) if look.chosen is None or look.chosen.keeps(row.learner_id)
    )
    return StudentSupportBody(
        projection=projection,
        buckets=tuple(
            BucketView(bucket, segment, bucket is chosen)
            for bucket, segment in zip(projection.buckets, segments, strict=True)
        ),
        chosen=chosen,
        rows=learners[: view.rows],
        matching=len(learners),
        active=view.active,
        shown=view.rows,
        only=look.chosen,
    )


def _filtered(chosen: Bucket | None, active: str) -> tuple[SupportRow, ...]:
    if chosen is None:
        return ()
    if not active:
        return chosen.learners
    return tuple(row for row in chosen.learners if row.inactive == (active == "0"))
