from __future__ import annotations

from collections.abc import Mapping
from gzip import compress

import pytest

from dashboard_project.assets import Assets, Receive, Scope, Send
from tests.architecture.sources import ROOT

STYLE = "/static/admin/css/base.css"


async def pages(_scope: Scope, _receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 418, "headers": []})
    await send({"type": "http.response.body", "body": b"a page"})


async def nothing() -> Mapping[str, object]:
    return {"type": "http.disconnect"}


async def ask(path: str, method: str = "GET", **headers: str) -> tuple[int, dict[bytes, bytes], bytes]:
    sent: list[Mapping[str, object]] = []

    async def send(message: Mapping[str, object]) -> None:
        sent.append(message)

    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    await Assets(pages)({"type": "http", "path": path, "method": method, "headers": raw}, nothing, send)
    start, *rest = sent
    body = b"".join(part for message in rest if isinstance(part := message["body"], bytes))
    return int(str(start["status"])), dict(start["headers"]), body  # type: ignore[call-overload]


async def test_a_static_file_is_served_with_its_type() -> None:
    status, headers, body = await ask(STYLE)

    assert status == 200
    assert headers[b"content-type"].startswith(b"text/css")
    assert headers[b"x-content-type-options"] == b"nosniff"
    assert len(body) == int(headers[b"content-length"])


async def test_a_file_that_the_browser_has_is_not_sent_again() -> None:
    _, headers, _ = await ask(STYLE)

    status, _, body = await ask(STYLE, if_none_match=headers[b"etag"].decode())

    assert (status, body) == (304, b"")


async def test_head_has_no_body() -> None:
    status, _, body = await ask(STYLE, method="HEAD")

    assert (status, body) == (200, b"")


async def test_a_static_file_is_read_only() -> None:
    status, _, _ = await ask(STYLE, method="POST")

    assert status == 405


def test_our_own_script_is_short_and_what_the_page_loads_is_small() -> None:
    scripts = sorted((ROOT / "static").rglob("*.js"))
    own = [script for script in scripts if ".min." not in script.name]

    assert [script.name for script in own] == ["dashboard.js"]
    assert sum(len(script.read_text().splitlines()) for script in own) < 150
    assert sum(len(compress(script.read_bytes())) for script in scripts) <= 20_000


@pytest.mark.parametrize(
    "path", ["/", "/static/missing.css", "/static/../manage.py", "/static/admin/", "/static/%2e%2e/x"]
)
async def test_everything_else_is_the_application_s(path: str) -> None:
    status, _, body = await ask(path)

    assert (status, body) == (418, b"a page")
