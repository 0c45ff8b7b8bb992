"""Digests: equal values, equal digest; token, clock and order do not count (FR-012). Pure."""

from __future__ import annotations

import hashlib
import json

import msgspec

from courses.contract import Semantics
from snapshot.contract import Capability, Facts

SHORT = 12


def canonical(value: object) -> bytes:
    """One text for one value: sorted keys, no spaces, ASCII."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode()


def digest(value: object) -> str:
    """SHA-256 of the canonical text, in hexadecimal."""
    return hashlib.sha256(canonical(value)).hexdigest()


def of_facts(capability: Capability, facts: Facts, version: int = 1) -> str:
    """The fingerprint of what a capability shows; two versions of a projection never share one."""
    return digest({"capability": capability.value, "version": version, "facts": dict(facts)})


def config_signature(semantics: Semantics) -> str:
    """The digest of the settings that change numbers."""
    return digest(msgspec.to_builtins(semantics))[:16]
