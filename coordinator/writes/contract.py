"""What the write path agrees on: records go in, one outcome per record comes out. No Django."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Outcome(StrEnum):
    """How an accepted record ended."""

    WRITTEN = "written"
    DEDUPLICATED = "deduplicated"
    CONFLICT = "conflict"
    """Same id, other content: the first is kept."""
    DEAD_LETTERED = "dead_lettered"


class WriteError(Exception):
    """Base of what a sink may raise."""


class SinkUnavailable(WriteError):
    """The store cannot be reached now: try again."""


class RecordRejected(WriteError):
    """The record can never be written."""


@dataclass(frozen=True, slots=True)
class Rejection:
    """A record given up: which one (index in the batch) and why (a code, and words)."""

    index: int
    code: str
    detail: str


@dataclass(frozen=True, slots=True)
class BatchReport:
    """One outcome per record, in order; every `DEAD_LETTERED` or `CONFLICT` one has its rejection."""

    outcomes: tuple[Outcome, ...]
    rejections: tuple[Rejection, ...] = ()


class Sink[R](Protocol):
    def write(self, batch: Sequence[R]) -> BatchReport:
        """Write the batch in one transaction; either all of the report is true or nothing happened.

        Raises:
            SinkUnavailable: nothing was written; the same batch may be tried again.

        """
        ...
