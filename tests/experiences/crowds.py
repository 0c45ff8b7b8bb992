"""Many people at once: each of them asks for a change, again and again, and is told what became of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import BoundedSemaphore

from django.db import connections

AT_WORK = 20
"""So many changes are made at the same moment: the others wait at the door, as requests wait for a thread of the page,
and not for a connection, of which a process has few.
"""


def told[Outcome](threads: int, times: int, change: Callable[[int], Outcome]) -> Counter[Outcome]:
    """What they were told; `change` gets the number of the change, of `threads` × `times`."""

    door = BoundedSemaphore(AT_WORK)

    def once(number: int) -> Outcome:
        with door:
            try:
                return change(number)
            finally:
                connections.close_all()

    def work(place: int) -> list[Outcome]:
        return [once(place * times + number) for number in range(times)]

    with ThreadPoolExecutor(threads) as pool:
        return Counter(outcome for some in pool.map(work, range(threads)) for outcome in some)
