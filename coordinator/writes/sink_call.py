"""One way to call every sink: blocking or awaitable, with a report or without."""

from __future__ import annotations

from inspect import iscoroutinefunction
from typing import cast

from coordinator.writes.contract import AsyncSink, BatchReport, Outcome, Sink
from coordinator.writes.threads import SinkThreads


class SinkCall[R]:
    """Blocking sinks run in threads, the others on the loop. The sink gets a tuple and may keep it."""

    def __init__(self, sink: Sink[R] | AsyncSink[R], threads: SinkThreads) -> None:
        self._sink = sink
        self._threads = threads
        self._is_async = iscoroutinefunction(sink.write)
        self.name = type(sink).__name__

    async def write(self, records: tuple[R, ...]) -> BatchReport:
        """One outcome per record. Raises what the sink raises; `TypeError` for a report of another length."""
        report = await self._call(records)
        if report is None:
            return BatchReport((Outcome.WRITTEN,) * len(records))
        if len(report.outcomes) != len(records):
            raise TypeError(f"{self.name}: expected {len(records)} outcomes, got {len(report.outcomes)}")
        return report

    async def _call(self, records: tuple[R, ...]) -> BatchReport | None:
        if self._is_async:
            return await cast(AsyncSink[R], self._sink).write(records)
        return await self._threads.call(lambda: cast(Sink[R], self._sink).write(records))
