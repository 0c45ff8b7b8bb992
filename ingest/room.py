"""How many requests may be in hand at once: in all, and of one institution. Whoever finds no room comes back later."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from threading import Lock

from oracles.contract import TenantId


@dataclass(slots=True)
class Room:
    """Shared by the event loops of a process. What is in hand holds its body in memory, and waits for a thread."""

    most: int = 64
    most_each: int = 32
    """One institution leaves room for the others."""
    _lock: Lock = field(default_factory=Lock)
    _inside: Counter[TenantId] = field(default_factory=Counter)

    def enter(self, tenant_id: TenantId) -> bool:
        """Whether there is room; then `leave` when done."""
        with self._lock:
            if self._inside.total() >= self.most or self._inside[tenant_id] >= self.most_each:
                return False
            self._inside[tenant_id] += 1
            return True

    def leave(self, tenant_id: TenantId) -> None:
        with self._lock:
            self._inside[tenant_id] -= 1
            if not self._inside[tenant_id]:
                del self._inside[tenant_id]

    @property
    def inside(self) -> int:
        with self._lock:
            return self._inside.total()
