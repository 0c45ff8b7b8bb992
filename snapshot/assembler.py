"""Results become a snapshot: same in, same out (FR-001, FR-002, AC-001). Pure: no query, no clock, no policy."""

from __future__ import annotations

from collections.abc import Mapping

from oracles.contract import Domain, Failed, Loaded, OracleKey, OracleResult, Scope, Skipped, Source
from snapshot import fingerprint as digests
from snapshot.contract import MISSING, Capability, Fact, Metadata, Projection, Snapshot
from snapshot.projections import RULES, Watch, derive_all, facts_of, fingerprint, unwatched
from snapshot.projections.rules import Rules
from snapshot.validation import check


class ForeignResult(ValueError):
    """A result of another scope was offered for this snapshot."""


def assemble(
    metadata: Metadata,
    scope: Scope,
    request_token: str,
    results: Mapping[OracleKey, OracleResult],
    snapshot_id: str,
    *,
    rules: Rules = RULES,
    watch: Watch = unwatched,
) -> Snapshot:
    """The snapshot of these results under these rules; it keeps the contract.

    Raises:
        ForeignResult: a result carries another scope (identity guard).
        InvalidSnapshot: an id is not well formed, or a time has no zone.
    """
    for result in results.values():
        if result.scope != scope:
            raise ForeignResult(f"expected a result of {scope}, got one of {result.scope}")
    derived = derive_all(metadata, results, rules=rules, watch=watch)
    projections = {capability: found for capability, (found, _) in derived.items() if found is not None}
    made = Snapshot(
        snapshot_id=snapshot_id,
        request_token=request_token,
        scope=scope,
        metadata=metadata,
        oracles={key: results[key] for key in sorted(results)},
        oracle_statuses={key: _status(results.get(key)) for key in sorted(rules.required | rules.optional)},
        projections=projections,
        projection_statuses={capability: status for capability, (_, status) in derived.items()},
        projection_versions=dict(rules.versions),
        facts=_facts(projections, rules),
        fingerprints={capability: fingerprint(capability, found, rules) for capability, found in projections.items()},
        config_signature=digests.config_signature(metadata.semantics),
        stamp=_furthest(results),
    )
    return check(made)


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


def _facts(projections: Mapping[Capability, Projection], rules: Rules) -> dict[str, Fact]:
    return {name: value for kind, found in projections.items() for name, value in facts_of(kind, found, rules).items()}


def _furthest(results: Mapping[OracleKey, OracleResult]) -> dict[str, int]:
    """How far each data domain had moved when the answers were read."""
    stamps = [result.stamp for result in results.values() if isinstance(result, Loaded)]
    return {domain.value: max((getattr(stamp, domain.value) for stamp in stamps), default=0) for domain in Domain}
