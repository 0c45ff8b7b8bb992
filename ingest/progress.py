"""How far an import is: a bar on a terminal, nothing anywhere else."""

from __future__ import annotations

from collections.abc import Callable

from django.core.management.base import OutputWrapper

BAR = 30
LINE = 78
"""Characters: a shorter text wipes out a longer one."""


class Progress:
    """One line that is written over and over until `end`."""

    def __init__(self, out: OutputWrapper) -> None:
        self._out = out
        self._is_shown = False

    def say(self, words: str) -> None:
        """The line reads so now."""
        if self._out.isatty():
            self._out.write(f"\r{words:<{LINE}}", ending="")
            self._out.flush()
            self._is_shown = True

    def of(self, total: int) -> Callable[[int], None]:
        """What shows how many of so many events are done; 0 = nobody knows how many."""
        return lambda done: self.say(bar(done, total))

    def end(self) -> None:
        """What is written next stands on a line of its own."""
        if self._is_shown:
            self._out.write("")
            self._is_shown = False


def bar(done: int, total: int) -> str:
    """Such as `[###·······] 30 %  300 of 1,000 events`."""
    if not total:
        return f"{done:,} events"
    share = min(done / total, 1.0)
    full = int(share * BAR)
    return f"[{'#' * full}{'·' * (BAR - full)}] {int(share * 100):>3} %  {done:,} of {total:,} events"
