"""What goes into an export, and why the rest does not (FR-008, AC-004, AC-005). Pure.

Fail closed: one dataset that cannot be made whole refuses the export, with every reason. Asked to include what is
ready, what is partial goes in and says so, and the rest is left out and listed with its reason.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from snapshot.contract import Readiness, Reason, Snapshot, Status
from snapshot.export.contract import Dataset, ExportRequest, Inclusion

BROKEN = frozenset({Inclusion.FAILED, Inclusion.TIMED_OUT, Inclusion.UNAVAILABLE})
NO_ROWS = "no_rows"
NAMES_HIDDEN = "names_hidden"

WORDS: dict[str, str] = {
    Reason.MISSING_ORACLE_PAYLOAD: "its data has not been loaded",
    Reason.ORACLE_FAILED: "its data could not be read",
    Reason.ORACLE_TIMED_OUT: "reading its data took too long",
    Reason.DATABASE_UNAVAILABLE: "the database could not be reached",
    Reason.DERIVATION_FAILED: "its numbers could not be worked out",
    Reason.INVALID_DATA: "what was worked out is no number",
    Reason.UNSUPPORTED_VERSION: "this snapshot holds another version of it",
    NO_ROWS: "there is nothing to list",
    NAMES_HIDDEN: "it names learners",
}


@dataclass(frozen=True, slots=True)
class Decision:
    """One dataset's fate; `reason` is a code, empty when there is nothing to explain."""

    dataset: Dataset
    inclusion: Inclusion
    reason: str = ""
    readiness: Readiness | None = None

    @property
    def words(self) -> str:
        return f"{self.dataset.id}: {WORDS.get(self.reason, self.reason or self.inclusion.value)}"

    @property
    def is_broken(self) -> bool:
        """It should be there and is not."""
        return self.inclusion in BROKEN

    @property
    def is_whole(self) -> bool:
        """Everything there is of it is in the export."""
        is_all = self.inclusion in {Inclusion.INCLUDED, Inclusion.OMITTED_EMPTY}
        return is_all and self.readiness in {None, Readiness.READY}


class ExportRefused(Exception):
    """The export is not whole and was not asked to be partial, or nothing is left of it; `decisions` say why."""

    def __init__(self, decisions: Sequence[Decision]) -> None:
        super().__init__("; ".join(decision.words for decision in decisions))
        self.decisions = tuple(decisions)


def decide(snapshot: Snapshot, datasets: Sequence[Dataset], request: ExportRequest) -> list[Decision]:
    """The fate of every dataset, before any row is made.

    Raises:
        ExportRefused: the request wants all or nothing, or nothing could be made.
    """
    decisions = [_decide(snapshot, dataset, request) for dataset in datasets]
    broken = [each for each in decisions if each.is_broken and not each.dataset.is_expendable]
    is_anything_left = any(each.inclusion is Inclusion.INCLUDED for each in decisions if each.dataset.needs)
    if broken and not (request.is_partial and is_anything_left):
        raise ExportRefused(broken)
    return decisions


def _decide(snapshot: Snapshot, dataset: Dataset, request: ExportRequest) -> Decision:
    if dataset.has_names and not request.may_see_names:
        return Decision(dataset, Inclusion.NOT_PERMITTED, NAMES_HIDDEN)
    if dataset.needs is None:
        return Decision(dataset, Inclusion.INCLUDED)
    status = snapshot.projection_statuses[dataset.needs]
    is_enough = status.readiness is Readiness.READY or (status.readiness is Readiness.PARTIAL and request.is_partial)
    inclusion = Inclusion.INCLUDED if is_enough else _broken(status)
    return Decision(dataset, inclusion, status.reason or "", status.readiness)


def _broken(status: Status) -> Inclusion:
    """A partial projection is not whole either: what it lacks decides the word."""
    if status.reason is Reason.ORACLE_TIMED_OUT:
        return Inclusion.TIMED_OUT
    return Inclusion.UNAVAILABLE if status.reason is Reason.MISSING_ORACLE_PAYLOAD else Inclusion.FAILED
