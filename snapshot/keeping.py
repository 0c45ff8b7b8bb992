"""A snapshot as bytes and back: what is kept so that the page's export is the page. Pure.

Kept is what was shown: metadata, projections, facts and digests. The oracles' answers are not; they have a cache of
their own. Bytes of another version of the snapshot, or of a projection's version that has left the table, are read as
"no longer there".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict

import msgspec

from oracles.contract import OracleKey, Scope
from snapshot.contract import (
    PROJECTION_VERSION,
    SNAPSHOT_VERSION,
    Capability,
    Fact,
    Metadata,
    Projection,
    Snapshot,
    Status,
)
from snapshot.projections import TABLE
from snapshot.projections.rules import Table, choose


class _Kept(msgspec.Struct, frozen=True):
    snapshot_id: str
    request_token: str
    scope: Scope
    metadata: Metadata
    oracle_statuses: Mapping[OracleKey, str]
    projections: Mapping[Capability, msgspec.Raw]
    projection_statuses: Mapping[Capability, Status]
    projection_versions: Mapping[Capability, int]
    facts: Mapping[str, Fact]
    fingerprints: Mapping[Capability, str]
    config_signature: str
    stamp: Mapping[str, int]
    snapshot_version: int
    projection_version: int


class _Versions(msgspec.Struct, frozen=True):
    snapshot_version: int
    projection_version: int


def to_bytes(snapshot: Snapshot) -> bytes:
    """What is kept of a snapshot."""
    same = {name: getattr(snapshot, name) for name in _Kept.__struct_fields__}
    return msgspec.msgpack.encode({**same, "scope": asdict(snapshot.scope)})


def from_bytes(kept: bytes, table: Table = TABLE) -> Snapshot | None:
    """The snapshot that was kept; nothing when it is of another version or is no snapshot."""
    try:
        versions = msgspec.msgpack.decode(kept, type=_Versions)
        if (versions.snapshot_version, versions.projection_version) != (SNAPSHOT_VERSION, PROJECTION_VERSION):
            return None
        found = msgspec.msgpack.decode(kept, type=_Kept)
        rules = choose(table, found.projection_versions)
        projections = {
            kind: msgspec.msgpack.decode(part, type=rules.of[kind].shape) for kind, part in found.projections.items()
        }
    except (msgspec.MsgspecError, LookupError):
        return None
    return _snapshot(found, projections)


def _snapshot(kept: _Kept, projections: Mapping[Capability, Projection]) -> Snapshot:
    same = {name: getattr(kept, name) for name in _Kept.__struct_fields__}
    return Snapshot(**{**same, "oracles": {}, "projections": projections})
