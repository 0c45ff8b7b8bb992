"""One server for the console's tests; what a test decided is not the next one's business."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.e2e.conftest import Desks, sign_in
from tests.e2e.console.house import House
from tests.e2e.live import serving


@pytest.fixture(scope="package")
def house(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("console")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EMAIL_URL", f"file://{folder}/mail")
        with serving(folder) as live:
            desks = Desks(browser, live, sign_in(browser, live))
            yield House(live, folder, desks)
            desks.close()


@pytest.fixture(autouse=True)
def _nobody_has_been_written_to(house: House) -> None:
    """Contacts and open slots of the test before are not this one's business."""
    house.ask("UPDATE decision_console_contact SET state = 'released'")
    house.ask("UPDATE decision_console_decisiontarget SET is_open = 0")
    house.ask("UPDATE decision_console_decision SET state = 'discarded' WHERE state NOT IN ('done', 'discarded')")
    house.ask("DELETE FROM decision_console_consolesettings")
