"""What a projection is made of: the metadata, the answers, and other projections of the same snapshot. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import cast

from oracles.contract import Failed, FailureReason, Loaded, OracleKey, OracleResult, Payload
from snapshot.contract import Capability, Metadata, Projection, Reason, Status

type Outcome = tuple[Projection | None, Status]
"""What came of a derivation, and how ready it is."""

type Derivation = Callable[[Capability, type[Projection] | None, Material], Outcome]
"""Derives a capability in that shape; without one, as is in force."""

REASONS: dict[FailureReason, Reason] = {
    FailureReason.TIMEOUT: Reason.ORACLE_TIMED_OUT,
    FailureReason.CANCELLED: Reason.MISSING_ORACLE_PAYLOAD,
    FailureReason.DATABASE_UNAVAILABLE: Reason.DATABASE_UNAVAILABLE,
    FailureReason.ORACLE_ERROR: Reason.ORACLE_FAILED,
}


class Material:
    """Read-only: what a rule may know."""

    __slots__ = ("_derive", "metadata", "pending", "results")

    def __init__(
        self,
        metadata: Metadata,
        results: Mapping[OracleKey, OracleResult],
        pending: frozenset[OracleKey],
        derive: Derivation,
    ) -> None:
        self.metadata = metadata
        self.results = results
        self.pending = pending
        self._derive = derive

    def find[P: Payload](self, key: OracleKey, _kind: type[P]) -> P | None:
        """The payload of an oracle that has answered."""
        result = self.results.get(key)
        return cast("P", result.payload) if isinstance(result, Loaded) else None

    def need[P: Payload](self, key: OracleKey, kind: type[P]) -> P:
        """The payload of a required oracle; asked only when it is there."""
        payload = self.find(key, kind)
        if payload is None:
            raise LookupError(f"expected an answer of {key}, got none")
        return payload

    def projection[P: Projection](self, capability: Capability, kind: type[P]) -> P | None:
        """Another projection of the same material, if what it needs is there.

        `kind` says which version is meant: a rule that reads the older shape gets it, whatever is in force.
        """
        return cast("P | None", self._derive(capability, kind, self)[0])

    def outcome(self, capability: Capability) -> Outcome:
        """The projection in force, with its readiness."""
        return self._derive(capability, None, self)

    def lacks(self, keys: frozenset[OracleKey]) -> tuple[OracleKey, ...]:
        """Those without an answer, in a fixed order."""
        return tuple(sorted(key for key in keys if not isinstance(self.results.get(key), Loaded)))

    def reason(self, key: OracleKey) -> Reason:
        """Why an oracle has no answer."""
        result = self.results.get(key)
        return REASONS[result.reason] if isinstance(result, Failed) else Reason.MISSING_ORACLE_PAYLOAD

    def state(self, *keys: OracleKey) -> str:
        """How a card that lacks these answers stands: `loading` or `unavailable`."""
        waits = any(key in self.pending and not isinstance(self.results.get(key), Failed) for key in keys)
        return "loading" if waits else "unavailable"
