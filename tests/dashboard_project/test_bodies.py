"""Bodies are measured on their way in: what is too large is answered before anybody keeps it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from dashboard_project.bodies import BoundedBodies

Message = Mapping[str, object]


class Upload:
    """A client that sends these pieces, and an application that reads until the end."""

    def __init__(self, pieces: Sequence[bytes], declared: str = "") -> None:
        self.pieces = list(pieces)
        self.headers = [(b"content-length", declared.encode())] if declared else []
        self.kept = 0
        self.heard: list[object] = []
        self.sent: list[Message] = []

    async def receive(self) -> Message:
        return {"type": "http.request", "body": self.pieces.pop(0), "more_body": bool(self.pieces)}

    async def send(self, message: Message) -> None:
        self.sent.append(message)

    async def application(self, _scope: object, receive: object, send: object) -> None:
        while True:
            message = await receive()  # type: ignore[operator]
            self.heard.append(message["type"])
            if message["type"] == "http.disconnect":
                await send({"type": "http.response.start", "status": 200, "headers": []})  # type: ignore[operator]
                return
            self.kept += len(message["body"])
            if not message["more_body"]:
                await send({"type": "http.response.start", "status": 200, "headers": []})  # type: ignore[operator]
                return

    async def run(self, most: int = 100) -> list[object]:
        bounded = BoundedBodies(self.application, most)
        await bounded({"headers": self.headers}, self.receive, self.send)
        return [message["status"] for message in self.sent if message["type"] == "http.response.start"]


@pytest.mark.parametrize("pieces", [[b""], [b"x" * 100], [b"x" * 50, b"x" * 50]])
async def test_what_is_within_the_bound_passes(pieces: list[bytes]) -> None:
    upload = Upload(pieces)

    assert await upload.run() == [200]
    assert upload.kept == sum(map(len, pieces))


@pytest.mark.proves("P10")
async def test_what_has_no_length_is_cut_off_where_it_is_too_much() -> None:
    upload = Upload([b"x" * 60] * 1_000)

    assert await upload.run() == [413]
    assert (upload.kept, len(upload.pieces), upload.heard[-1]) == (60, 998, "http.disconnect")


async def test_what_says_that_it_is_too_large_is_not_read_at_all() -> None:
    upload = Upload([b"x"], declared="101")

    assert await upload.run() == [413]
    assert upload.heard == []


@pytest.mark.parametrize("declared", ["-1", "x", "", "9" * 30])
async def test_a_length_that_is_no_number_is_not_believed(declared: str) -> None:
    assert await Upload([b"x"], declared).run() == [200]
