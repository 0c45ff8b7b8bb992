"""A server that knows its answers beforehand: `python -m bench.floors.constant uvicorn|daphne recording.json`.

The recording has `page` (HTML), `path` (its address), `frames` (scope → the frames that answer it, as recorded) and
`static` (path → file). Only the number of the choice is put into a frame, because the page drops frames without it.
The path `/echo/` sends back what it gets.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from dashboard_project import serving

Message = Mapping[str, object]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

SEQ = re.compile(r'(?<=data-seq=")\d+')
TYPES = {".js": b"text/javascript", ".css": b"text/css", ".svg": b"image/svg+xml"}


@dataclass(frozen=True, slots=True)
class Cut:
    """A recorded frame, cut where the number of the choice goes."""

    before: str
    after: str

    def text(self, seq: object) -> str:
        return f"{self.before}{seq}{self.after}"


class Constant:
    """The application."""

    def __init__(self, recording: Mapping[str, object]) -> None:
        self._page = str(recording.get("page", "")).encode()
        self._path = str(recording.get("path", "/"))
        frames = cast("dict[str, list[str]]", recording.get("frames", {}))
        static = cast("dict[str, str]", recording.get("static", {}))
        self._frames = {scope: [_cut(frame) for frame in some] for scope, some in frames.items()}
        self._static = {path: (Path(file).read_bytes(), _kind(file)) for path, file in static.items()}

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await self._answer(str(scope["path"]), send)
        elif scope["type"] == "websocket":
            await self._talk(receive, send, is_echo=scope["path"] == "/echo/")

    async def _answer(self, path: str, send: Send) -> None:
        body, kind = self._static.get(path, (self._page, b"text/html; charset=utf-8"))
        found = path in self._static or path == self._path
        headers = [
            (b"content-type", kind),
            (b"cache-control", b"max-age=3600" if path in self._static else b"no-store"),
        ]
        await send({"type": "http.response.start", "status": 200 if found else 404, "headers": headers})
        await send({"type": "http.response.body", "body": body if found else b""})

    async def _talk(self, receive: Receive, send: Send, *, is_echo: bool) -> None:
        await receive()
        await send({"type": "websocket.accept"})
        while (message := await receive())["type"] == "websocket.receive":
            text = str(message["text"])
            for reply in [text] if is_echo else self._replies(text):
                await send({"type": "websocket.send", "text": reply})

    def _replies(self, text: str) -> list[str]:
        asked = json.loads(text)
        return [frame.text(asked.get("seq", 0)) for frame in self._frames.get(asked.get("scope", "course"), [])]


def _cut(frame: str) -> Cut:
    before, after = SEQ.split(frame, maxsplit=1)
    return Cut(before, after)


def _kind(file: str) -> bytes:
    return TYPES.get(Path(file).suffix, b"application/octet-stream")


def main(server: str, recording: str) -> None:
    application = Constant(json.loads(Path(recording).read_text()))
    listener = serving.listen("127.0.0.1", 0)
    print(json.dumps({"address": f"http://127.0.0.1:{listener.getsockname()[1]}/"}), flush=True)
    if server == "daphne":
        from daphne.server import Server  # noqa: PLC0415  installs its reactor when it is imported

        Server(application, endpoints=[f"fd:fileno={listener.fileno()}"], server_name="").run()
        return
    import uvicorn  # noqa: PLC0415

    config = uvicorn.Config(application, lifespan="off", access_log=False, log_config=None, server_header=False)
    uvicorn.Server(config).run(sockets=[listener])


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
