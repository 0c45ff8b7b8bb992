"""What whoever submitted a record can wait for."""

from __future__ import annotations

import asyncio
from collections.abc import Generator

from coordinator.writes.contract import Ending


class Receipt:
    """`await receipt` gives the record's end. Giving up waiting does not take the record back."""

    __slots__ = ("_ending", "_waiters")

    def __init__(self) -> None:
        self._ending: Ending | None = None
        self._waiters: list[asyncio.Future[Ending]] = []

    @property
    def ending(self) -> Ending | None:
        """How the record ended, or nothing as long as it has not."""
        return self._ending

    def settle(self, ending: Ending) -> None:
        """The first end counts; a record has only one."""
        if self._ending is not None:
            return
        self._ending = ending
        for waiter in self._waiters:
            if not waiter.done():
                waiter.set_result(ending)
        self._waiters.clear()

    def __await__(self) -> Generator[object, None, Ending]:
        if self._ending is not None:
            return self._ending
        waiter: asyncio.Future[Ending] = asyncio.get_running_loop().create_future()
        self._waiters.append(waiter)
        try:
            return (yield from waiter)
        finally:
            if waiter in self._waiters:
                self._waiters.remove(waiter)
