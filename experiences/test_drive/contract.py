"""What a test drive is: on which data, how long, and what is left of it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from oracles.contract import TenantId

LASTS = timedelta(days=14)
LONGEST = timedelta(days=60)
"""No extension leads further than this from the start."""
KEPT_AFTER = timedelta(days=7)
"""How long its summary, and the sample, are kept after the end."""
STEPS = ("started", "read", "ended")


class Dataset(StrEnum):
    OWN = "own"
    """The person's own sections, as they were in the last weeks."""
    SAMPLE = "sample"
    """A made-up institution, the same for everybody who starts at the same moment."""


class State(StrEnum):
    ACTIVE = "active"
    EXPIRED = "expired"
    """Only its summary is shown."""
    CLOSED = "closed"


class TestDriveError(Exception):
    """Base: nothing was changed."""

    __test__ = False


class NoTestDrive(TestDriveError):
    """The person is on none, or it is over."""


class AlreadyDriving(TestDriveError):
    """One at a time."""


@dataclass(frozen=True, slots=True)
class Drive:
    """One person's test drive."""

    id: int
    tenant_id: TenantId
    user_id: int
    dataset: Dataset
    variant: str
    started_at: datetime
    expires_at: datetime
    is_closed: bool = False
    steps_seen: tuple[str, ...] = ()
    summary: Mapping[str, int] = field(default_factory=dict)
    sandbox: TenantId | None = None
    """The made-up institution, if it is driven on."""

    def state(self, now: datetime) -> State:
        if self.is_closed:
            return State.CLOSED
        return State.ACTIVE if now < self.expires_at else State.EXPIRED


@dataclass(frozen=True, slots=True)
class Shown[Told]:
    """What a test drive shows; `told` only while it lasts."""

    drive: Drive
    state: State
    told: Told | None


@dataclass(frozen=True, slots=True)
class Purged:
    """What a purge removed."""

    drives: int
    sandboxes: int
