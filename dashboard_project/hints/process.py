"""The hints of this process: its watches, one per event loop, and where its own hints go."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from threading import Lock

from dashboard_project.hints.publisher import Publisher
from dashboard_project.hints.watch import Outside, SectionWatch
from ingest.hints import Hint


class ProcessHints:
    """Implements `ingest.hints.Hints`. Any thread may publish; a watch belongs to the loop that asked for it."""

    def __init__(
        self, outside: Callable[[], Outside], publisher: Callable[[Callable[[Hint], None]], Publisher]
    ) -> None:
        self._outside = outside
        self._publisher = publisher(self.hear)
        self._lock = Lock()
        self._watches: dict[asyncio.AbstractEventLoop, SectionWatch] = {}

    def publish(self, hint: Hint) -> None:
        self._publisher.publish(hint)

    def close(self) -> None:
        """What was published has left this process."""
        self._publisher.close()

    def watch(self) -> SectionWatch:
        """The watch of the running loop."""
        loop = asyncio.get_running_loop()
        with self._lock:
            self._watches = {each: watch for each, watch in self._watches.items() if not each.is_closed()}
            if loop not in self._watches:
                self._watches[loop] = SectionWatch(self._outside())
            return self._watches[loop]

    def followers(self) -> Counter[int]:
        """How many dashboards follow each section, by its id. Any thread may call."""
        with self._lock:
            watches = [watch for loop, watch in self._watches.items() if not loop.is_closed()]
        return sum((watch.followers() for watch in watches), Counter[int]())

    def hear(self, hint: Hint) -> None:
        with self._lock:
            watches = list(self._watches.items())
        for loop, watch in watches:
            if not loop.is_closed():
                loop.call_soon_threadsafe(watch.hear, hint)
