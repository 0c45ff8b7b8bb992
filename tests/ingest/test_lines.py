from __future__ import annotations

from io import StringIO

import pytest

from ingest.lines import LONGEST, LineTooLong, bounded


def test_lines_come_as_they_are_with_their_ends() -> None:
    text = StringIO("a\n\r\nb\rc\nlast", newline="")

    assert list(bounded(text)) == ["a\n", "\r\n", "b\r", "c\n", "last"]


def test_a_line_as_long_as_lines_may_be_is_read() -> None:
    line = "x" * (LONGEST - 1) + "\n"

    assert list(bounded(StringIO(line + "y"))) == [line, "y"]


def test_a_longer_one_is_refused_with_its_number_before_the_rest_of_it_is_read() -> None:
    text = StringIO("short\n" + "x" * (LONGEST * 3))

    with pytest.raises(LineTooLong, match="line 2 is longer than"):
        list(bounded(text))

    assert text.tell() == len("short\n") + LONGEST + 1
