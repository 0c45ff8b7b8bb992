"""What follows from what happens in the queue: books, back-pressure, drop callbacks, more workers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from coordinator.writes.contract import End, Ending
from coordinator.writes.entries import Entry
from coordinator.writes.notifier import Bell, Call, Notifier
from coordinator.writes.pressure import Pressure, PressureGauge
from coordinator.writes.workshop import Ledger

type Listener = Callable[[Pressure], Awaitable[None] | None]


class QueueWatch[T]:
    """The coordinator's observer. Everything here returns at once; callbacks are called by the notifier."""

    def __init__(
        self,
        gauge: PressureGauge,
        ledger: Ledger,
        notifier: Notifier,
        scale: Callable[[int], None],
        *,
        is_durable: bool,
        on_high: Call | None = None,
        on_low: Call | None = None,
        on_drop: Callable[[T], Awaitable[None] | None] | None = None,
    ) -> None:
        self._gauge = gauge
        self._ledger = ledger
        self._notifier = notifier
        self._scale = scale
        self._is_durable = is_durable
        self._bell = Bell(notifier)
        self._on_high = on_high
        self._on_low = on_low
        self._on_drop = on_drop
        self._listeners: list[Listener] = []

    @property
    def pressure(self) -> Pressure:
        return self._gauge.pressure

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """The listener hears of every change of pressure; call the answer to end that."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def accepted(self, count: int) -> None:
        self._ledger.books.accepted += count
        if self._is_durable:
            self._ledger.books.ends[End.QUEUED] += count

    def level_changed(self, level: int) -> None:
        was_calm = self.pressure is Pressure.CALM
        if self._gauge.update(level):
            self._tell(was_calm=was_calm)
        self._scale(level)

    def dropped(self, entry: Entry[T], reason: str) -> None:
        self._ledger.end(entry, Ending(End.DROPPED, reason))
        on_drop = self._on_drop
        if on_drop is not None:
            self._notifier.post("drop", lambda: on_drop(entry.record))

    def _tell(self, *, was_calm: bool) -> None:
        if was_calm:
            self._bell.ring(self._on_high)
        elif self.pressure is Pressure.CALM:
            self._bell.ring(self._on_low)
        for listener in tuple(self._listeners):
            self._notifier.post("pressure", lambda listener=listener, now=self.pressure: listener(now))  # type: ignore[misc]
