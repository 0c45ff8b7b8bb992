"""Results become a snapshot: same in, same out (FR-001, FR-002, AC-001). Pure: no query, no clock, no policy."""

from __future__ import annotations

from collections.abc import Mapping

from oracles.contract import Domain, Failed, Loaded, OracleKey, OracleResult, Scope, Skipped, Source
from snapshot import fingerprint as digests
from snapshot.contract import MISSING, Capability, Fact, Metadata, Projection, Snapshot
from snapshot.projections import CAPABILITIES, OPTIONAL, REQUIRED, derive_all, facts_of, fingerprint


class ForeignResult(ValueError):
    """A result of another scope was offered for this snapshot."""


def assemble(
    metadata: Metadata,
    scope: Scope,
    request_token: str,
    results: Mapping[OracleKey, OracleResult],
    snapshot_id: str,
) -> Snapshot:
    """The snapshot of these results.

    Raises:
        ForeignResult: a result carries another scope (identity guard).
    """
    for result in results.values():
        if result.scope != scope:
            raise ForeignResult(f"expected a result of {scope}, got one of {result.scope}")
    derived = derive_all(metadata, results)
    projections = {capability: found for capability in CAPABILITIES if (found := derived[capability][0]) is not None}
    return Snapshot(
        snapshot_id=snapshot_id,
        request_token=request_token,
        scope=scope,
        metadata=metadata,
        oracles={key: results[key] for key in sorted(results)},
        oracle_statuses={key: _status(results.get(key)) for key in sorted(REQUIRED | OPTIONAL)},
        projections=projections,
        projection_statuses={capability: derived[capability][1] for capability in CAPABILITIES},
        facts=_facts(projections),
        fingerprints={capability: fingerprint(capability, found) for capability, found in projections.items()},
        config_signature=digests.config_signature(metadata.semantics),
        stamp=_furthest(results),
    )


def _status(result: OracleResult | None) -> str:
    match result:
        case None:
            return MISSING
        case Loaded(source=source):
            return source.value
        case Failed(reason=reason):
            return reason.value
        case Skipped():
            return Source.SKIPPED_OPTIONAL.value


def _facts(projections: Mapping[Capability, Projection]) -> dict[str, Fact]:
    return {name: value for kind, found in projections.items() for name, value in facts_of(kind, found).items()}


def _furthest(results: Mapping[OracleKey, OracleResult]) -> dict[str, int]:
    """How far each data domain had moved when the answers were read."""
    stamps = [result.stamp for result in results.values() if isinstance(result, Loaded)]
    return {domain.value: max((getattr(stamp, domain.value) for stamp in stamps), default=0) for domain in Domain}
