"""The instructor's live dashboard, whose layout is as usual again after each test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.e2e.conftest import Desk, Desks


@pytest.fixture
def as_usual(desk: Desks) -> Iterator[None]:
    """Whatever is arranged in a test is as usual again afterwards."""
    yield
    browser = desk(javascript=False).page.context
    browser.request.get(f"{desk.live.dashboard}views/")
    token = next(cookie["value"] for cookie in browser.cookies() if cookie["name"] == "csrftoken")
    form: dict[str, str | float | bool] = {"csrfmiddlewaretoken": token, "reset": "1"}
    assert browser.request.post(f"{desk.live.dashboard}layout/", form=form, headers={"HX-Request": "true"}).ok


@pytest.fixture
def here(desk: Desks, as_usual: None) -> Desk:
    """The instructor's live dashboard."""
    open_desk = desk()
    open_desk.open()
    open_desk.wait_until_ready()
    open_desk.is_live()
    return open_desk
