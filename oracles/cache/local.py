"""Tier 1: answers in this process, bounded in entries and bytes, evicted by whole container, least recently used first.

One entry per container and oracle: the freshest. An older one never replaces it (R9).
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

from oracles.cache.keys import EntryKey, Place, place
from oracles.contract import Loaded, OracleKey

MOST_ENTRIES = 4000
MOST_BYTES = 64 * 1024 * 1024
LIFETIME_SECONDS = 15 * 60.0


@dataclass(frozen=True, slots=True)
class Kept:
    key: EntryKey
    result: Loaded
    size: int
    until: float


class LocalTier:
    def __init__(
        self,
        now: Callable[[], float],
        most_entries: int = MOST_ENTRIES,
        most_bytes: int = MOST_BYTES,
        lifetime: float = LIFETIME_SECONDS,
    ) -> None:
        self._now = now
        self._most_entries = most_entries
        self._most_bytes = most_bytes
        self._lifetime = lifetime
        self._lock = Lock()
        self._containers: OrderedDict[Place, dict[OracleKey, Kept]] = OrderedDict()
        self.entries = 0
        self.bytes = 0

    def get(self, where: Place, oracle: OracleKey, key: EntryKey) -> Loaded | None:
        """The answer kept under exactly this key."""
        with self._lock:
            kept = self._containers.get(where, {}).get(oracle)
            if kept is None or kept.key != key or kept.until <= self._now():
                return None
            self._containers.move_to_end(where)
            return kept.result

    def put(self, key: EntryKey, result: Loaded, size: int) -> bool:
        """Whether the answer is now kept: not when a fresher one is, nor when it is larger than the tier."""
        where = place(result.scope)
        with self._lock:
            container = self._containers.setdefault(where, {})
            before = container.get(result.key)
            if size > self._most_bytes or (before is not None and not _is_fresher(result, before.result)):
                self._forget_if_empty(where)
                return False
            container[result.key] = Kept(key, result, size, self._now() + self._lifetime)
            self.entries += before is None
            self.bytes += size - (before.size if before else 0)
            self._containers.move_to_end(where)
            self._evict()
            return True

    def touch(self, where: Place) -> None:
        """The container counts as used just now."""
        with self._lock:
            if where in self._containers:
                self._containers.move_to_end(where)

    def _evict(self) -> None:
        while self.entries > self._most_entries or self.bytes > self._most_bytes:
            _, container = self._containers.popitem(last=False)
            self.entries -= len(container)
            self.bytes -= sum(kept.size for kept in container.values())

    def _forget_if_empty(self, where: Place) -> None:
        if not self._containers[where]:
            del self._containers[where]


def _is_fresher(new: Loaded, old: Loaded) -> bool:
    """Newer data wins; of the same data, the later load. Another version or address of the scope always replaces."""
    if (new.version, new.scope) != (old.version, old.scope):
        return True
    counters = [(getattr(new.stamp, name), getattr(old.stamp, name)) for name in COUNTERS]
    if any(mine < theirs for mine, theirs in counters):
        return False
    return any(mine > theirs for mine, theirs in counters) or new.started_at > old.started_at


COUNTERS = ("structure", "roster", "progress", "evidence", "scores", "settings")
