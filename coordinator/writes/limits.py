"""How much a queue may hold and when a batch is due. Pure values, checked where they are made."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Overflow(StrEnum):
    """What becomes of a record for which there is no room."""

    BLOCK = "block"
    """Its producer waits."""
    DROP_OLDEST = "drop_oldest"
    """The oldest queued record of the tenant most over its share is given up for it."""
    DROP_NEWEST = "drop_newest"
    """It is given up itself."""
    ERROR = "error"
    """`QueueFullError`."""


@dataclass(frozen=True, slots=True)
class QueueLimits:
    """Records unless said otherwise. Everything held counts: queued and in flight.

    Raises:
        ValueError: a limit makes no sense.

    """

    capacity: int = 10_000
    capacity_bytes: int | None = None
    batch_size: int = 500
    flush_interval: float = 0.25
    """Seconds after the first record of a batch."""
    overflow: Overflow = Overflow.BLOCK
    tenant_share: float = 1.0
    """Part of the capacity that one tenant may hold."""
    tenant_batches: int | None = None
    """Batches of one tenant in flight at a time."""
    bulk_share: float = 0.5
    """Part of the capacity that the bulk lane may hold."""
    bulk_batches: int | None = None
    """Batches of the bulk lane in flight at a time."""
    live_streak: int = 8
    """So many live batches may pass a bulk batch that is due, then it goes: no lane starves."""

    def __post_init__(self) -> None:
        _at_least_one("capacity", self.capacity)
        _at_least_one("batch_size", self.batch_size)
        _at_least_one("live_streak", self.live_streak)
        for name in ("capacity_bytes", "tenant_batches", "bulk_batches"):
            value: int | None = getattr(self, name)
            if value is not None:
                _at_least_one(name, value)
        if not self.flush_interval >= 0:
            raise ValueError(f"flush_interval: expected seconds >= 0, got {self.flush_interval}")
        for name in ("tenant_share", "bulk_share"):
            _share(name, getattr(self, name))

    @property
    def tenant_capacity(self) -> int:
        return max(1, int(self.capacity * self.tenant_share))

    @property
    def bulk_capacity(self) -> int:
        return max(1, int(self.capacity * self.bulk_share))


def _at_least_one(name: str, value: int) -> None:
    if value < 1:
        raise ValueError(f"{name}: expected at least 1, got {value}")


def _share(name: str, value: float) -> None:
    if not 0 < value <= 1:
        raise ValueError(f"{name}: expected more than 0 and at most 1, got {value}")
