"""F14: from an event that is sent to the number on an open dashboard.

How: the sample section of the browser tests, served by daphne with a database and a cache server of its own, is open in
headless Chromium. A batch of statements (one answer of each of 52 learners, so that a number changes every time) goes
to the xAPI endpoint: of the process that serves the page, and of another one that shares database and Redis with it.
The clock runs from the sending, acceptance included, to the moment the page's own observer sees another number.
No floor: there is no simpler thing that does the same.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Page, sync_playwright

from bench.contract import AtMost, Row
from bench.figures.f03_browser import ARGUMENTS, executable
from bench.laboratory import Laboratory
from bench.statistics import spread
from tests.e2e.live import Live, serving
from tests.e2e.sample import LEARNERS, PAGES_PER_UNIT, PASSWORD, UNITS, USER
from tests.e2e.writing import answered, by_post, token

EVENTS = 25
WARM_UP = 1
PATIENCE_MS = 20_000
BETWEEN_MS = 1_100
"""A dashboard is repainted once a second at most: what comes faster waits for its turn, and would measure that."""

WATCH = """
() => {
  const main = document.getElementById("dashboard");
  const text = () => [...main.querySelectorAll("[data-fact]")].map((one) => one.value).join();
  window.shown = text();
  window.changedAt = 0;
  new MutationObserver(() => {
    const now = text();
    if (now === window.shown || main.querySelector('section[data-work="loading"]')) return;
    window.shown = now;
    window.changedAt = Date.now();
  }).observe(main, { subtree: true, childList: true, attributes: true, characterData: true });
}
"""


def measure(laboratory: Laboratory) -> list[Row]:
    events = laboratory.repetitions(EVENTS)
    with TemporaryDirectory(prefix="lectern-bench-") as name, sync_playwright() as playwright:
        folder, redis = Path(name), os.environ["REDIS_URL"]
        browser = playwright.chromium.launch(executable_path=executable(), args=ARGUMENTS)
        with serving(folder, redis_url=redis) as here, serving(folder, redis_url=redis) as elsewhere:
            bearer = token(folder)
            page = _opened(browser.new_page(), here)
            questions = _questions()
            rows = [
                _row(words, [_one(page, live, bearer, next(questions)) for _ in range(WARM_UP + events)])
                for words, live in (("the page's own process", here), ("another process", elsewhere))
            ]
        browser.close()
    return rows


def _row(process: str, samples: list[float]) -> Row:
    what = f"event sent to {process} → number on the open page"
    return Row("F14", what, "ms", spread(samples[WARM_UP:]), AtMost(1_500.0))


def _questions() -> Iterator[tuple[str, int]]:
    """The questions of every page that is not graded, each once: nobody has answered there yet."""
    for question, page, unit in product(range(3), range(1, PAGES_PER_UNIT), range(1, len(UNITS) + 1)):
        yield f"page-{unit}-{page}", question


def _opened(page: Page, live: Live) -> Page:
    """The dashboard, signed in, live and watched."""
    page.goto(live.dashboard)
    page.fill("#id_username", USER)
    page.fill("#id_password", PASSWORD)
    page.click("button.primary")
    page.locator('#dashboard[data-state="live"]').wait_for(timeout=PATIENCE_MS)
    page.wait_for_timeout(BETWEEN_MS)
    page.evaluate(WATCH)
    return page


def _one(page: Page, live: Live, bearer: str, place: tuple[str, int]) -> float:
    """Milliseconds from sending a batch to the first number that changed by it."""
    statements = [answered(learner, *place, success=False) for learner in range(LEARNERS)]
    started_at = 1000 * time.time()
    by_post(live, bearer, statements)
    page.wait_for_function("(since) => window.changedAt > since", arg=started_at, timeout=PATIENCE_MS)
    changed_at: float = page.evaluate("window.changedAt")
    page.wait_for_timeout(BETWEEN_MS)
    return changed_at - started_at
