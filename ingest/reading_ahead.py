"""A file is read on while a batch of it is written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice


def read_ahead[T](items: Iterable[T], most: int) -> Iterator[T]:
    """`items`, of which a thread has taken up to `most` more; what it raises is raised where it belongs.

    Of use where the writer waits for another process. SQLite works in the thread that calls it, which would give way to
    the reader at every row.
    """
    remaining = iter(items)
    with ThreadPoolExecutor(1, "reading") as reader:
        coming = reader.submit(_take, remaining, most)
        while True:
            taken, error = coming.result()
            if len(taken) == most:
                coming = reader.submit(_take, remaining, most)
            yield from taken
            if error is not None:
                raise error
            if len(taken) < most:
                return


def _take[T](items: Iterator[T], most: int) -> tuple[list[T], Exception | None]:
    """The next `most` of them, fewer at the end or before the error."""
    taken: list[T] = []
    try:
        taken.extend(islice(items, most))
    except Exception as error:  # noqa: BLE001  raised again by who reads on
        return taken, error
    return taken, None
