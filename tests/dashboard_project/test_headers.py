"""Every answer says what a browser may do for this site: pages, files, errors."""

from __future__ import annotations

import pytest
from asgiref.testing import ApplicationCommunicator

from dashboard_project.asgi import application
from dashboard_project.headers import SWITCHED_OFF

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.proves("I5")]


async def headers_of(path: str) -> dict[str, str]:
    scope = {
        "type": "http",
        "method": "GET",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": [(b"host", b"localhost")],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
        "scheme": "http",
        "http_version": "1.1",
    }
    client = ApplicationCommunicator(application, scope)  # type: ignore[no-untyped-call]
    await client.send_input({"type": "http.request", "body": b"", "more_body": False})  # type: ignore[no-untyped-call]
    start = await client.receive_output(timeout=5)  # type: ignore[no-untyped-call]
    while (await client.receive_output(timeout=5)).get("more_body"):  # type: ignore[no-untyped-call]
        pass
    await client.wait(timeout=5)  # type: ignore[no-untyped-call]
    return {name.decode().lower(): value.decode() for name, value in start["headers"]}


@pytest.mark.parametrize("path", ["/accounts/login/", "/static/dashboard/tokens.css", "/healthz/live", "/nowhere"])
async def test_no_sensor_camera_or_payment_is_allowed_anywhere(path: str) -> None:
    allowed = (await headers_of(path))["permissions-policy"].split(", ")

    assert allowed == [f"{feature}=()" for feature in SWITCHED_OFF]
    assert {"camera=()", "microphone=()", "geolocation=()", "payment=()"} <= set(allowed)


async def test_a_page_has_its_other_policies_too() -> None:
    headers = await headers_of("/accounts/login/")

    assert headers["x-frame-options"] == "DENY"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
