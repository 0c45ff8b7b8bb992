"""A desk server whose application answers whatever it hears with more than it would hear: `python -m ... PORT`."""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable, Mapping

from dashboard_project.desk_server import DeskServer
from dashboard_project.serving import LARGEST_FRAME

ANSWER = "x" * (3 * LARGEST_FRAME)


async def application(
    scope: object,
    receive: Callable[[], Awaitable[Mapping[str, object]]],
    send: Callable[[Mapping[str, object]], Awaitable[None]],
) -> None:
    while (message := await receive())["type"] != "websocket.disconnect":
        if message["type"] == "websocket.connect":
            await send({"type": "websocket.accept"})
        else:
            await send({"type": "websocket.send", "text": ANSWER})


if __name__ == "__main__":
    DeskServer(
        application=application,
        endpoints=[f"tcp:port={sys.argv[1]}:interface=127.0.0.1"],
        server_name="",
        websocket_max_message_size=LARGEST_FRAME,
        websocket_max_frame_size=LARGEST_FRAME,
    ).run()
