"""Keeps snapshots in the shared cache for a day, by tenant and id: what was shown can be exported and verified.

The cache may be absent or restarted: then a snapshot is simply no longer there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from asgiref.sync import sync_to_async
from django.core.cache.backends.base import BaseCache

from oracles.contract import TenantId
from snapshot.contract import Snapshot
from snapshot.keeping import from_bytes, to_bytes

A_DAY = 24 * 60 * 60
ID = re.compile(r"[a-z0-9]{1,64}")


@dataclass(frozen=True, slots=True)
class KeptSnapshots:
    """Implements `snapshot.data_snapshot.SnapshotStore` on a Django cache."""

    cache: BaseCache
    seconds: int = A_DAY

    def keep(self, snapshot: Snapshot) -> None:
        """It can be found from now on, by its own tenant only."""
        key = _key(snapshot.scope.tenant_id, snapshot.snapshot_id)
        self.cache.set(key, to_bytes(snapshot), self.seconds)

    def find(self, tenant_id: TenantId, snapshot_id: str) -> Snapshot | None:
        """The snapshot under this id, if it is this tenant's and has not expired."""
        if not ID.fullmatch(snapshot_id):
            return None  # not one of ours, and perhaps no key that a cache can take
        kept = self.cache.get(_key(tenant_id, snapshot_id))
        found = from_bytes(kept) if isinstance(kept, bytes) else None
        return found if found is not None and found.scope.tenant_id == tenant_id else None

    async def save(self, snapshot: Snapshot) -> None:
        """As `keep`, without holding up the event loop."""
        await sync_to_async(self.keep)(snapshot)

    async def load(self, tenant_id: TenantId, snapshot_id: str) -> Snapshot | None:
        """As `find`, without holding up the event loop."""
        return await sync_to_async(self.find)(tenant_id, snapshot_id)


def _key(tenant_id: TenantId, snapshot_id: str) -> str:
    return f"snapshot:{tenant_id}:{snapshot_id}"
