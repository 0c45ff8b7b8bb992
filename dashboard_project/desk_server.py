"""daphne, with what ours needs besides: close codes 1012 and 1013, long answers to short questions, a clean end."""

from __future__ import annotations

import signal
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Protocol

from daphne.server import Server

SERVICE_CODES = range(1001, 3000)
"""autobahn refuses to send these for an application; browsers connect again on 1012 and 1013."""


class Connection(Protocol):
    """daphne's side of one socket."""

    STATE_OPEN: int
    state: int
    maxMessagePayloadSize: int  # noqa: N815  autobahn's name

    def sendCloseFrame(self, code: int) -> None: ...  # noqa: N802  autobahn's name


class DeskServer(Server):  # type: ignore[misc]
    """One process for people at their own desk."""

    async def handle_reply(self, protocol: Connection, message: Mapping[str, object]) -> None:
        code = message.get("code")
        if message["type"] == "websocket.close" and isinstance(code, int) and code in SERVICE_CODES:
            # Before the handshake there is no socket to close with a code; daphne refuses that one itself.
            if getattr(protocol, "state", None) == getattr(protocol, "STATE_OPEN", object()):
                protocol.sendCloseFrame(code=code)
                return
            message = {"type": "websocket.close"}
        with _unlimited(protocol):
            await super().handle_reply(protocol, message)

    def run(self) -> None:
        try:
            super().run()
        finally:
            # twisted leaves a closed pipe behind for signals: the end of a child process would write to it.
            signal.set_wakeup_fd(-1)


@contextmanager
def _unlimited(protocol: Connection) -> Iterator[None]:
    """Autobahn holds what it sends to the limit of what it receives; daphne sends before it lets go of the loop."""
    limit = getattr(protocol, "maxMessagePayloadSize", None)
    if limit is None:  # not a socket
        yield
        return
    protocol.maxMessagePayloadSize = 0
    try:
        yield
    finally:
        protocol.maxMessagePayloadSize = limit
