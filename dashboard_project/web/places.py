"""How many sockets there may be: ten for a person, two thousand for a process."""

from __future__ import annotations

from collections import Counter

from dashboard_project.web.limits import CloseCode

PER_USER = 10
PER_PROCESS = 2_000


class Places:
    """Counted on the event loop only, so no lock is needed."""

    def __init__(self, per_user: int = PER_USER, per_process: int = PER_PROCESS) -> None:
        self._per_user = per_user
        self._per_process = per_process
        self._held: Counter[int] = Counter()

    def take(self, user_id: int) -> int | None:
        """A place is held from now on; or the close code of whoever finds none."""
        if self._held.total() >= self._per_process:
            return CloseCode.OVERLOADED
        if self._held[user_id] >= self._per_user:
            return CloseCode.TOO_MANY
        self._held[user_id] += 1
        return None

    def leave(self, user_id: int) -> None:
        self._held[user_id] -= 1
        if self._held[user_id] <= 0:
            del self._held[user_id]


PLACES = Places()
