"""A part of a course is found by what it is called, else by words of its title."""

from __future__ import annotations

import pytest

from dashboard_project.web.finding import find
from dashboard_project.web.page import Option

pytestmark = pytest.mark.proves("U1")
PARTS = [
    Option(f"container:{title}", title, title)
    for title in ("Whole course", "Metadata", "Data", "Rates  and proportional reasoning", "Straße")
]


@pytest.mark.parametrize(
    ("words", "title"),
    [
        ("Data", "Data"), ("data", "Data"), ("meta", "Metadata"), ("ata", "Metadata"),
        (" rates and\tproportional ", "Rates  and proportional reasoning"), ("STRASSE", "Straße"),
        ("whole", "Whole course"),
    ],
)  # fmt: skip
def test_a_part_that_is_called_so_goes_before_one_that_holds_the_words(words: str, title: str) -> None:
    found = find(PARTS, words)

    assert found is not None
    assert found.title == title


@pytest.mark.parametrize("words", ["", "  ", "chemistry", "\0", "%"])
def test_what_no_part_is_called_is_not_found(words: str) -> None:
    assert find(PARTS, words) is None
