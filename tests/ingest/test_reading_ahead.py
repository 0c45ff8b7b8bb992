"""A file is read on by another thread: the same items in the same order, an error in its place, and never too far."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.reading_ahead import read_ahead


class Broken(Exception):
    """The file cannot be read on."""


def lines(count: int, taken: list[int] | None = None) -> Iterator[int]:
    """So many; then it breaks."""
    for number in range(count):
        if taken is not None:
            taken.append(number)
        yield number
    raise Broken


@given(count=st.integers(0, 50), most=st.integers(1, 9))
def test_the_same_items_come_in_the_same_order(count: int, most: int) -> None:
    assert list(read_ahead(range(count), most)) == list(range(count))


@given(count=st.integers(0, 50), most=st.integers(1, 9))
def test_what_was_read_before_an_error_comes_before_it(count: int, most: int) -> None:
    read: list[int] = []

    with pytest.raises(Broken):
        read.extend(read_ahead(lines(count), most))

    assert read == list(range(count))


def test_it_is_never_further_ahead_than_allowed() -> None:
    taken: list[int] = []
    reading = read_ahead(lines(100, taken), 5)

    ahead = [len(taken) - 1 - number for number, _ in zip(reading, range(50), strict=False)]

    assert max(ahead) <= 10  # the five that are handed out, and five more
    reading.close()  # type: ignore[attr-defined]
    assert len(taken) <= 60


def test_the_reader_is_another_thread_and_ends_with_who_reads_on() -> None:
    readers: set[str] = set()

    def items() -> Iterator[int]:
        for number in range(20):
            readers.add(threading.current_thread().name)
            yield number

    reading = read_ahead(items(), 5)
    next(reading)
    reading.close()  # type: ignore[attr-defined]

    assert readers == {"reading_0"}
    assert "reading_0" not in {thread.name for thread in threading.enumerate()}
