"""daphne, with the two things that ours needs: close codes 1012 and 1013, and a clean end."""

from __future__ import annotations

import signal
from collections.abc import Mapping
from typing import Protocol

from daphne.server import Server

SERVICE_CODES = range(1001, 3000)
"""autobahn refuses to send these for an application; browsers connect again on 1012 and 1013."""


class Connection(Protocol):
    """daphne's side of one socket."""

    STATE_OPEN: int
    state: int

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
        await super().handle_reply(protocol, message)

    def run(self) -> None:
        try:
            super().run()
        finally:
            # twisted leaves a closed pipe behind for signals: the end of a child process would write to it.
            signal.set_wakeup_fd(-1)
