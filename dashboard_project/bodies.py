"""No request fills the disk: Django keeps a whole body before anybody looks at it, so it is measured on its way in.

What is too large, by its header or by what has come, is answered with 413 at once; Django hears that the client left.
"""

from __future__ import annotations

from collections.abc import Mapping

from dashboard_project.assets import Application, Receive, Scope, Send

MOST_BYTES = 4 * 1024 * 1024
"""Above every limit that a view has for itself, so that those can answer in their own form."""
BODY = b'{"error": {"code": "too_large", "message": "the request is too large"}}'


class BoundedBodies:
    """Hands requests to the application as long as their bodies stay within `most` bytes."""

    def __init__(self, application: Application, most: int = MOST_BYTES) -> None:
        self._application = application
        self._most = most

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if _declared(scope) > self._most:
            await _refuse(send)
            return
        taken = 0
        is_refused = False

        async def measured() -> Mapping[str, object]:
            nonlocal taken, is_refused
            message = await receive()
            body = message.get("body", b"")
            taken += len(body) if isinstance(body, bytes) else 0
            if taken <= self._most:
                return message
            if not is_refused:
                is_refused = True
                await _refuse(send)
            return {"type": "http.disconnect"}

        async def unless_refused(message: Mapping[str, object]) -> None:
            if not is_refused:
                await send(message)

        await self._application(scope, measured, unless_refused)


def _declared(scope: Scope) -> int:
    """The `Content-Length`, if it is a number."""
    headers = scope.get("headers", ())
    values = [value for name, value in headers if name == b"content-length"]  # type: ignore[attr-defined]
    return int(values[0]) if values and values[0].isdigit() and len(values[0]) < 20 else 0  # noqa: PLR2004


async def _refuse(send: Send) -> None:
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(BODY)).encode())]
    await send({"type": "http.response.start", "status": 413, "headers": [*headers, (b"connection", b"close")]})
    await send({"type": "http.response.body", "body": BODY})
