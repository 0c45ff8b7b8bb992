"""How old the numbers of a tile are, and where the time went: until the event was stored, until the database had
answered, and since then. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from oracles.contract import Loaded, OracleResult

PROMISED_SECONDS = 1.5
"""From the storing of an event to its number on an open page, for nineteen in twenty (`make bench` measures it)."""


@dataclass(frozen=True, slots=True)
class Age:
    """Of one tile; what is not known is `None`."""

    happened_at: datetime | None = None
    """The newest event that any of its answers has seen."""
    arrived_at: datetime | None = None
    """When that event was stored."""
    compute_seconds: float | None = None
    """The longest of its questions."""
    read_at: datetime | None = None
    """The oldest of its answers was read then."""

    @property
    def promise(self) -> float:
        """Seconds."""
        return PROMISED_SECONDS

    @property
    def ingest_seconds(self) -> float | None:
        """From happening to being stored; nothing where the event claims to be younger than its arrival."""
        if self.happened_at is None or self.arrived_at is None:
            return None
        return max(0.0, (self.arrived_at - self.happened_at) / timedelta(seconds=1))


def age_of(answers: Iterable[OracleResult]) -> Age:
    """The age of what is made of these answers."""
    loaded = [answer for answer in answers if isinstance(answer, Loaded)]
    seen = [answer.stamp for answer in loaded if answer.stamp.as_of]
    newest = max(seen, key=lambda stamp: stamp.as_of, default=None)  # type: ignore[arg-type, return-value]
    return Age(
        happened_at=newest.as_of if newest else None,
        arrived_at=newest.arrived_at if newest else None,
        compute_seconds=max((answer.seconds for answer in loaded), default=None),
        read_at=min((answer.read_at for answer in loaded if answer.read_at), default=None),
    )
