"""Everything a queue holds: who waits, who is in flight, who is next, for whom there is room. Pure; time is passed in.

Held = queued + in flight, in records and in bytes; it never exceeds the limits.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto
from itertools import count

from coordinator.writes.contract import Lane, Trigger
from coordinator.writes.entries import Batch, Entry
from coordinator.writes.fairness import DeficitRoundRobin
from coordinator.writes.limits import QueueLimits
from coordinator.writes.line import Line

Place = tuple[Lane, str]


class Room(Enum):
    """Whether an entry may come in, and if not, what is full."""

    FREE = auto()
    QUEUE_FULL = auto()
    LANE_FULL = auto()
    TENANT_FULL = auto()
    NEVER = auto()


@dataclass(slots=True)
class _Flight:
    """A batch that was taken; `left` of its entries have neither ended nor come back."""

    line: Place
    left: int


class Backlog[R]:
    """The books of one queue. Handles count up and are never used twice."""

    def __init__(self, limits: QueueLimits) -> None:
        self._limits = limits
        self._lines: dict[Place, Line[R]] = {}
        self._turns = {lane: DeficitRoundRobin(limits.batch_size) for lane in Lane}
        self._in_flight: dict[str, tuple[Entry[R], _Flight]] = {}
        self._held: Counter[str | Lane] = Counter()
        """Entries by tenant and by lane."""
        self._busy: Counter[Lane] = Counter()
        """Batches in flight by lane."""
        self._handles = count(1)
        self._live_streak = 0
        self._is_draining = False
        self.queued = 0
        self.size = 0

    # ---- what is

    @property
    def in_flight(self) -> int:
        return len(self._in_flight)

    @property
    def held(self) -> int:
        return self.queued + self.in_flight

    @property
    def tenants(self) -> int:
        """Lines in memory."""
        return len(self._lines)

    @property
    def oldest_at(self) -> float | None:
        return min((line.oldest_at for line in self._lines.values() if line), default=None)

    @property
    def handles(self) -> set[str]:
        """Of everything held."""
        return {entry.handle for entry in self.entries()}

    def entries(self) -> Iterator[Entry[R]]:
        """Everything held: what is in flight first."""
        yield from (entry for entry, _ in self._in_flight.values())
        for line in self._lines.values():
            yield from line

    # ---- coming in

    def room(self, entry: Entry[R]) -> Room:
        limits = self._limits
        if limits.capacity_bytes is not None and entry.size > limits.capacity_bytes:
            return Room.NEVER
        if self._held[_tenant(entry)] >= limits.tenant_capacity:
            return Room.TENANT_FULL
        if entry.lane is Lane.BULK and self._held[Lane.BULK] >= limits.bulk_capacity:
            return Room.LANE_FULL
        is_heavy = limits.capacity_bytes is not None and self.size + entry.size > limits.capacity_bytes
        return Room.QUEUE_FULL if is_heavy or self.held >= limits.capacity else Room.FREE

    def add(self, entry: Entry[R], now: float) -> bool:
        """The entry is queued; true if this changes when the next batch is due."""
        place = (entry.lane, entry.tenant)
        line = self._line(place)
        line.add(replace(entry, accepted_at=now, handle=str(next(self._handles))))
        self.queued += 1
        self._count(entry, 1)
        return len(line) == 1 or line.is_full_batch

    def drop_oldest(self, entry: Entry[R]) -> Entry[R] | None:
        """Gives up one queued entry to make room for this one: of the tenant most over its share, its oldest.

        What is in flight is never given up; nothing, if there is nothing else.
        """
        victims = [place for place in self._lines if self._lines[place] and self._may_yield(place, entry)]
        if not victims:
            return None
        place = max(victims, key=lambda at: (self._held[f"tenant {at[1]}"], -self._lines[at].oldest_at))
        dropped = self._lines[place].drop_oldest()
        self.queued -= 1
        self._count(dropped, -1)
        self._tidy(place)
        return dropped

    # ---- going out

    def next_batch(self, now: float) -> Batch[R] | None:
        """A batch that is due, in flight from now on."""
        for lane in self._lanes():
            turn = self._turns[lane].serve(lambda tenant, lane=lane: self._wanted((lane, tenant), now))  # type: ignore[misc]
            if turn is not None:
                return self._depart((lane, turn[0]), turn[1], now)
        return None

    def due_at(self) -> float | None:
        """When the next batch is due among the lines that may give one."""
        times = (
            line.due_at(is_draining=self._is_draining)
            for place, line in self._lines.items()
            if line and self._may_depart(place)
        )
        return min(times, default=None)

    def settle(self, entries: Sequence[Entry[R]]) -> None:
        """These have ended: they hold no room any more."""
        for entry in entries:
            self._count(self._land(entry), -1)
        self._tidy_all(entries)

    def put_back(self, entries: Sequence[Entry[R]], not_before: float) -> None:
        """These wait again, before all others of their line."""
        by_line: dict[Place, list[Entry[R]]] = {}
        for entry in entries:
            self._land(entry)
            by_line.setdefault((entry.lane, entry.tenant), []).append(entry)
        for place, of_line in by_line.items():
            self._line(place).put_back(of_line, not_before)
            self.queued += len(of_line)

    def take_all(self) -> list[Entry[R]]:
        """Nothing is queued any more, everything is in flight; returns it."""
        for place, line in list(self._lines.items()):
            if line:
                self._fly(place, line.take(len(line)))
        return [entry for entry, _ in self._in_flight.values()]

    def flush(self) -> None:
        """Everything queued now is due at once."""
        for line in self._lines.values():
            line.flush()

    def drain(self) -> None:
        """Everything is due at once from now on; only what was told to wait still waits."""
        self._is_draining = True

    # ---- inside

    def _line(self, place: Place) -> Line[R]:
        if place not in self._lines:
            self._lines[place] = Line(self._limits.batch_size, self._limits.flush_interval)
        lane, tenant = place
        self._turns[lane].join(tenant)
        return self._lines[place]

    def _lanes(self) -> tuple[Lane, Lane]:
        is_bulks_turn = self._live_streak >= self._limits.live_streak
        return (Lane.BULK, Lane.LIVE) if is_bulks_turn else (Lane.LIVE, Lane.BULK)

    def _wanted(self, place: Place, now: float) -> int:
        line = self._lines[place]
        is_due = self._may_depart(place) and line.due(now, is_draining=self._is_draining)
        return line.batch_length if is_due else 0

    def _may_depart(self, place: Place) -> bool:
        limits, lane = self._limits, place[0]
        if limits.tenant_batches is not None and self._lines[place].batches >= limits.tenant_batches:
            return False
        return lane is Lane.LIVE or limits.bulk_batches is None or self._busy[lane] < limits.bulk_batches

    def _depart(self, place: Place, length: int, now: float) -> Batch[R]:
        line = self._lines[place]
        trigger = line.due(now, is_draining=self._is_draining) or Trigger.INTERVAL
        entries = line.take(length)
        self._fly(place, entries)
        self._note_streak(place[0])
        return Batch(entries, trigger)

    def _fly(self, place: Place, entries: Sequence[Entry[R]]) -> None:
        flight = _Flight(place, len(entries))
        self._in_flight |= {entry.handle: (entry, flight) for entry in entries}
        self.queued -= len(entries)
        self._lines[place].batches += 1
        self._busy[place[0]] += 1

    def _note_streak(self, lane: Lane) -> None:
        passed_bulk = lane is Lane.LIVE and self._held[Lane.BULK] > 0
        self._live_streak = self._live_streak + 1 if passed_bulk else 0

    def _land(self, entry: Entry[R]) -> Entry[R]:
        """The entry is not in flight any more. Returns it as it was taken."""
        taken, flight = self._in_flight.pop(entry.handle)
        flight.left -= 1
        if not flight.left:
            self._lines[flight.line].batches -= 1
            self._busy[flight.line[0]] -= 1
        return taken

    def _may_yield(self, place: Place, entry: Entry[R]) -> bool:
        """Whether giving up an entry of this line makes room for that one."""
        match self.room(entry):
            case Room.TENANT_FULL:
                return place[1] == entry.tenant
            case Room.LANE_FULL:
                return place[0] is entry.lane
        return True

    def _count(self, entry: Entry[R], change: int) -> None:
        self.size += change * entry.size
        for counted in (_tenant(entry), entry.lane):
            self._held[counted] += change
            if not self._held[counted]:
                del self._held[counted]

    def _tidy_all(self, entries: Sequence[Entry[R]]) -> None:
        for place in {(entry.lane, entry.tenant) for entry in entries}:
            self._tidy(place)

    def _tidy(self, place: Place) -> None:
        """A line nobody waits in takes no memory."""
        line = self._lines.get(place)
        if line is not None and not line and not line.batches:
            del self._lines[place]
            self._turns[place[0]].leave(place[1])


def _tenant[R](entry: Entry[R]) -> str:
    """Tenants and lanes are counted in one place: no tenant is called like a lane."""
    return f"tenant {entry.tenant}"
