"""What other thresholds would do: the same learners, grouped twice, and who goes from where to where. Pure.

Both sides are derived from the same answers by the same rule, so nothing has to be asked for a preview.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import msgspec

from courses.contract import SupportThresholds
from oracles.contract import OracleKey, OracleResult
from snapshot.contract import Capability, Metadata, StudentSupportProjection, SupportRow
from snapshot.projections import RULES, derive
from snapshot.projections.rules import Rules
from snapshot.projections.student_support import BUCKETS

type Results = Mapping[OracleKey, OracleResult]


@dataclass(frozen=True, slots=True)
class Regrouping:
    """Counts of learners; the four buckets in the order of `BUCKETS`."""

    matrix: tuple[tuple[int, ...], ...]
    """A row for each bucket as it is, a column for each as it would be."""
    inactive_now: int
    inactive_then: int
    into_inactive: int
    """Learners who are active now and would be inactive."""
    out_of_inactive: int

    @property
    def moved(self) -> int:
        """Learners who would be in another bucket."""
        return sum(sum(row) - row[index] for index, row in enumerate(self.matrix))

    @property
    def now(self) -> tuple[int, ...]:
        return tuple(sum(row) for row in self.matrix)

    @property
    def then(self) -> tuple[int, ...]:
        return tuple(sum(column) for column in zip(*self.matrix, strict=True))


def regroup(before: StudentSupportProjection, after: StudentSupportProjection) -> Regrouping:
    """From one grouping of a class to another one of the same class."""
    now, then = _rows(before), _rows(after)
    moves = Counter((now[each].bucket, then[each].bucket) for each in now)
    return Regrouping(
        matrix=tuple(tuple(moves[start, end] for end in BUCKETS) for start in BUCKETS),
        inactive_now=before.inactive,
        inactive_then=after.inactive,
        into_inactive=sum(then[each].inactive and not now[each].inactive for each in now),
        out_of_inactive=sum(now[each].inactive and not then[each].inactive for each in now),
    )


def grouped_by(
    thresholds: SupportThresholds, metadata: Metadata, results: Results, rules: Rules = RULES
) -> StudentSupportProjection | None:
    """The class under these thresholds instead of those in force; `None` where an answer is missing."""
    semantics = msgspec.structs.replace(metadata.semantics, support=thresholds)
    about = msgspec.structs.replace(metadata, semantics=semantics)
    found, _ = derive(Capability.STUDENT_SUPPORT, about, results, rules=rules)
    return found if isinstance(found, StudentSupportProjection) else None


def _rows(projection: StudentSupportProjection) -> dict[int, SupportRow]:
    return {row.learner_id: row for bucket in projection.buckets for row in bucket.learners}
