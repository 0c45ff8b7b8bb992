"""Who may open a socket: pages of our own origin, whole (scheme, host and port).

A WebSocket handshake is not bound by the same-origin rule and carries the cookie; the `Origin` header is the defence.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import cast

from django.conf import settings
from django.http.request import split_domain_port, validate_host

type Scope = Mapping[str, object]
type Message = Mapping[str, object]
type Receive = Callable[[], Awaitable[Message]]
type Send = Callable[[Message], Awaitable[None]]
type Application = Callable[..., Awaitable[None]]

SECURE = {"ws": "http", "wss": "https"}


def is_own_origin(origin: str | None, host: str, scheme: str, trusted: Sequence[str], allowed: Sequence[str]) -> bool:
    """True for an origin in `trusted`, or for exactly `scheme://host` when that host is one of ours."""
    if not origin:
        return False
    if origin in trusted:
        return True
    domain, _ = split_domain_port(host)
    return bool(domain) and validate_host(domain, allowed) and origin == f"{scheme}://{host}"


async def refuse(_scope: Scope, _receive: Receive, send: Send) -> None:
    """The handshake ends here: no such socket, or not for this page."""
    await send({"type": "websocket.close", "code": 4403})


class OwnOriginOnly:
    """Refuses the handshake of every other origin before the socket exists."""

    def __init__(self, application: Application) -> None:
        self._application = application

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not is_own_origin(
            _header(scope, b"origin"),
            _header(scope, b"host") or "",
            _scheme(scope),
            settings.CSRF_TRUSTED_ORIGINS,
            settings.ALLOWED_HOSTS,
        ):
            await refuse(scope, receive, send)
            return
        await self._application(scope, receive, send)


def _headers(scope: Scope, name: bytes) -> list[str]:
    headers = cast("Sequence[tuple[bytes, bytes]]", scope["headers"])
    return [value.decode("latin-1") for key, value in headers if key == name]


def _header(scope: Scope, name: bytes) -> str | None:
    """The header when it is there exactly once: two of them are nobody's origin."""
    values = _headers(scope, name)
    return values[0] if len(values) == 1 else None


def _scheme(scope: Scope) -> str:
    """`http` or `https` as the browser saw it: a proxy's word counts only if settings say so."""
    proxy = settings.SECURE_PROXY_SSL_HEADER
    if proxy:
        name = proxy[0].removeprefix("HTTP_").replace("_", "-").lower().encode()
        return "https" if _header(scope, name) == proxy[1] else "http"
    return SECURE.get(str(scope.get("scheme", "ws")), "http")
