"""Every answer says what a browser may do for this site: pages, files, errors."""

from __future__ import annotations

import pytest

from dashboard_project.headers import SWITCHED_OFF
from tests.dashboard_project.asking import ask

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.proves("I5")]


@pytest.mark.parametrize("path", ["/accounts/login/", "/static/dashboard/tokens.css", "/healthz/live", "/nowhere"])
async def test_no_sensor_camera_or_payment_is_allowed_anywhere(path: str) -> None:
    allowed = (await ask(path)).headers["permissions-policy"].split(", ")

    assert allowed == [f"{feature}=()" for feature in SWITCHED_OFF]
    assert {"camera=()", "microphone=()", "geolocation=()", "payment=()"} <= set(allowed)


async def test_a_page_has_its_other_policies_too() -> None:
    headers = (await ask("/accounts/login/")).headers

    assert headers["x-frame-options"] == "DENY"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
