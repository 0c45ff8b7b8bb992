"""What goes over the channel layer: the group of a section, and messages of ids. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from ingest.hints import Hint
from oracles.contract import TenantId

HINT, BEAT = "hint", "beat"

type Message = Mapping[str, object]


class Layer(Protocol):
    """The part of a channel layer that hints need."""

    async def new_channel(self, prefix: str = ...) -> str: ...
    async def send(self, channel: str, message: Message) -> None: ...
    async def receive(self, channel: str) -> Message: ...
    async def group_add(self, group: str, channel: str) -> None: ...
    async def group_discard(self, group: str, channel: str) -> None: ...
    async def group_send(self, group: str, message: Message) -> None: ...
    async def flush(self) -> None: ...


def group_of(hint: Hint) -> str:
    """One group per institution and section; ids only, so that a name gives nothing away."""
    return f"section.{hint.tenant_id}.{hint.section_id}"


def to_message(hint: Hint) -> Message:
    return {"type": HINT, "tenant": int(hint.tenant_id), "section": hint.section_id}


def from_message(message: Message) -> Hint | None:
    """The hint in a message; `None` for anything else."""
    tenant, section = message.get("tenant"), message.get("section")
    if message.get("type") != HINT or not isinstance(tenant, int) or not isinstance(section, int):
        return None
    return Hint(TenantId(tenant), section)
