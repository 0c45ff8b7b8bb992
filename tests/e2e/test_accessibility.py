"""What WCAG 2.2 AA means here, in Chromium: axe, keyboard, focus, announcements, motion, reflow."""

from __future__ import annotations

import pytest

from tests.e2e.conftest import Desks
from tests.e2e.looking import is_for_everybody, keep
from tests.e2e.states import STATES, SURROUNDINGS, State, Surroundings

pytestmark = pytest.mark.e2e

ONCE_EACH = [(state, SURROUNDINGS[number % len(SURROUNDINGS)]) for number, state in enumerate(STATES)]
REST = [(state, one) for state in STATES for one in SURROUNDINGS if (state, one) not in ONCE_EACH]


def _name(state: State, around: Surroundings) -> str:
    return f"{state.name}-{around}"


def look(state: State, around: Surroundings, desk: Desks) -> None:
    here = desk(dark=around.dark, width=around.width, reduced=True)
    state.reach(here)
    is_for_everybody(here, _name(state, around))


@pytest.mark.proves("accessibility:A1", "accessibility:A9")
@pytest.mark.parametrize(
    ("state", "around"), [pytest.param(*pair, id=_name(*pair), marks=pair[0].marks) for pair in ONCE_EACH]
)
def test_axe_finds_nothing_and_nothing_is_wider_than_the_window(
    state: State, around: Surroundings, desk: Desks
) -> None:
    look(state, around, desk)


@pytest.mark.long
@pytest.mark.proves("accessibility:A1", "accessibility:A9")
@pytest.mark.parametrize(("state", "around"), [pytest.param(*pair, id=_name(*pair)) for pair in REST])
def test_the_same_in_every_theme_and_width(state: State, around: Surroundings, desk: Desks) -> None:
    look(state, around, desk)


@pytest.mark.proves("accessibility:A8")
@pytest.mark.parametrize("state", STATES, ids=[state.name for state in STATES])
@pytest.mark.long
def test_nothing_moves_under_reduced_motion(state: State, desk: Desks) -> None:
    here = desk(reduced=True)

    state.reach(here)

    assert here.page.evaluate("document.getAnimations().length") == 0


@pytest.mark.proves("accessibility:A9")
def test_at_four_hundred_percent_text_flows_and_without_a_script_the_form_works(desk: Desks) -> None:
    here = desk(width=320, javascript=False)
    here.open()
    here.page.select_option("#scope", "container:unit-3")

    here.page.click("#show")

    here.wait_until_ready("container:unit-3")
    here.page.locator("noscript")
    assert here.page.locator("#dashboard").get_attribute("data-scope") == "container:unit-3"


INKS = ("ink", "soft", "accent", "low", "well", "bad")
"""Tokens that text is written in."""
MARKS = ("edge", "focus", "series", "low", "well", "struggling", "on_track", "excelling", "not_enough_information")
"""Tokens of borders of controls and of what a chart draws."""
COLOURS = """(names) => {
  const probe = document.body.appendChild(document.createElement('i'));
  const found = {};
  for (const name of names) {
    probe.style.color = `var(--${name})`;
    found[name] = getComputedStyle(probe).color.match(/[\\d.]+/g).slice(0, 3).map(Number);
  }
  probe.remove();
  return found;
}"""


def luminance(colour: tuple[float, float, float]) -> float:
    """Relative luminance of an sRGB colour, channels 0..255 (WCAG 2.2, definition)."""
    parts = [channel / 255 for channel in colour]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: tuple[float, float, float], other: tuple[float, float, float]) -> float:
    """1 to 21."""
    darker, lighter = sorted([luminance(one), luminance(other)])
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.proves("accessibility:A7")
@pytest.mark.parametrize("dark", [False, True])
def test_text_has_contrast_of_four_and_a_half_and_marks_of_three(dark: bool, desk: Desks) -> None:
    here = desk(dark=dark)
    here.open()

    colours = here.page.evaluate(COLOURS, ["paper", "raised", "on-accent", *INKS, *MARKS])

    faint = [
        (ink, paper) for ink in INKS for paper in ("paper", "raised") if contrast(colours[ink], colours[paper]) < 4.5
    ]
    faint += [(mark, "paper") for mark in MARKS if contrast(colours[mark], colours["paper"]) < 3]
    assert faint == []
    assert contrast(colours["on-accent"], colours["accent"]) >= 4.5


@pytest.mark.proves("accessibility:A7")
def test_in_forced_colours_the_bars_are_still_there(desk: Desks) -> None:
    here = desk()
    here.page.emulate_media(forced_colors="active")
    here.open()
    here.wait_until_ready()
    keep(here.page, "forced-colours")

    fills = here.page.evaluate(
        """() => [...document.querySelectorAll('#tile-progress svg rect, #tile-student_support svg path')]
            .map((one) => { const style = getComputedStyle(one); return [style.fill, style.stroke]; })"""
    )
    canvas = here.page.evaluate("getComputedStyle(document.body).backgroundColor")

    assert fills
    assert all(fill not in {"none", canvas} or stroke not in {"none", canvas} for fill, stroke in fills)
