"""A snapshot as bytes and back: what is kept so that the page's export is the page. Pure.

Kept is what was shown: metadata, projections, facts and digests. The oracles' answers are not; they have a cache of
their own. Bytes of another version are read as "no longer there".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict

import msgspec

from oracles.contract import OracleKey, Scope
from snapshot import contract
from snapshot.contract import PROJECTION_VERSION, SNAPSHOT_VERSION, Capability, Fact, Metadata, Snapshot, Status


class _Projections(msgspec.Struct, frozen=True):
    """One field per capability: its name says which shape the bytes have."""

    summary: contract.SummaryProjection | None = None
    progress: contract.ProgressProjection | None = None
    student_support: contract.StudentSupportProjection | None = None
    challenging_objectives: contract.ChallengingObjectivesProjection | None = None
    assessments: contract.AssessmentsProjection | None = None
    ai_context: contract.AiContextProjection | None = None


class _Kept(msgspec.Struct, frozen=True):
    snapshot_id: str
    request_token: str
    scope: Scope
    metadata: Metadata
    oracle_statuses: Mapping[OracleKey, str]
    projections: _Projections
    projection_statuses: Mapping[Capability, Status]
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
    projections = {capability.value: found for capability, found in snapshot.projections.items()}
    scope = asdict(snapshot.scope)
    same = {name: getattr(snapshot, name) for name in _Kept.__struct_fields__}
    return msgspec.msgpack.encode({**same, "projections": projections, "scope": scope})


def from_bytes(kept: bytes) -> Snapshot | None:
    """The snapshot that was kept; nothing when it is of another version or is no snapshot."""
    try:
        versions = msgspec.msgpack.decode(kept, type=_Versions)
        if (versions.snapshot_version, versions.projection_version) != (SNAPSHOT_VERSION, PROJECTION_VERSION):
            return None
        found = msgspec.msgpack.decode(kept, type=_Kept)
    except msgspec.MsgspecError:
        return None
    return _snapshot(found)


def _snapshot(kept: _Kept) -> Snapshot:
    parts = {kind: getattr(kept.projections, kind.value) for kind in Capability}
    return Snapshot(
        snapshot_id=kept.snapshot_id,
        request_token=kept.request_token,
        scope=kept.scope,
        metadata=kept.metadata,
        oracles={},
        oracle_statuses=kept.oracle_statuses,
        projections={kind: part for kind, part in parts.items() if part is not None},
        projection_statuses=kept.projection_statuses,
        facts=kept.facts,
        fingerprints=kept.fingerprints,
        config_signature=kept.config_signature,
        stamp=kept.stamp,
        snapshot_version=kept.snapshot_version,
        projection_version=kept.projection_version,
    )
