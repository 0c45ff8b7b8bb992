"""How many workers there should be, and how their deaths are borne. Pure; time is passed in."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass


def wanted_workers(held: int, batch_size: int, fewest: int, most: int) -> int:
    """One worker per batch that waits or is written, within the bounds."""
    return max(fewest, min(most, -(-held // batch_size)))


@dataclass(frozen=True, slots=True)
class RestartPolicy:
    """A dead worker is replaced after a growing delay; many deaths within `window` seconds are a sick coordinator."""

    initial_delay: float = 0.1
    max_delay: float = 5.0
    sick_after: int = 5
    window: float = 60.0


class Deaths:
    """The deaths of the last while."""

    def __init__(self, policy: RestartPolicy) -> None:
        self._policy = policy
        self._recent: deque[float] = deque()
        self.total = 0

    def record(self, now: float) -> float:
        """A worker has died; returns the seconds until its successor begins."""
        self.total += 1
        self._recent.append(now)
        self._forget(now)
        grown = self._policy.initial_delay * 2.0 ** min(len(self._recent) - 1, 32)
        return min(grown, self._policy.max_delay)

    def is_sick(self, now: float) -> bool:
        self._forget(now)
        return len(self._recent) >= self._policy.sick_after

    def _forget(self, now: float) -> None:
        while self._recent and now - self._recent[0] > self._policy.window:
            self._recent.popleft()
