"""Student support: a ring of four buckets, and the learners of the chosen one with the reason of each."""

from __future__ import annotations

from dataclasses import dataclass, field

from dashboard_project.web.present.charts import Segment, ring
from dashboard_project.web.present.cross_filter import CrossFilter
from dashboard_project.web.present.look import PLAIN, Look
from dashboard_project.web.present.support_list import (
    Elsewhere,
    ListedRow,
    SupportList,
    Until,
    support_list,
    untils,
)
from dashboard_project.web.urlstate import COURSE, ROWS_PER_STEP, ViewState, write
from snapshot.contract import Bucket, StudentSupportProjection


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
    rows: tuple[ListedRow, ...]
    matching: int
    """Learners of the chosen bucket that pass the filters; `rows` is how many of them stand here."""
    active: str
    shown: int
    noted: int = 0
    """Learners of the chosen bucket who are marked as not a concern."""
    are_noted_hidden: bool = False
    elsewhere: tuple[Elsewhere, ...] = ()
    sought: str = field(default="", repr=False)
    may_set: bool = False
    is_picked: bool = False
    """All that is shown is selected at first."""
    untils: tuple[Until, ...] = ()
    address: str = ""
    """What is looked at, for the way back; it names nobody."""
    parameters: str = ""
    """The page of the thresholds, from the dashboard."""
    zone: str = "UTC"
    names_are_hidden: bool = False
    only: CrossFilter | None = None
    """Whom the view is about, when that is not everybody."""

    @property
    def rule(self) -> str:
        """What the list is, for whoever gets the selected."""
        return f"student_support.{self.chosen.id}" if self.chosen else ""

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
    found = support_list(projection, chosen, view, look) if chosen else SupportList(())
    return StudentSupportBody(
        projection=projection,
        buckets=tuple(
            BucketView(bucket, segment, bucket is chosen)
            for bucket, segment in zip(projection.buckets, segments, strict=True)
        ),
        chosen=chosen,
        rows=found.rows[: view.rows],
        matching=len(found.rows),
        active=view.active,
        shown=view.rows,
        noted=found.noted,
        are_noted_hidden=view.noted == "hide",
        elsewhere=found.elsewhere,
        sought=look.sought,
        may_set=look.may_set,
        is_picked=view.pick == "support",
        untils=untils(look.now, look.zone) if look.now and look.may_set else (),
        address=write(view),
        parameters="parameters/" if view.scope == COURSE else f"parameters/?scope={view.scope}",
        zone=look.zone,
        names_are_hidden=look.names_are_hidden,
        only=look.chosen,
    )
