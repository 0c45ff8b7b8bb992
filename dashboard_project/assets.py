"""Static files, served beside Django instead of inside it.

WhiteNoise's middleware is synchronous: inside Django it puts a thread hop into every request. Here its file table
(types, caching, compression, ranges, 304) is asked before Django is, and everything else passes through untouched.
Files come from the finders, so nothing needs to be collected; what was collected (hashed names) is served for ever.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping
from typing import IO, Protocol, cast

from django.conf import settings
from django.contrib.staticfiles import finders
from whitenoise import WhiteNoise

Scope = dict[str, object]
Receive = Callable[[], Awaitable[Mapping[str, object]]]
Send = Callable[[Mapping[str, object]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

HASHED_NAME = re.compile(r"\.[0-9a-f]{12}\.[a-z0-9]+$")
CHUNK = 64 * 1024


class Answer(Protocol):
    """What WhiteNoise answers."""

    status: int
    headers: list[tuple[str, str]]
    file: IO[bytes] | None


class StaticFile(Protocol):
    """A file of WhiteNoise's table."""

    def get_response(self, method: str, request_headers: dict[str, str]) -> Answer: ...


class Assets:
    """Answers requests below STATIC_URL for files that exist; hands all others to the application."""

    def __init__(self, application: Application) -> None:
        self._application = application
        self._prefix = str(settings.STATIC_URL)
        self._table = _table(self._prefix)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        file = self._find(str(scope["path"]))
        if file is None:
            await self._application(scope, receive, send)
            return
        await _send(file.get_response(str(scope["method"]), _request_headers(scope)), send)

    def _find(self, path: str) -> StaticFile | None:
        if not path.startswith(self._prefix):
            return None
        found = self._table.find_file(path) if settings.DEBUG else self._table.files.get(path)
        return cast("StaticFile | None", found or self._table.files.get(path))


def _table(prefix: str) -> WhiteNoise:
    table = WhiteNoise(None, max_age=0 if settings.DEBUG else 3600, immutable_file_test=HASHED_NAME)
    for finder in finders.get_finders():
        for path, storage in finder.list([]):
            table.add_file_to_dictionary(prefix + path, storage.path(path))
    if not settings.DEBUG:
        table.add_files(settings.STATIC_ROOT, prefix)
    return table


def _request_headers(scope: Scope) -> dict[str, str]:
    """Headers in the form that WhiteNoise reads."""
    pairs = cast("list[tuple[bytes, bytes]]", scope["headers"])
    return {f"HTTP_{k.decode('latin-1').upper().replace('-', '_')}": v.decode("latin-1") for k, v in pairs}


async def _send(answer: Answer, send: Send) -> None:
    headers = [(k.lower().encode("latin-1"), v.encode("latin-1")) for k, v in answer.headers]
    headers.append((b"x-content-type-options", b"nosniff"))
    await send({"type": "http.response.start", "status": int(answer.status), "headers": headers})
    if answer.file is not None:
        with answer.file as file:
            while chunk := await asyncio.to_thread(file.read, CHUNK):
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
    await send({"type": "http.response.body", "body": b""})
