"""A tile in which somebody types is not changed under their hands."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Desk
from tests.e2e.live import Live
from tests.e2e.writing import answered, by_post, token

pytestmark = pytest.mark.e2e


@pytest.mark.proves("accessibility:A3")
def test_a_tile_in_which_somebody_types_waits_with_the_newest_until_they_leave(
    here: Desk, live: Live, folder: Path
) -> None:
    here.page.click("#bucket-on_track")
    here.page.locator('#bucket-on_track[aria-pressed="true"]').wait_for()
    here.page.focus("#seek-name")
    shown = here.page.get_attribute("#tile-student_support", "data-fingerprint")
    other = here.page.get_attribute("#tile-progress", "data-fingerprint")
    as_of = here.page.get_attribute("#tile-student_support", "data-as-of")

    by_post(live, token(folder), [answered(number, "page-1-1", success=False) for number in range(1, 40)])

    expect(here.page.locator("#tile-progress")).not_to_have_attribute("data-fingerprint", other or "", timeout=20_000)
    assert here.page.get_attribute("#tile-student_support", "data-as-of") == as_of
    assert here.page.get_attribute("#tile-student_support", "data-fingerprint") == shown
    here.page.focus("#pause")
    expect(here.page.locator("#tile-student_support")).not_to_have_attribute("data-as-of", as_of or "", timeout=10_000)
    assert here.complaints == []
