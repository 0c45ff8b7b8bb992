"""What is known of learners, for whoever weighs whom to look at first. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class WorkRecord:
    """How somebody has done with the graded items that are due; `None` is unknown."""

    overdue_share_pct: float | None
    """Share of the grade that is due and not handed in; unknown where the weight of such an item is."""
    on_time_pct: float | None
    """Of the items that are due; unknown where none is."""


@dataclass(frozen=True, slots=True)
class LearnerRecord:
    """What is known of one learner who can be judged."""

    learner_id: int
    label: str
    """What may be shown: a name, or a code where the institution hides names."""
    work: WorkRecord
    proficiency_pct: float | None
    last_activity: datetime | None
    known_since: datetime | None
    """When the section began: since then somebody who was never active could have been."""
