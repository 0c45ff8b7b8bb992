"""Asks an ASGI application as a server would, without a server."""

from __future__ import annotations

from dataclasses import dataclass

from asgiref.testing import ApplicationCommunicator

from dashboard_project.asgi import application


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes


async def ask(path: str, method: str = "GET", host: str = "localhost", of: object = application) -> Answer:
    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": [(b"host", host.encode())],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
        "scheme": "http",
        "http_version": "1.1",
    }
    client = ApplicationCommunicator(of, scope)  # type: ignore[no-untyped-call]
    await client.send_input({"type": "http.request", "body": b"[]", "more_body": False})  # type: ignore[no-untyped-call]
    start = await client.receive_output(timeout=5)  # type: ignore[no-untyped-call]
    body = b""
    while True:
        message = await client.receive_output(timeout=5)  # type: ignore[no-untyped-call]
        body += message.get("body", b"")
        if not message.get("more_body"):
            break
    await client.wait(timeout=5)  # type: ignore[no-untyped-call]
    return Answer(start["status"], {name.decode().lower(): value.decode() for name, value in start["headers"]}, body)
