"""How fast one token may send: a bucket that fills with time and is emptied by what is sent. Pure.

One process counts for itself: with N workers a token may send up to N times as much.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

MOST_SENDERS = 10_000


@dataclass(frozen=True, slots=True)
class Rate:
    """`per_second` in the long run, `burst` at once."""

    per_second: float = 2_000.0
    burst: float = 10_000.0


@dataclass(slots=True)
class Rates:
    """The buckets of all senders; those that sent least recently are forgotten first (a forgotten one is full)."""

    rate: Rate
    clock: Callable[[], float]
    """Monotonic seconds."""
    _buckets: OrderedDict[int, tuple[float, float]] = field(default_factory=OrderedDict)
    """Sender → credit, and when it was counted."""

    def wait_for(self, sender: int, cost: float) -> float:
        """0 when the sender may send this now (and it is charged); else the seconds after which it could."""
        now = self.clock()
        credit, counted_at = self._buckets.pop(sender, (self.rate.burst, now))
        credit = min(self.rate.burst, credit + max(0.0, now - counted_at) * self.rate.per_second)
        wanted = min(cost, self.rate.burst)
        waits = max(0.0, wanted - credit) / self.rate.per_second
        self._buckets[sender] = (credit if waits else credit - wanted, now)
        if len(self._buckets) > MOST_SENDERS:
            self._buckets.popitem(last=False)
        return waits
