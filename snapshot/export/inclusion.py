"""What goes into an export, and why the rest does not (FR-008, AC-004, AC-005). Pure.

Fail closed: one dataset that cannot be made refuses the whole, with every reason. Asked to include what is ready, the
rest is left out and listed with its reason.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from snapshot.contract import Readiness, Reason, Snapshot, Status
from snapshot.export.datasets import Dataset


class Inclusion(StrEnum):
    INCLUDED = "included"
    OMITTED_EMPTY = "omitted_empty"
    FAILED = "failed"
    TIMED_OUT = "timed_out"
    UNAVAILABLE = "unavailable"
    NOT_PERMITTED = "not_permitted"


BROKEN = frozenset({Inclusion.FAILED, Inclusion.TIMED_OUT, Inclusion.UNAVAILABLE})

WORDS: dict[str, str] = {
    Reason.MISSING_ORACLE_PAYLOAD: "its data has not been loaded",
    Reason.ORACLE_FAILED: "its data could not be read",
    Reason.ORACLE_TIMED_OUT: "reading its data took too long",
    Reason.DATABASE_UNAVAILABLE: "the database could not be reached",
    Reason.DERIVATION_FAILED: "its numbers could not be worked out",
}


@dataclass(frozen=True, slots=True)
class Decision:
    """One dataset's fate; `reason` is a code, empty when there is nothing to explain."""

    dataset: Dataset
    inclusion: Inclusion
    reason: str = ""

    @property
    def words(self) -> str:
        return f"{self.dataset.id}: {WORDS.get(self.reason, self.reason or self.inclusion.value)}"


class ExportRefused(Exception):
    """The export is not whole and was not asked to be partial; `decisions` say what is missing and why."""

    def __init__(self, decisions: Sequence[Decision]) -> None:
        super().__init__("; ".join(decision.words for decision in decisions))
        self.decisions = tuple(decisions)


def decide(snapshot: Snapshot, dataset: Dataset, *, may_see_names: bool) -> Decision:
    """Whether the dataset can be made of this snapshot."""
    if dataset.has_names and not may_see_names:
        return Decision(dataset, Inclusion.NOT_PERMITTED, "names_hidden")
    if dataset.needs is None:
        return Decision(dataset, Inclusion.INCLUDED)
    status = snapshot.projection_statuses[dataset.needs]
    if status.readiness is Readiness.READY:
        return Decision(dataset, Inclusion.INCLUDED)
    return Decision(dataset, _broken(status), status.reason or "")


def _broken(status: Status) -> Inclusion:
    """A partial projection is not whole either: what it lacks decides the word."""
    if status.reason is Reason.ORACLE_TIMED_OUT:
        return Inclusion.TIMED_OUT
    return Inclusion.UNAVAILABLE if status.reason is Reason.MISSING_ORACLE_PAYLOAD else Inclusion.FAILED
