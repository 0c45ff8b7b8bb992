"""Placed events as bytes: what the endpoint puts into a durable queue and a writer takes out."""

from __future__ import annotations

import msgspec

from ingest.placing import Placed

FORM = 1
"""Goes up when `Placed` changes its shape: writers of another form leave such entries aside, they do not guess."""


class _Envelope(msgspec.Struct, frozen=True, array_like=True):
    form: int
    event: Placed


class PlacedCodec:
    """MessagePack with the number of its form in front."""

    def encode(self, record: Placed) -> bytes:
        return msgspec.msgpack.encode((FORM, record))

    def decode(self, payload: bytes) -> Placed:
        """Raises ValueError: not of our form."""
        try:
            envelope = msgspec.msgpack.decode(payload, type=_Envelope)
        except msgspec.MsgspecError as error:
            raise ValueError(f"no event: {error}") from error
        if envelope.form != FORM:
            raise ValueError(f"expected form {FORM}, got {envelope.form}")
        return envelope.event
