"""F3: a cached scope change as the instructor sees it: from the change event to all tiles in the document.

How: headless Chromium on the page that `make demo` serves (daphne). A script in the page chooses the next scope in the
picker and waits, with a MutationObserver, until every tile is that scope's and idle.
Floor: the same page, scripts, styles and frames, recorded beforehand, from a server of the same kind that only sends
what was recorded.
"""

from __future__ import annotations

import asyncio
import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from urllib.request import Request, urlopen

from playwright.sync_api import BrowserContext, sync_playwright

from bench.classes import addresses, session_key, slug
from bench.contract import AtMost, RatioAtMost, Row
from bench.dashboards import dashboards
from bench.laboratory import Laboratory
from bench.server import Server
from bench.statistics import spread
from bench.surroundings import ROOT

SIZE = 200
CHANGES = 150
PATH = f"/s/bench/{slug(SIZE)}/"
COOKIE = "sessionid"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
STATIC = re.compile(r'(?:src|href)="(/static/[^"]+)"')

STEPS = """
async ([scopes, count]) => {
  const main = document.getElementById("dashboard");
  const picker = document.getElementById("scope");
  const pause = () => new Promise((resolve) => setTimeout(resolve, 70));
  const shown = (scope) =>
    main.querySelectorAll(`section[data-capability][data-scope="${scope}"][data-work="idle"]`).length === 5;
  const samples = [];
  for (let number = 0; number < count; number += 1) {
    const scope = scopes[(number + 1) % scopes.length];
    await pause();
    const startedAt = performance.now();
    picker.value = scope;
    picker.dispatchEvent(new Event("change", { bubbles: true }));
    await new Promise((resolve) => {
      const observer = new MutationObserver(() => {
        if (!shown(scope)) return;
        observer.disconnect();
        resolve();
      });
      observer.observe(main, { subtree: true, childList: true, attributes: true });
    });
    samples.push(performance.now() - startedAt);
  }
  return samples;
}
"""


def measure(laboratory: Laboratory) -> list[Row]:
    scopes, session = addresses(SIZE, 5), session_key()
    recording = _recording(laboratory, session, scopes)
    changes = laboratory.repetitions(CHANGES)
    with chromium(session, laboratory.demonstration()) as context:
        measured = _changes(context, laboratory.demonstration(), scopes, changes)
    constant = laboratory.constant("daphne", recording)
    with chromium(session, constant) as context:
        floor = _changes(context, constant, scopes, changes)
    what = "cached change in Chromium: event → all tiles"
    return [Row("F3", what, "ms", spread(measured), AtMost(25.0), spread(floor), RatioAtMost(2.0))]


@contextmanager
def chromium(session: str, server: Server) -> Iterator[BrowserContext]:
    """A browser whose person is signed in, until the block ends."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable(), args=ARGUMENTS)
        context = browser.new_context(viewport={"width": 1440, "height": 900})
        context.add_cookies([{"name": COOKIE, "value": session, "url": f"http://{server.host}"}])
        yield context
        browser.close()


def executable() -> str | None:
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


def _changes(context: BrowserContext, server: Server, scopes: Sequence[str], changes: int) -> list[float]:
    page = context.new_page()
    page.goto(f"http://{server.host}{PATH}")
    page.locator('#dashboard[data-state="live"]').wait_for(timeout=20_000)
    page.evaluate(STEPS, [scopes, 2 * len(scopes)])
    # So many changes that the round begins where the warm-up ended.
    samples: list[float] = page.evaluate(STEPS, [scopes, changes])
    return samples


def _recording(laboratory: Laboratory, session: str, scopes: Sequence[str]) -> Mapping[str, object]:
    html = page_html(laboratory.demonstration(), session)
    return {
        "page": html,
        "path": PATH,
        "frames": asyncio.run(_frames(laboratory.production(), session, scopes)),
        "static": {path: str(ROOT / path.lstrip("/")) for path in set(STATIC.findall(html))},
    }


def page_html(server: Server, session: str) -> str:
    """The dashboard's page as the server sends it."""
    request = Request(f"http://{server.host}{PATH}", headers={"Cookie": f"{COOKIE}={session}"})
    with urlopen(request) as response:
        return str(response.read().decode())


async def _frames(server: Server, session: str, scopes: Sequence[str]) -> dict[str, tuple[str, ...]]:
    async with dashboards(server, session, SIZE, scopes, count=1) as opened:
        await opened.warm()
        return {scope: (await opened.step()).frames for scope in scopes}
