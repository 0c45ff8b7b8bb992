"""A mail URL becomes Django's MAILERS; no URL prints mail on the console. Pure.

`console:` · `smtp://user:password@host:port` · `smtp+tls://…` (STARTTLS) · `smtps://…` · `file:///folder` · `memory:`
"""

from __future__ import annotations

from typing import TypedDict
from urllib.parse import SplitResult, unquote, urlsplit

BACKENDS = "django.core.mail.backends"
TIMEOUT_SECONDS = 30
"""Well under the lease of a claim: a server that hangs is given up before its mail is."""
TLS = {"smtp": {}, "smtp+tls": {"use_tls": True}, "smtps": {"use_ssl": True}}


class UnknownMailServer(ValueError):
    """The URL names no way to send mail."""


class Mailer(TypedDict, total=False):
    BACKEND: str
    OPTIONS: dict[str, object]


def mailer(url: str) -> Mailer:
    """Settings of the one way that mail leaves."""
    try:
        parts = urlsplit(url or "console:")
        port = parts.port
    except ValueError as error:
        raise UnknownMailServer(f"expected smtp://user:password@host:port: {error}") from error
    if parts.scheme == "console":
        return {"BACKEND": f"{BACKENDS}.console.EmailBackend"}
    if parts.scheme == "memory":
        return {"BACKEND": f"{BACKENDS}.locmem.EmailBackend"}
    if parts.scheme == "file" and parts.path:
        return {"BACKEND": f"{BACKENDS}.filebased.EmailBackend", "OPTIONS": {"file_path": unquote(parts.path)}}
    if parts.scheme in TLS and parts.hostname:
        return {"BACKEND": f"{BACKENDS}.smtp.EmailBackend", "OPTIONS": _smtp(parts, port)}
    raise UnknownMailServer(
        f"expected console:, smtp://host, smtp+tls://host, smtps://host or file:///folder, got {parts.scheme!r}"
    )


def _smtp(parts: SplitResult, port: int | None) -> dict[str, object]:
    options: dict[str, object] = {"host": parts.hostname, "timeout": TIMEOUT_SECONDS, **TLS[parts.scheme]}
    if port:
        options["port"] = port
    if parts.username:
        options |= {"username": unquote(parts.username), "password": unquote(parts.password or "")}
    return options
