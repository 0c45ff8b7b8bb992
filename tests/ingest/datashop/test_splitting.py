"""Lines of a table that was written as it is, or saved again by a spreadsheet."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ingest.adapters.datashop.splitting import MAX_LINES, split

HEADER = "a\tb\tc\n"


def records(*lines: str) -> list[tuple[int, list[str]]]:
    """Everything after the header."""
    return list(split([HEADER, *lines]))[1:]


def test_fields_are_what_stands_between_tabs() -> None:
    assert records("1\t\t3\r\n", "4\t5\t6") == [(2, ["1", "", "3"]), (3, ["4", "5", "6"])]


def test_a_quote_inside_an_answer_is_only_a_quote() -> None:
    assert records('1\t"\t3\n', '1\t5" nails\t3\n', '"\tx\t"\n') == [
        (2, ["1", '"', "3"]),
        (3, ["1", '5" nails', "3"]),
        (4, ['"', "x", '"']),
    ]


def test_a_field_that_is_quoted_as_a_whole_loses_its_quotes() -> None:
    assert records('1\t"Unit u2, Section nc"\t"say ""yes"""\n') == [(2, ["1", "Unit u2, Section nc", 'say "yes"'])]


def test_a_quoted_field_may_hold_tabs_and_line_ends() -> None:
    assert records('1\t"two\tcells\tand\n', 'two lines"\t3\n', "4\t5\t6\n") == [
        (2, ["1", "two\tcells\tand\ntwo lines", "3"]),
        (4, ["4", "5", "6"]),
    ]


def test_a_damaged_line_costs_no_other() -> None:
    assert records('1\t"open\n', "4\t5\t6\n", "7\t8\t9\n") == [
        (2, ["1", '"open']),
        (3, ["4", "5", "6"]),
        (4, ["7", "8", "9"]),
    ]


def test_a_quote_that_is_never_closed_is_looked_for_no_further_than_a_hundred_lines() -> None:
    below = [f"{number}\tx\ty\n" for number in range(MAX_LINES * 3)]

    found = records('1\t"open\n', *below)

    assert [line for line, _ in found] == list(range(2, len(below) + 3))


def test_empty_lines_and_lines_of_tabs_are_no_records() -> None:
    assert records("\n", "1\t2\t3\n", "\t\t\n", "\r\n") == [(3, ["1", "2", "3"])]


def test_an_empty_file_has_no_records() -> None:
    assert list(split([])) == []


@given(
    st.lists(
        st.lists(
            st.text(st.characters(exclude_characters='\t\r\n"\0', exclude_categories=["Cs"])), min_size=3, max_size=3
        )
    )
)
def test_whatever_has_no_tab_quote_or_line_end_comes_back_as_it_was(rows: list[list[str]]) -> None:
    lines = ["\t".join(row) + "\n" for row in rows]

    found = [fields for _, fields in records(*lines)]

    assert found == [row for row, line in zip(rows, lines, strict=True) if line.strip()]


@given(st.lists(st.text('ab"\t\n', max_size=30), max_size=12))
def test_no_line_is_lost_or_read_twice_whatever_the_quotes(texts: list[str]) -> None:
    lines = [text.replace("\n", "") + "\n" for text in texts]

    found = records(*lines)

    numbers = [number for number, _ in found]
    assert numbers == sorted(set(numbers))
    told = "".join("".join(fields) for _, fields in found)
    assert told.replace("\n", "").count("a") == sum(line.count("a") for line in lines)
