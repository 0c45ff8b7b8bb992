"""Deficit round robin: every tenant gets the same number of records per round, whatever its batches look like. Pure."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable


class DeficitRoundRobin:
    """A ring of tenants. On its turn a tenant may give up to `quantum` records, in one batch or in several."""

    def __init__(self, quantum: int) -> None:
        self._quantum = quantum
        self._deficits: OrderedDict[str, int] = OrderedDict()
        """Records each tenant may still give in this turn; the first one's turn it is."""

    def __len__(self) -> int:
        return len(self._deficits)

    def join(self, tenant: str) -> None:
        """The tenant's turn comes after everybody else's."""
        self._deficits.setdefault(tenant, 0)

    def leave(self, tenant: str) -> None:
        self._deficits.pop(tenant, None)

    def serve(self, wants: Callable[[str], int]) -> tuple[str, int] | None:
        """Whose turn it is among those that want to give records, and how many it may give.

        `wants` says how many records of a tenant are due now; who wants none loses the rest of its turn.
        """
        for _ in range(len(self._deficits)):
            tenant, deficit = next(iter(self._deficits.items()))
            if wanted := wants(tenant):
                return tenant, self._spend(tenant, deficit or self._quantum, wanted)
            self._end_turn(tenant)
        return None

    def _spend(self, tenant: str, deficit: int, wanted: int) -> int:
        given = min(wanted, deficit)
        self._deficits[tenant] = deficit - given
        if given == deficit:
            self._end_turn(tenant)
        return given

    def _end_turn(self, tenant: str) -> None:
        self._deficits[tenant] = 0
        self._deficits.move_to_end(tenant)
