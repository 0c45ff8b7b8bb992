"""What a spreadsheet would run as a formula is guarded, reads back the same, and numbers stay numbers."""

from __future__ import annotations

import csv
import unicodedata
from datetime import UTC, datetime
from io import StringIO

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from snapshot.export.cells import GUARD, CellWriter, guarded, unguarded

ALPHABET = "=+-@\t\r\n\0＝＋－＠﹢﹣ \u00a0\u200b\u2060\ufeff\u00ad'\",;|%aé1\U0001f600"
DANGEROUS = ["=1+1", "+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "\n", "\0", "＝1", "\u200b=1", "  =1", "\ufeff@x", "'=1"]
HARMLESS = ["", "Ada", "1.10", "|cmd", "%x", "a=1", "'quoted", "é", " ", "O'Neill"]


@pytest.mark.proves("E5")
@pytest.mark.parametrize("text", DANGEROUS)
def test_a_formula_is_guarded(text: str) -> None:
    assert guarded(text) == GUARD + text


@pytest.mark.parametrize("text", HARMLESS)
def test_other_text_stays_as_it_is(text: str) -> None:
    assert guarded(text) == text


def is_run(cell: str) -> bool:
    """What a spreadsheet does: skips what it cannot see, then looks at the first character."""
    seen = [c for c in unicodedata.normalize("NFKC", cell) if not c.isspace() and unicodedata.category(c) != "Cf"]
    return bool(seen) and seen[0] in "=+-@"


@pytest.mark.proves("I1")
@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.text(ALPHABET) | st.text(st.characters(exclude_categories=["Cs"])), min_size=100, max_size=100))
def test_10_000_generated_texts_are_harmless_and_read_back_the_same(texts: list[str]) -> None:
    cells = [guarded(text) for text in texts]

    assert [cell for cell in cells if is_run(cell)] == []
    assert [unguarded(cell) for cell in cells] == texts


@pytest.mark.proves("I1")
@given(st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=2))
def test_any_text_survives_the_file(texts: list[str]) -> None:
    file = StringIO(newline="")
    csv.writer(file, lineterminator="\r\n").writerow([guarded(text) for text in texts])

    back = next(csv.reader(StringIO(file.getvalue(), newline="")))

    assert [unguarded(cell) for cell in back] == texts


@pytest.mark.proves("E5")
def test_typed_values_are_never_guarded() -> None:
    writer = CellWriter("America/New_York")
    moment = datetime(2026, 11, 21, 15, 32, 7, 999, tzinfo=UTC)

    cells = [writer.write(value) for value in (-5, -0.5, 53.6, 50.0, True, False, None, moment)]

    assert cells == ["-5", "-0.5", "53.6", "50.0", "true", "false", "", "2026-11-21T10:32:07-05:00"]
    assert writer.guarded_cells == 0


def test_guarded_cells_are_counted() -> None:
    writer = CellWriter("UTC")

    for value in ("=1", "Ada", "@x"):
        writer.write(value)

    assert writer.guarded_cells == 2
