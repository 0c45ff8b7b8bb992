"""The queue inside the process: a backlog that producers wait before and workers wait behind.

No item is ever handed over by a cancelled wait: what a taker was given and could not receive goes back to its place.
While nobody needs waking there is no timer; an idle queue costs nothing.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from coordinator.writes.backlog import Backlog, Room
from coordinator.writes.contract import CoordinatorClosed, QueueFullError, RecordTooLarge, SubmitTimeout
from coordinator.writes.entries import Batch, Entry
from coordinator.writes.limits import Overflow, QueueLimits
from coordinator.writes.ports import Clock, Level, Observer, Timer


@dataclass(slots=True, eq=False)
class _Producer[R]:
    """Who waits for room: entries not accepted yet, and the call that waits for them."""

    entries: deque[Entry[R]]
    done: asyncio.Future[None]
    accepted: int = 0


class BoundedQueue[R]:
    """`Queue` in memory. What it holds is lost with the process: whoever answers for it waits for the receipt."""

    is_durable = False

    def __init__(self, limits: QueueLimits, clock: Clock) -> None:
        self._limits = limits
        self._clock = clock
        self._backlog: Backlog[R] = Backlog(limits)
        self._producers: deque[_Producer[R]] = deque()
        self._takers: deque[asyncio.Future[Batch[R] | None]] = deque()
        self._flushes: list[tuple[set[str], asyncio.Future[None]]] = []
        self._observers: list[Observer[R]] = []
        self._timer: Timer | None = None
        self._is_open = True
        self._is_closed = False

    @property
    def level(self) -> Level:
        backlog = self._backlog
        return Level(backlog.queued, backlog.in_flight, self._limits.capacity, backlog.size, backlog.oldest_at)

    def attach(self, observer: Observer[R]) -> None:
        self._observers.append(observer)

    # ---- producers

    async def put(self, entries: Sequence[Entry[R]], timeout: float | None = None) -> None:
        if not entries:
            return
        self._check_open()
        producer = _Producer(deque(entries), asyncio.get_running_loop().create_future())
        self._producers.append(producer)
        self._admit()
        if not producer.done.done():
            await self._wait(producer, timeout)
        producer.done.result()

    async def _wait(self, producer: _Producer[R], timeout: float | None) -> None:
        """Until there was room for all, or there is an end of waiting. Cancelled, it leaves no trace in the line."""
        timer = None if timeout is None else self._clock.call_later(max(timeout, 0), lambda: self._give_up(producer))
        try:
            await asyncio.wait([producer.done])
        finally:
            if timer:
                timer.cancel()
            if producer.done.done():
                producer.done.exception()  # Seen, even if a cancellation came at the same moment.
            if producer in self._producers:
                self._producers.remove(producer)
                self._admit()

    def _give_up(self, producer: _Producer[R]) -> None:
        self._refuse(producer, SubmitTimeout("no room in time", accepted=producer.accepted))
        self._admit()

    def _admit(self) -> None:
        """Who waits comes in as far as there is room: first come, first served, past those whose own tenant is full."""
        before = self._backlog.held
        is_news = False
        for producer in list(self._producers):
            is_news |= self._let_in(producer)
            if producer.entries and self._backlog.room(producer.entries[0]) is Room.QUEUE_FULL:
                break
        if self._backlog.held != before:
            self._tell_level()
        if is_news:
            self._dispatch()

    def _let_in(self, producer: _Producer[R]) -> bool:
        """Accepts what may be accepted now; true if workers should look."""
        is_news = False
        while producer.entries:
            room = self._make_room(producer.entries[0])
            if room is not Room.FREE and not self._may_drop(producer, room):
                return is_news
            entry = producer.entries.popleft()
            producer.accepted += 1
            self._tell_accepted()
            if room is Room.FREE:
                is_news |= self._backlog.add(entry, self._clock.now())
            else:
                self._drop(entry, "newest")
        self._producers.remove(producer)
        if not producer.done.done():
            producer.done.set_result(None)
        return is_news

    def _make_room(self, entry: Entry[R]) -> Room:
        """How much room there is, after giving up older entries for it if that is the strategy."""
        room = self._backlog.room(entry)
        while self._limits.overflow is Overflow.DROP_OLDEST and room not in {Room.FREE, Room.NEVER}:
            dropped = self._backlog.drop_oldest(entry)
            if dropped is None:
                return room
            self._drop(dropped, "oldest")
            room = self._backlog.room(entry)
        return room

    def _may_drop(self, producer: _Producer[R], room: Room) -> bool:
        """There is no room for the producer's first entry: is it given up? Else the producer waits or is refused."""
        if room is Room.NEVER:
            self._refuse(producer, RecordTooLarge("larger than the queue", accepted=producer.accepted))
        elif self._limits.overflow is Overflow.ERROR:
            self._refuse(producer, QueueFullError(f"no room: {room.name.lower()}", accepted=producer.accepted))
        return room is not Room.NEVER and self._limits.overflow in {Overflow.DROP_OLDEST, Overflow.DROP_NEWEST}

    def _refuse(self, producer: _Producer[R], error: QueueFullError | CoordinatorClosed) -> None:
        if producer in self._producers:
            self._producers.remove(producer)
        if not producer.done.done():
            producer.done.set_exception(error)

    # ---- workers

    async def take(self) -> Batch[R] | None:
        if self._is_finished:
            return None
        taker: asyncio.Future[Batch[R] | None] = asyncio.get_running_loop().create_future()
        self._takers.append(taker)
        self._dispatch()
        try:
            return await taker
        except asyncio.CancelledError:
            self._hand_back(taker)
            raise

    async def ack(self, entries: Sequence[Entry[R]]) -> None:
        self._backlog.settle(entries)
        self._end_flushes({entry.handle for entry in entries})
        self._changed()

    async def requeue(self, entries: Sequence[Entry[R]], delay: float = 0.0) -> None:
        self._backlog.put_back(entries, self._clock.now() + delay)
        self._dispatch()

    def _hand_back(self, taker: asyncio.Future[Batch[R] | None]) -> None:
        """Its batch came together with its cancellation: nobody has it, so it goes back."""
        if taker in self._takers:
            self._takers.remove(taker)
        elif not taker.cancelled() and (batch := taker.result()):
            self._backlog.put_back(batch.entries, self._clock.now())
            self._dispatch()

    def _dispatch(self) -> None:
        """Workers that wait get what is due; a timer waits for the rest, if a worker does."""
        while self._takers:
            if self._takers[0].done():
                self._takers.popleft()
            elif batch := self._backlog.next_batch(self._clock.now()):
                self._takers.popleft().set_result(batch)
            else:
                break
        self._arm()
        if self._is_finished:
            self._send_home()

    def _arm(self) -> None:
        if self._timer:
            self._timer.cancel()
            self._timer = None
        due_at = self._backlog.due_at() if self._takers else None
        if due_at is not None:
            self._timer = self._clock.call_later(max(0.0, due_at - self._clock.now()), self._dispatch)

    # ---- flushing, draining, closing

    async def flush(self) -> None:
        handles = self._backlog.handles
        if not handles:
            return
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._flushes.append((handles, done))
        self._backlog.flush()
        self._dispatch()
        await done

    async def drain(self) -> None:
        self._is_open = False
        for producer in list(self._producers):
            self._refuse(producer, CoordinatorClosed("stopped while waiting for room", accepted=producer.accepted))
        self._backlog.drain()
        self._dispatch()

    async def close(self) -> Sequence[Entry[R]]:
        await self.drain()
        self._is_closed = True
        left = self._backlog.take_all()
        self._dispatch()
        return left

    @property
    def _is_finished(self) -> bool:
        return self._is_closed or (not self._is_open and not self._backlog.held)

    def _check_open(self) -> None:
        if not self._is_open:
            raise CoordinatorClosed("the queue takes no more records")

    def _send_home(self) -> None:
        while self._takers:
            taker = self._takers.popleft()
            if not taker.done():
                taker.set_result(None)

    # ---- telling

    def _changed(self) -> None:
        """Room was made: who waited for it comes in, and those that wait for batches look again."""
        self._tell_level()
        self._admit()
        self._dispatch()

    def _drop(self, entry: Entry[R], reason: str) -> None:
        self._end_flushes({entry.handle})
        for observer in self._observers:
            observer.dropped(entry, reason)

    def _tell_accepted(self) -> None:
        for observer in self._observers:
            observer.accepted(1)

    def _tell_level(self) -> None:
        for observer in self._observers:
            observer.level_changed(self._backlog.held)

    def _end_flushes(self, handles: set[str]) -> None:
        for waiting_for, done in self._flushes:
            waiting_for.difference_update(handles)
            if not waiting_for and not done.done():
                done.set_result(None)
        self._flushes = [(left, done) for left, done in self._flushes if not done.done()]
