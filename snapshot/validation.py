"""What holds for every snapshot, whatever rule made it (seed 001 FR-002, FR-004, NFR-REL-001). Pure.

A projection whose facts break a rule is that capability's failure (`facts_problem`); a snapshot that contradicts itself
is nobody's: it is not made (`check`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from math import isfinite

from snapshot.contract import Capability, Facts, Readiness, Reason, Snapshot, Status

ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
FACT_ID = re.compile(r"(?P<capability>[a-z_]+)(\.[-A-Za-z0-9_]+)+")

BROKEN = (
    Reason.ORACLE_FAILED,
    Reason.ORACLE_TIMED_OUT,
    Reason.DATABASE_UNAVAILABLE,
    Reason.DERIVATION_FAILED,
    Reason.INVALID_DATA,
)
LACKING = (
    Reason.MISSING_ORACLE_PAYLOAD,
    Reason.ORACLE_FAILED,
    Reason.ORACLE_TIMED_OUT,
    Reason.DATABASE_UNAVAILABLE,
)
REASONS: dict[Readiness, tuple[Reason | None, ...]] = {
    Readiness.READY: (None,),
    Readiness.PARTIAL: LACKING,
    Readiness.FAILED: BROKEN,
    Readiness.UNAVAILABLE: (Reason.MISSING_ORACLE_PAYLOAD, Reason.UNSUPPORTED_VERSION),
}
"""Which reasons a readiness can have. `partial` names what an optional oracle lacks; `failed` is for good until a
retry; `unavailable` may become ready by itself."""

SAYS_SOMETHING = frozenset({Readiness.READY, Readiness.PARTIAL})
"""There is a projection."""


class InvalidSnapshot(ValueError):
    """The values contradict the contract; the message names each contradiction."""


def check(snapshot: Snapshot) -> Snapshot:
    """The snapshot itself.

    Raises:
        InvalidSnapshot: it contradicts the contract.
    """
    problems = list(problems_of(snapshot))
    if problems:
        raise InvalidSnapshot("; ".join(problems))
    return snapshot


def problems_of(snapshot: Snapshot) -> Iterator[str]:
    """Every contradiction, in one fixed order."""
    yield from _wrong_identity(snapshot)
    for capability in Capability:
        yield from _wrong_status(snapshot, capability)
    for fact, value in snapshot.facts.items():
        yield from _wrong_fact(fact, value)
        if fact.partition(".")[0] not in snapshot.projections:
            yield f"fact {fact!r} has no projection"
    for what, keys in (("fingerprints", snapshot.fingerprints), ("projections", snapshot.projections)):
        if set(keys) != {kind for kind, status in snapshot.projection_statuses.items() if _says_something(status)}:
            yield f"{what} are not those of the capabilities that are ready or partial"


def facts_problem(capability: Capability, facts: Facts) -> str:
    """What is wrong with a projection's facts; empty when nothing is."""
    for fact, value in facts.items():
        for problem in _wrong_fact(fact, value):
            return problem
        if fact.partition(".")[0] != capability.value:
            return f"fact {fact!r} is not one of {capability.value}"
    return ""


def status_problem(status: Status) -> str:
    """What is wrong with a status by itself; empty when nothing is."""
    if status.readiness not in REASONS:
        return f"readiness {status.readiness!r} is none"
    if status.reason not in REASONS[status.readiness]:
        return f"{status.readiness} cannot have the reason {status.reason}"
    if status.readiness is Readiness.READY and status.missing:
        return f"ready lacks {', '.join(status.missing)}"
    if status.reason in LACKING and not status.missing:
        return f"{status.readiness} for {status.reason} names no oracle"
    return ""


def _says_something(status: Status) -> bool:
    return status.readiness in SAYS_SOMETHING


def _wrong_identity(snapshot: Snapshot) -> Iterator[str]:
    if not ID.fullmatch(snapshot.snapshot_id):
        yield f"snapshot id {snapshot.snapshot_id!r} is not well formed"
    if not ID.fullmatch(snapshot.request_token):
        yield f"request token {snapshot.request_token!r} is not well formed"
    if snapshot.metadata.generated_at.tzinfo is None:
        yield "generated_at has no time zone"
    if snapshot.metadata.as_of is not None and snapshot.metadata.as_of.tzinfo is None:
        yield "as_of has no time zone"
    for key, result in snapshot.oracles.items():
        if result.key != key or result.scope != snapshot.scope:
            yield f"the answer under {key} is one of {result.key} about {result.scope.address}"


def _wrong_status(snapshot: Snapshot, capability: Capability) -> Iterator[str]:
    status = snapshot.projection_statuses.get(capability)
    if status is None:
        yield f"{capability.value} has no status"
    elif problem := status_problem(status):
        yield f"{capability.value}: {problem}"
    if capability not in snapshot.projection_versions:
        yield f"{capability.value} has no version"


def _wrong_fact(fact: str, value: object) -> Iterator[str]:
    found = FACT_ID.fullmatch(fact)
    if found is None or found["capability"] not in set(Capability):
        yield f"fact id {fact!r} is not well formed"
    if value is not None and (isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value)):
        yield f"fact {fact!r} is {value!r}, expected a finite number or nothing"
