"""What the write path agrees on: records go in, one outcome per record comes out. No Django."""

from __future__ import annotations

from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Protocol


class Outcome(StrEnum):
    """How a record of a batch ended, in the words of its sink."""

    WRITTEN = "written"
    DEDUPLICATED = "deduplicated"
    CONFLICT = "conflict"
    """Same id, other content: the first is kept."""
    DEAD_LETTERED = "dead_lettered"


class End(StrEnum):
    """How an accepted record ended, in the words of the coordinator. Every accepted record has exactly one."""

    WRITTEN = "written"
    DEDUPLICATED = "deduplicated"
    CONFLICT = "conflict"
    DEAD_LETTERED = "dead_lettered"
    DROPPED = "dropped"
    """Given up for another record, as the overflow strategy says."""
    ABANDONED = "abandoned"
    """Could be neither written nor kept; the `DrainReport` holds it."""
    QUEUED = "queued"
    """In a durable queue: whoever reads that queue writes it."""


@dataclass(frozen=True, slots=True)
class Ending:
    """The end of one record, and, where it was not written, why: a code and words."""

    end: End
    code: str = ""
    detail: str = ""


class Lane(IntEnum):
    """Which traffic a record belongs to; the lower number goes first."""

    LIVE = 0
    BULK = 1


class Trigger(StrEnum):
    """Why a batch was taken now."""

    SIZE = "size"
    INTERVAL = "interval"
    FLUSH = "flush"
    DRAIN = "drain"


class WriteError(Exception):
    """Base of what the write path raises, and of what a sink may raise."""


class SinkUnavailable(WriteError):
    """The store cannot be reached now: try again, not before `retry_after` seconds if it says so."""

    def __init__(self, *arguments: object, retry_after: float | None = None) -> None:
        super().__init__(*arguments)
        self.retry_after = retry_after


class RecordRejected(WriteError):
    """The record can never be written."""


class PartlyWritten(WriteError):
    """Everything was written but the records named here (index in the batch), each with its own error."""

    def __init__(self, errors: Mapping[int, Exception]) -> None:
        super().__init__(f"{len(errors)} records were not written")
        self.errors = errors


class QueueFullError(WriteError):
    """There is no room. `accepted` records of the same call were accepted before."""

    def __init__(self, *arguments: object, accepted: int = 0) -> None:
        super().__init__(*arguments)
        self.accepted = accepted


class SubmitTimeout(QueueFullError):
    """There was no room within the time the caller gave."""


class RecordTooLarge(QueueFullError):
    """The record is larger than the whole queue: it can never be accepted."""


class CoordinatorClosed(WriteError):
    """The coordinator is not running. `accepted` records of the same call were accepted before."""

    def __init__(self, *arguments: object, accepted: int = 0) -> None:
        super().__init__(*arguments)
        self.accepted = accepted


class CoordinatorUnhealthy(CoordinatorClosed):
    """Workers die again and again: nothing is accepted until one lives."""


@dataclass(frozen=True, slots=True)
class Rejection:
    """A record given up: which one (index in the batch) and why (a code, and words)."""

    index: int
    code: str
    detail: str


@dataclass(frozen=True, slots=True)
class BatchReport:
    """One outcome per record, in order; every `DEAD_LETTERED` or `CONFLICT` one has its rejection.

    What a report calls dead-lettered the sink has kept itself, in the transaction of the batch.
    """

    outcomes: tuple[Outcome, ...]
    rejections: tuple[Rejection, ...] = ()


class Sink[R](Protocol):
    def write(self, batch: Sequence[R]) -> BatchReport:
        """Write the batch in one transaction; either all of the report is true or nothing happened.

        Runs in a thread of the coordinator. The batch is a tuple and may be kept.

        Raises:
            SinkUnavailable: nothing was written; the same batch may be tried again.
            PartlyWritten: all was written but the records it names.

        """
        ...


class AsyncSink[R](Protocol):
    """A sink on the coordinator's own loop. Returning nothing says: all of it was written."""

    def write(self, batch: Sequence[R]) -> Awaitable[BatchReport | None]: ...
