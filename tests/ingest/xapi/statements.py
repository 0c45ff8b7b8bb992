"""Statements that tests start from, and a client that sends them as other systems do: over ASGI."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from asgiref.testing import ApplicationCommunicator

ADL = "http://adlnet.gov/expapi/verbs/"
HOME = "https://school.example"
Json = dict[str, Any]


def statement(number: int, verb: str = "experienced", learner: str = "ext-ada", **more: Any) -> Json:
    """Statement `number`: a learner of the golden section looked at its first page, unless told otherwise."""
    place = more.pop("place", "sections/algebra/pages/unit-1-page-1")
    base: Json = {
        "id": str(UUID(int=number)),
        "actor": {"objectType": "Agent", "account": {"homePage": HOME, "name": learner}},
        "verb": {"id": verb if ":" in verb else ADL + verb, "display": {"en-US": verb}},
        "object": {"objectType": "Activity", "id": f"{HOME}/xapi/{place}"},
        "timestamp": f"2026-11-02T09:{number // 60 % 60:02}:{number % 60:02}.000Z",
    }
    return {name: value for name, value in {**base, **more}.items() if value is not None}


def answer(number: int, *, success: bool, learner: str = "ext-ada", **more: Any) -> Json:
    """An attempt at the only activity of that page."""
    place = "sections/algebra/activities/unit-1-page-1-question"
    return statement(number, "answered", learner, place=place, result={"success": success}, **more)


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    content: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.content)

    @property
    def error(self) -> Json:
        found = self.json["error"]
        assert isinstance(found, dict)
        return found


@dataclass(frozen=True, slots=True)
class Client:
    """Sends requests to the whole application, each on an event loop of its own."""

    token: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)

    def post(self, content: Any, path: str = "/api/xapi/statements", **headers: str) -> Answer:
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        return asyncio.run(self.send("POST", path, body, **headers))

    def get(self, statement_id: object, **headers: str) -> Answer:
        query = f"statementId={statement_id}"
        return asyncio.run(self.send("GET", f"/api/xapi/statements?{query}", b"", **headers))

    async def send(self, method: str, path: str, body: bytes, **headers: str) -> Answer:
        from dashboard_project.asgi import application  # noqa: PLC0415  after the settings

        plain, _, query = path.partition("?")
        given = {"host": "127.0.0.1", "content-type": "application/json", **self.headers}
        if self.token:
            given["authorization"] = f"Bearer {self.token}"
        given |= {name.replace("_", "-"): value for name, value in headers.items()}
        scope = {
            "type": "http",
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": plain,
            "raw_path": plain.encode(),
            "query_string": query.encode(),
            "headers": [(name.encode(), value.encode("latin-1")) for name, value in given.items()],
            "client": ("127.0.0.1", 40_000),
            "server": ("127.0.0.1", 8_000),
        }
        communicator: Any = ApplicationCommunicator(application, scope)  # type: ignore[no-untyped-call]
        await communicator.send_input({"type": "http.request", "body": body, "more_body": False})
        start = await communicator.receive_output(timeout=20)
        content, is_more = b"", True
        while is_more:
            part = await communicator.receive_output(timeout=20)
            content += part.get("body", b"")
            is_more = part.get("more_body", False)
        await communicator.wait(timeout=20)
        return Answer(
            start["status"], {name.decode().lower(): value.decode() for name, value in start["headers"]}, content
        )
