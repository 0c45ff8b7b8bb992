"""Lines of a text, none of them longer than a machine can hold: a file without line ends must not fill the memory."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import IO

LONGEST = 1 << 20


class LineTooLong(ValueError):
    """The file is hardly the table that it says it is."""


def bounded(text: IO[str]) -> Iterator[str]:
    """The lines of the text, as they are.

    Raises:
        LineTooLong: one of them is.

    """
    for number, line in enumerate(iter(partial(text.readline, LONGEST + 1), ""), start=1):
        if len(line) > LONGEST:
            raise LineTooLong(f"line {number} is longer than {LONGEST:,} characters")
        yield line
