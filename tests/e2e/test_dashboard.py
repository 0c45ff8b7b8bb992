"""The dashboard in Chromium: it comes up, follows the instructor, never shows a wrong scope, needs no script."""

from __future__ import annotations

import gzip

import pytest
from playwright.sync_api import Response, Route

from tests.e2e.conftest import Desk, Desks
from tests.e2e.sample import UNITS
from tests.e2e.shifts import STILL, shifted, watch_from_now, watch_from_the_next_load

pytestmark = pytest.mark.e2e

SCOPES = [f"container:unit-{number}" for number in range(1, len(UNITS) + 1)]

# Notes every moment at which a tile shows a scope that is not the chosen one, or a number while it loads.
WATCH = """() => {
  window.chosen = document.getElementById('scope').value;
  window.wrong = [];
  window.seen = 0;
  window.addEventListener('change', (e) => { if (e.target.id === 'scope') window.chosen = e.target.value; }, true);
  new MutationObserver(() => {
    for (const tile of document.querySelectorAll('section[data-capability]')) {
      window.seen += 1;
      if (tile.dataset.scope !== window.chosen) window.wrong.push([tile.id, tile.dataset.scope, window.chosen]);
      if (tile.dataset.work === 'loading' && tile.querySelector('[data-fact]')) window.wrong.push([tile.id, 'number']);
    }
  }).observe(document.getElementById('dashboard'), {subtree: true, childList: true, attributes: true});
}"""


def choose(desk: Desk, scope: str) -> None:
    desk.page.select_option("#scope", scope)


def test_five_tiles_come_up_and_ten_changes_of_scope_show_nothing_wrong(desk: Desks) -> None:
    here = desk()
    here.open()
    here.wait_until_ready()
    here.is_live()
    here.page.evaluate(WATCH)

    for scope in [*SCOPES, "course"]:
        choose(here, scope)
        here.wait_until_ready(scope)

    assert here.page.evaluate("window.wrong") == []
    assert here.page.evaluate("window.seen") > 50
    assert here.page.url == here.live.dashboard
    assert here.complaints == []


@pytest.mark.proves("R3", "C4", "UX-9")
@pytest.mark.parametrize("changes", [30, pytest.param(200, marks=pytest.mark.long)])
def test_quick_changes_never_show_a_scope_that_is_not_chosen(changes: int, desk: Desks) -> None:
    here = desk()
    here.open()
    here.is_live()
    here.page.evaluate(WATCH)

    here.page.evaluate(
        """async ([scopes, changes]) => {
          const select = document.getElementById('scope');
          for (let n = 0; n < changes; n += 1) {
            select.value = scopes[(n * 7) % scopes.length];
            select.dispatchEvent(new Event('change', {bubbles: true}));
            await new Promise((done) => setTimeout(done, 55));
          }
        }""",
        [SCOPES, changes],
    )

    here.wait_until_ready(SCOPES[((changes - 1) * 7) % len(SCOPES)])
    assert here.page.evaluate("window.wrong") == []
    assert here.complaints == []


@pytest.mark.proves("UX-13", "U2")
def test_the_address_follows_and_back_leads_back(desk: Desks) -> None:
    here = desk()
    here.open()
    here.is_live()

    choose(here, SCOPES[1])
    here.wait_until_ready(SCOPES[1])
    here.page.select_option("#threshold", "50")
    here.page.wait_for_url("**/?scope=container:unit-2&p.threshold=50")
    choose(here, SCOPES[2])
    here.wait_until_ready(SCOPES[2])
    here.page.go_back()

    here.wait_until_ready(SCOPES[1])
    assert here.page.input_value("#scope") == SCOPES[1]
    assert here.page.input_value("#threshold") == "50"
    assert here.page.inner_text("h1") == UNITS[1]


def test_an_address_opens_as_it_stands(desk: Desks) -> None:
    here = desk()

    here.open("?scope=container:unit-2&p.mode=percent&s.bucket=on_track&a.order=recent")

    here.wait_until_ready(SCOPES[1])
    assert here.page.is_checked("#mode-percent")
    assert here.page.get_attribute("#bucket-on_track", "aria-pressed") == "true"
    assert here.page.input_value("#order") == "recent"


@pytest.mark.proves("U3")
def test_a_scope_that_is_not_there_is_said_until_another_is_chosen(desk: Desks) -> None:
    here = desk()
    here.open("?scope=container:nowhere")
    here.is_live()
    here.page.locator("#notices .notice").wait_for()

    choose(here, SCOPES[0])
    here.wait_until_ready(SCOPES[0])

    assert here.page.locator("#notices .notice").count() == 0


def test_back_from_an_address_that_was_put_right_leaves_it(desk: Desks) -> None:
    here = desk()
    here.page.goto(here.live.origin)
    here.open("?scope=container:nowhere")
    here.is_live()
    here.page.wait_for_url(here.live.dashboard)

    here.page.go_back()

    here.page.wait_for_url(f"{here.live.origin}/")


def test_focus_stays_where_it_is_when_the_tile_under_it_is_painted_again(desk: Desks) -> None:
    here = desk()
    here.open()
    here.is_live()

    here.page.focus("#bucket-on_track")
    here.page.keyboard.press("Enter")
    here.page.locator('#bucket-on_track[aria-pressed="true"]').wait_for()

    assert here.page.evaluate("document.activeElement.id") == "bucket-on_track"


def test_a_change_of_scope_is_announced_once(desk: Desks) -> None:
    here = desk()
    here.open()
    here.is_live()
    assert here.page.inner_text("#status") == ""

    choose(here, SCOPES[0])
    here.wait_until_ready(SCOPES[0])

    here.page.locator("#status", has_text=f"{UNITS[0]} is loaded.").wait_for()


def test_without_javascript_every_tile_is_complete_and_the_form_works(desk: Desks) -> None:
    here = desk(javascript=False)
    here.open("?scope=container:unit-5")

    here.wait_until_ready(SCOPES[4])
    here.page.select_option("#scope", SCOPES[5])
    here.page.click("#show")

    here.wait_until_ready(SCOPES[5])
    assert here.page.locator("#tile-progress data[data-fact]").count() > 0


def test_the_page_comes_back_by_itself_with_the_scope_that_was_chosen_meanwhile(desk: Desks) -> None:
    here = desk()
    here.open()
    here.is_live()
    here.page.evaluate("document.getElementById('dashboard')._htmx.ws.connection.socket.close()")

    choose(here, SCOPES[3])

    here.wait_until_ready(SCOPES[3])
    here.is_live()


@pytest.mark.parametrize("script", ["dashboard.js", "htmx-4.0.1-ws.min.js"])
def test_a_script_that_comes_late_does_not_keep_the_page_from_going_live(script: str, desk: Desks) -> None:
    here = desk()

    def later(route: Route) -> None:
        here.page.wait_for_timeout(400)
        route.continue_()

    here.page.route(f"**/{script}", later)

    here.open()

    here.wait_until_ready()
    here.is_live()


def test_nothing_moves_under_reduced_motion(desk: Desks) -> None:
    here = desk(reduced=True)
    here.open()

    assert here.page.evaluate("document.getAnimations().length") == 0


@pytest.mark.parametrize("width", [320, 1280])
def test_the_first_paint_shifts_nothing(width: int, desk: Desks) -> None:
    here = desk(width=width)
    here.open()
    here.wait_until_ready()
    watch_from_the_next_load(here.page)

    here.page.reload()
    here.wait_until_ready()
    here.is_live()

    assert shifted(here.page) < STILL


@pytest.mark.proves("speed:F6")
@pytest.mark.parametrize("width", [320, 1280, *(pytest.param(width, marks=pytest.mark.long) for width in (1024, 1440))])
def test_a_change_of_scope_shifts_nothing(width: int, desk: Desks) -> None:
    here = desk(width=width)
    here.open()
    here.wait_until_ready()
    here.is_live()
    watch_from_now(here.page)

    for scope in SCOPES:
        choose(here, scope)
        here.wait_until_ready(scope)
        here.is_live()

    assert shifted(here.page) < STILL * len(SCOPES)


def test_scripts_and_styles_stay_small(desk: Desks) -> None:
    here = desk()
    sizes: dict[str, int] = {}

    def weigh(response: Response) -> None:
        if response.url.endswith((".js", ".css")):
            sizes[response.url] = len(gzip.compress(response.body()))

    here.page.on("response", weigh)

    here.open()
    here.is_live()

    assert sum(size for url, size in sizes.items() if url.endswith(".js")) <= 20_000
    assert sum(size for url, size in sizes.items() if url.endswith(".css")) <= 15_000
