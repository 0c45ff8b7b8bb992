"""Keeps snapshots in the shared cache for a day, by tenant and id: what was shown can be exported and verified.

Snapshots that say the same at different minutes have one body between them, packed; under each id stands only which
body it has. The cache may be absent or restarted: then a snapshot is simply no longer there.
"""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import blake2b

import msgspec
from asgiref.sync import sync_to_async
from django.core.cache.backends.base import BaseCache
from msgspec.structs import replace

from oracles.contract import TenantId
from snapshot.contract import Snapshot
from snapshot.keeping import from_bytes, to_bytes

A_DAY = 24 * 60 * 60
ID = re.compile(r"[a-z0-9]{1,64}")
QUICKLY = 1
"""zlib's level: a tenth of the size for a hundredth of the work of making it."""
BODY, NO_TIME = "body", datetime(2000, 1, 1, tzinfo=UTC)
"""Stand in a body for what differs between snapshots that say the same."""


class _Label(msgspec.Struct, frozen=True):
    """What stands under an id."""

    body: str
    snapshot_id: str
    request_token: str
    generated_at: datetime


@dataclass(frozen=True, slots=True)
class KeptSnapshots:
    """Implements `snapshot.data_snapshot.SnapshotStore` on a Django cache."""

    cache: BaseCache
    seconds: int = A_DAY

    def keep(self, snapshot: Snapshot) -> None:
        """It can be found from now on, by its own tenant only."""
        about = replace(snapshot.metadata, generated_at=NO_TIME)
        body = to_bytes(replace(snapshot, snapshot_id=BODY, request_token=BODY, metadata=about))
        name = blake2b(body, digest_size=16).hexdigest()
        label = _Label(name, snapshot.snapshot_id, snapshot.request_token, snapshot.metadata.generated_at)
        tenant_id = snapshot.scope.tenant_id
        # Written each time, so that a body lives as long as its last label (`touch` is not there without Redis).
        self.cache.set(_body_key(tenant_id, name), zlib.compress(body, QUICKLY), self.seconds)
        self.cache.set(_key(tenant_id, snapshot.snapshot_id), msgspec.msgpack.encode(label), self.seconds)

    def find(self, tenant_id: TenantId, snapshot_id: str) -> Snapshot | None:
        """The snapshot under this id, if it is this tenant's and has not expired."""
        if not ID.fullmatch(snapshot_id):
            return None  # not one of ours, and perhaps no key that a cache can take
        kept = self.cache.get(_key(tenant_id, snapshot_id))
        label = _label(kept) if isinstance(kept, bytes) else None
        if label is None:
            return None
        body = self.cache.get(_body_key(tenant_id, label.body))
        found = _snapshot(body, label) if isinstance(body, bytes) else None
        return found if found is not None and found.scope.tenant_id == tenant_id else None

    async def save(self, snapshot: Snapshot) -> None:
        """As `keep`, without holding up the event loop."""
        await sync_to_async(self.keep)(snapshot)

    async def load(self, tenant_id: TenantId, snapshot_id: str) -> Snapshot | None:
        """As `find`, without holding up the event loop."""
        return await sync_to_async(self.find)(tenant_id, snapshot_id)


def _label(kept: bytes) -> _Label | None:
    try:
        return msgspec.msgpack.decode(kept, type=_Label)
    except msgspec.MsgspecError:
        return None


def _snapshot(body: bytes, label: _Label) -> Snapshot | None:
    try:
        found = from_bytes(zlib.decompress(body))
    except zlib.error:
        return None
    if found is None:
        return None
    about = replace(found.metadata, generated_at=label.generated_at)
    return replace(found, snapshot_id=label.snapshot_id, request_token=label.request_token, metadata=about)


def _key(tenant_id: TenantId, snapshot_id: str) -> str:
    return f"snapshot:{tenant_id}:{snapshot_id}"


def _body_key(tenant_id: TenantId, name: str) -> str:
    return f"snapshot-body:{tenant_id}:{name}"
