"""F6: the first paint: the page with all tiles cached, and the weight of what it needs.

How: the deployed form of the application is asked for the page again and again on one connection; then the browser
opens the page that `make demo` serves, each time with an empty cache, and says when all tiles were in the document and
how much moved on the screen. Sizes are of the files as they are, compressed with gzip 9.
Floor: none.
"""

from __future__ import annotations

import gzip
from http.client import HTTPConnection
from pathlib import Path
from time import perf_counter

from playwright.sync_api import BrowserContext

from bench.classes import session_key
from bench.contract import AtMost, Row
from bench.figures.f03_browser import PATH, STATIC, chromium, page_html
from bench.laboratory import Laboratory
from bench.server import Server
from bench.statistics import Spread, spread
from bench.surroundings import ROOT

PAGES = 100
OPENINGS = 15

WATCH = """
window.shift = 0;
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shift += entry.value;
}).observe({ type: "layout-shift", buffered: true });
const look = () => {
  if (document.querySelectorAll('section[data-capability][data-work="idle"]').length === 5) {
    window.whole = performance.now();
  } else requestAnimationFrame(look);
};
look();
"""


def measure(laboratory: Laboratory) -> list[Row]:
    session = session_key()
    served = _served(laboratory.production(), session, laboratory.repetitions(PAGES))
    html = page_html(laboratory.demonstration(), session)
    with chromium(session, laboratory.demonstration()) as context:
        opened = [_opened(context, laboratory.demonstration()) for _ in range(laboratory.repetitions(OPENINGS))]
    return [
        Row("F6", "page with all tiles cached, server", "ms", spread(served), AtMost(60.0)),
        Row("F6", "opened in Chromium → all tiles", "ms", spread([at for at, _ in opened]), AtMost(300.0)),
        Row("F6", "layout shift", "score", spread([shift for _, shift in opened]), AtMost(0.0)),
        Row("F6", "scripts, gzip", "kB", _weight(html, ".js"), AtMost(20.0)),
        Row("F6", "styles, gzip", "kB", _weight(html, ".css"), AtMost(15.0)),
    ]


def _served(server: Server, session: str, pages: int) -> list[float]:
    connection = HTTPConnection(server.host)
    headers = {"Cookie": f"__Host-sessionid={session}", "X-Forwarded-Proto": "https"}
    samples = []
    for _ in range(pages + 2):
        started_at = perf_counter()
        connection.request("GET", PATH, headers=headers)
        response = connection.getresponse()
        response.read()
        samples.append(1000 * (perf_counter() - started_at))
        if response.status != 200:
            raise RuntimeError(f"expected the page, got {response.status}")
    connection.close()
    return samples[2:]


def _opened(context: BrowserContext, server: Server) -> tuple[float, float]:
    """When all tiles were there, and how much moved."""
    page = context.new_page()
    page.add_init_script(WATCH)
    page.goto(f"http://{server.host}{PATH}")
    page.locator('#dashboard[data-state="live"]').wait_for(timeout=20_000)
    page.wait_for_function("window.whole !== undefined")
    found = float(page.evaluate("window.whole")), float(page.evaluate("window.shift"))
    page.close()
    return found


def _weight(html: str, suffix: str) -> Spread:
    files = [ROOT / path.lstrip("/") for path in set(STATIC.findall(html)) if path.endswith(suffix)]
    size = sum(_compressed(file) for file in files) / 1000
    return Spread(size, size)


def _compressed(file: Path) -> int:
    return len(gzip.compress(file.read_bytes(), 9, mtime=0))
