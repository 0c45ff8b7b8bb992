"""Student support in Chromium: parameters previewed, saved and told; names found; learners marked as not a concern."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.dashboard_project.processes import MANAGE, ROOT, surroundings
from tests.e2e.conftest import Desks, sign_in
from tests.e2e.live import Live, serving
from tests.e2e.looking import is_for_everybody
from tests.e2e.sample import PASSWORD
from tests.e2e.states import THEMES, WIDTHS

pytestmark = pytest.mark.e2e

INACTIVE = '[data-fact="student_support.inactive.count"]'
TWO_WEEKS = "?inactivity_days=14&progress_low=40&progress_high=80&proficiency_low=40&proficiency_high=80"
LAST_WEEK = """UPDATE courses_keptfacts SET day = date(day, '-8 days'), taken_at = datetime(taken_at, '-8 days'),
    facts = json_set(facts, '$."summary.average_progress_pct"',
                     json_extract(facts, '$."summary.average_progress_pct"') - 2.5)"""


@dataclass(frozen=True, slots=True)
class Room:
    """A section with two instructors, on a server of its own."""

    live: Live
    folder: Path
    ines: Desks
    ana: Desks

    def quiet_between(self, least: int, most: int) -> int:
        """Learners whose last event is so many days old, counted in the database."""
        with closing(sqlite3.connect(self.folder / "lectern.sqlite3", timeout=10)) as database:
            (count,) = database.execute(
                """SELECT count(*) FROM courses_learneractivity
                   WHERE julianday('now') - julianday(last_event_at) BETWEEN ? AND ?""", (least, most)
            ).fetchone()  # fmt: skip
            return int(count)

    def loads(self) -> float:
        """How often oracles have been asked since the server began."""
        with urllib.request.urlopen(f"{self.live.origin}/metrics", timeout=5) as response:
            lines = response.read().decode().splitlines()
        return sum(
            float(line.rpartition(" ")[2]) for line in lines if line.startswith("oracle_load_duration_seconds_count")
        )


@pytest.fixture(scope="module")
def room(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    folder = tmp_path_factory.mktemp("support")
    with serving(folder) as live:
        _add_ana(folder)
        ines = Desks(browser, live, sign_in(browser, live))
        ana = Desks(browser, live, sign_in(browser, live, "ana"))
        yield Room(live, folder, ines, ana)
        ines.close()
        ana.close()


def _add_ana(folder: Path) -> None:
    subprocess.run(
        [sys.executable, MANAGE, "add_instructor", "--institution", "lakeside", "--section", "algebra",
         "--username", "ana", "--password-stdin"],
        input=f"{PASSWORD}\n", text=True, check=True, capture_output=True, cwd=ROOT, env=surroundings(folder),
        timeout=60,
    )  # fmt: skip


def back_to_the_defaults(room: Room) -> None:
    here = room.ines(javascript=False)
    here.open("parameters/")
    if here.page.locator("#reset").count():
        here.page.click("#reset")


@pytest.mark.proves("ROW-T6", "UX-4", "UX-c", "UX-k")
def test_a_preview_is_saved_and_the_other_instructors_open_dashboard_is_told_and_repainted(room: Room) -> None:
    watching = room.ines.opened()
    before = int(watching.page.get_attribute(INACTIVE, "value") or 0)
    saving = room.ana()
    saving.open()
    saving.wait_until_ready()
    saving.page.click("#support-parameters")
    loads = room.loads()

    saving.page.select_option("#inactivity_days", "14")
    saving.page.click("#look")
    leaving = room.quiet_between(7, 14)
    expect(saving.page.locator("#foretold")).to_contain_text(f"7 → 14 days moves {leaving} learners out of inactive.")
    saving.page.click("#save")

    expect(saving.page.locator("#outcome")).to_contain_text("Saved.")
    notice = watching.page.locator("#notices")
    expect(notice).to_contain_text("ana changed the inactivity limit from 7 to 14 days.", timeout=10_000)
    expect(watching.page.locator(INACTIVE)).to_have_attribute("value", str(before - leaving))
    expect(watching.page.locator("#status")).to_contain_text("ana changed")
    watching.is_live()
    assert room.loads() == loads > 0, "the change was derived from stored answers"
    assert watching.complaints == saving.complaints == []
    back_to_the_defaults(room)


@pytest.mark.proves("ROW-T6", "UX-4", "UX-k")
def test_of_two_tabs_the_second_is_refused_shown_the_first_and_may_save_again(room: Room) -> None:
    back_to_the_defaults(room)
    first, second = room.ana(javascript=False), room.ines(javascript=False)
    first.open(f"parameters/{TWO_WEEKS}")
    second.open(f"parameters/{TWO_WEEKS.replace('progress_low=40', 'progress_low=30')}")

    first.page.click("#save")
    second.page.click("#save")

    expect(second.page.locator("#conflict")).to_contain_text("ana changed the inactivity limit from 7 to 14 days.")
    assert second.page.input_value("#progress_low") == "30"
    second.page.click("#save")
    expect(second.page.locator("#outcome")).to_contain_text("Saved.")
    expect(second.page.locator("#history tbody tr").first).to_contain_text("low progress 40 → 30 %")
    expect(second.page.locator("#history tbody tr").nth(1)).to_contain_text("ana")
    back_to_the_defaults(room)


@pytest.mark.proves("UX-22", "UX-f")
def test_a_learner_is_marked_counted_shown_to_everybody_and_the_mark_is_undone(room: Room) -> None:
    watching = room.ana.opened("?s.bucket=on_track")
    here = room.ines.opened("?s.bucket=on_track")
    count = here.page.get_attribute('[data-fact="student_support.on_track.count"]', "value")
    box = here.page.locator("#tile-student_support input[name=learner]").first
    learner = box.get_attribute("value")

    box.check()
    here.page.click("#concern-open")
    here.page.select_option("#concern-reason", "talked")
    here.page.click("#concern-mark")

    here.page.wait_for_url("**/?s.bucket=on_track#tile-student_support")
    expect(here.page.locator("#support-noted")).to_have_text("1 marked as not a concern")
    expect(watching.page.locator("#support-noted")).to_have_text("1 marked as not a concern", timeout=10_000)
    assert here.page.get_attribute('[data-fact="student_support.on_track.count"]', "value") == count
    assert here.page.locator(f"#learner-{learner}").count() == 0, "it comes last, on a later page"
    here.wait_until_ready()
    here.page.click("#support-more")
    expect(here.page.locator("#support-scroll tbody tr")).to_have_count(40)
    here.page.click("#support-more")
    row = here.page.locator(f"#learner-{learner}")
    expect(row).to_contain_text("says ines: we have talked")
    row.locator("button").click()
    expect(here.page.locator("#support-noted")).to_have_count(0)
    expect(watching.page.locator("#support-noted")).to_have_count(0, timeout=10_000)
    assert here.complaints == watching.complaints == []


@pytest.mark.proves("ROW-T5")
def test_a_name_is_found_while_it_is_typed_and_stands_in_no_address(room: Room) -> None:
    here = room.ines.opened("?s.bucket=on_track")
    addresses: list[str] = []
    here.page.on("framenavigated", lambda frame: addresses.append(frame.url))
    here.page.on("request", lambda request: addresses.append(request.url))

    here.page.locator("#seek-name").press_sequentially("keiko", delay=40)

    expect(here.page.locator("#support-found")).to_contain_text("of this group", timeout=5_000)
    names = here.page.locator("#support-scroll tbody th label").all_inner_texts()
    assert names
    assert all(name.startswith("Keiko") for name in names)
    assert here.page.evaluate("[document.activeElement.id, document.activeElement.selectionStart]") == ["seek-name", 5]
    assert here.page.input_value("#seek-name") == "keiko"
    assert not [each for each in [*addresses, here.page.url] if "keiko" in each.lower()]
    here.page.select_option("#scope", "container:unit-2")
    here.wait_until_ready("container:unit-2")
    assert here.page.input_value("#seek-name") == ""
    assert here.complaints == []


@pytest.mark.proves("ROW-T5")
def test_a_name_that_is_typed_without_a_line_gets_into_no_address_either(room: Room) -> None:
    here = room.ines()
    here.page.route_web_socket("**/ws/**", lambda socket: socket.close(code=1011))
    here.open("?s.bucket=on_track&complete=1")
    here.page.locator('#dashboard[data-state="offline"]').wait_for(timeout=10_000)

    here.page.locator("#seek-name").press_sequentially("keiko", delay=40)
    here.page.wait_for_timeout(600)
    here.page.press("#seek-name", "Enter")

    assert "keiko" not in here.page.url


@pytest.mark.proves("ROW-T5")
def test_without_a_script_a_name_is_found_by_a_post(room: Room) -> None:
    here = room.ines(javascript=False)
    here.open("?complete=1&s.bucket=on_track")

    here.page.fill("#seek-name", "keiko")
    here.page.click("#seek-go")

    expect(here.page.locator("#support-found")).to_contain_text("of this group")
    assert all(
        name.startswith("Keiko") for name in here.page.locator("#support-scroll tbody th label").all_inner_texts()
    )
    assert here.page.url.endswith("?complete=1&s.bucket=on_track")


@pytest.mark.proves("ROW-T5")
def test_more_rows_come_without_losing_the_place_or_the_selection(room: Room) -> None:
    here = room.ines.opened("?s.bucket=on_track")
    here.page.locator("#tile-student_support input[name=learner]").nth(2).check()
    here.page.evaluate("document.getElementById('support-scroll').scrollTop = 120")

    here.page.evaluate("document.getElementById('support-more').click()")

    expect(here.page.locator("#support-scroll tbody tr")).to_have_count(40)
    assert here.page.evaluate("document.getElementById('support-scroll').scrollTop") == 120
    assert here.page.locator("#tile-student_support input[name=learner]").nth(2).is_checked()


@pytest.mark.proves("UX-23")
def test_the_strip_compares_with_last_week(room: Room) -> None:
    here = room.ines(javascript=False)
    here.open("?complete=1")
    for _ in range(50):
        here.open("changes/")
        if here.page.locator("#since optgroup").count():
            break
        here.page.wait_for_timeout(100)
    with closing(sqlite3.connect(room.folder / "lectern.sqlite3", timeout=10)) as database, database:
        database.execute(LAST_WEEK)

    here.open("?complete=1")

    expect(here.page.locator("#compared-average_progress_pct")).to_have_text("+2.5 points since last week")
    here.page.click("#compared-average_progress_pct")
    here.page.locator("#compared").wait_for()


@pytest.mark.parametrize(
    "query",
    [
        pytest.param("", marks=pytest.mark.long),
        TWO_WEEKS.replace("_low=40", "_low=60"),
        pytest.param(TWO_WEEKS.replace("_low=40", "_low=x"), marks=pytest.mark.long),
    ],
)
@pytest.mark.parametrize("dark", THEMES)
@pytest.mark.parametrize("width", WIDTHS)
def test_axe_finds_nothing_in_the_parameters_and_nothing_is_wider_than_the_screen(
    width: int, dark: bool, query: str, room: Room
) -> None:
    here = room.ines(dark=dark, width=width, reduced=True)
    here.open(f"parameters/{query}")

    is_for_everybody(here, f"parameters asked {query[-20:]} {dark} {width}")


@pytest.mark.parametrize(("width", "dark"), [(320, True), pytest.param(1440, False, marks=pytest.mark.long)])
def test_axe_finds_nothing_in_the_list_with_its_marks_and_a_name_sought(width: int, dark: bool, room: Room) -> None:
    marking = room.ines(javascript=False)
    marking.open("?complete=1&s.bucket=on_track")
    marking.page.locator("#tile-student_support input[name=learner]").first.check()
    marking.page.click("#concern-open")
    marking.page.click("#concern-mark")
    here = room.ines(dark=dark, width=width, reduced=True)
    here.open("?s.bucket=on_track&s.rows=60")
    here.wait_until_ready()
    here.is_live()

    here.page.locator("#seek-name").press_sequentially("a", delay=40)
    here.page.locator("#support-found").wait_for()
    here.page.click("#concern-open")

    is_for_everybody(here, f"marks and a name sought {dark} {width}")
