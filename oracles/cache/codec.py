"""An answer as bytes: msgpack, compressed where that pays, never pickle. Pure.

What comes back is a guess of an untrusted store: it must carry the identity that was asked for and have the payload's
exact shape, or it counts as not there.
"""

from __future__ import annotations

import zlib
from datetime import datetime

import msgspec

from oracles.contract import DataStamp, Loaded, Oracle, Scope, Source, TenantId

COMPRESS_FROM_BYTES = 32 * 1024
LARGEST_BYTES = 32 * 1024 * 1024
"""Nothing larger is unpacked, whatever the store says."""

PLAIN, COMPRESSED = b"\x00", b"\x01"


class Unreadable(ValueError):
    """These bytes are not the answer that was asked for."""


class Entry(msgspec.Struct, frozen=True, array_like=True):
    tenant_id: int
    section_id: int
    container_id: int | None
    container_key: str | None
    oracle: str
    version: int
    counters: tuple[int, int, int, int, int, int]
    as_of: datetime | None
    payload: msgspec.Raw
    arrived_at: datetime | None = None
    read_at: datetime | None = None
    seconds: float = 0.0
    """How long it took to work out."""


def encode(result: Loaded) -> bytes:
    scope, stamp = result.scope, result.stamp
    counters = (stamp.structure, stamp.roster, stamp.progress, stamp.evidence, stamp.scores, stamp.settings)
    entry = Entry(
        scope.tenant_id,
        scope.section_id,
        scope.container_id,
        scope.container_key,
        oracle=result.key,
        version=result.version,
        counters=counters,
        as_of=stamp.as_of,
        payload=msgspec.Raw(msgspec.msgpack.encode(result.payload)),
        arrived_at=stamp.arrived_at,
        read_at=result.read_at,
        seconds=result.seconds,
    )
    packed = msgspec.msgpack.encode(entry)
    if len(packed) < COMPRESS_FROM_BYTES:
        return PLAIN + packed
    return COMPRESSED + zlib.compress(packed, 1)


def decode(data: bytes, scope: Scope, oracle: Oracle, now: float) -> Loaded:
    """The answer, as read from a cache at `now`.

    Raises Unreadable when it is damaged or belongs to anything else than this oracle at this scope.
    """
    try:
        entry = msgspec.msgpack.decode(_unpacked(data), type=Entry)
        payload = msgspec.msgpack.decode(entry.payload, type=oracle.payload)
    except (msgspec.MsgspecError, zlib.error, UnicodeDecodeError) as error:
        raise Unreadable(f"expected an entry of {oracle.key}") from error
    owner = Scope(TenantId(entry.tenant_id), entry.section_id, entry.container_id, entry.container_key)
    if (owner, entry.oracle, entry.version) != (scope, oracle.key, oracle.version):
        raise Unreadable(f"expected {oracle.key} version {oracle.version} of section {scope.section_id}, got another's")
    stamp = DataStamp(*entry.counters, as_of=entry.as_of, arrived_at=entry.arrived_at)
    began = now - entry.seconds
    return Loaded(scope, oracle.key, payload, oracle.version, stamp, Source.CACHE, began, now, entry.read_at)


def _unpacked(data: bytes) -> bytes:
    kind, packed = data[:1], data[1:]
    if kind == PLAIN:
        return packed
    if kind != COMPRESSED:
        raise Unreadable(f"expected a kind of entry, got {kind!r}")
    unpacker = zlib.decompressobj()
    unpacked = unpacker.decompress(packed, LARGEST_BYTES)
    if not unpacker.eof:
        raise Unreadable(f"expected at most {LARGEST_BYTES} bytes")
    return unpacked
