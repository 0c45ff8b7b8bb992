"""What can be said about a coordinator from outside: its health, its final report, its figures."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from coordinator.writes.books import Balance
from coordinator.writes.breaker import BreakerState
from coordinator.writes.pressure import Pressure


class State(StrEnum):
    """Only forward, and stopped is the end."""

    NEW = "new"
    RUNNING = "running"
    DRAINING = "draining"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class CoordinatorHealth:
    workers_alive: int
    queue_size: int
    capacity: int
    state: State
    in_flight: int
    breaker: BreakerState
    pressure: Pressure
    oldest_age: float
    """Seconds that the oldest queued record has waited; 0 if none waits."""
    worker_deaths: int
    is_sick: bool
    """Workers die again and again: nothing is accepted."""
    last_error: str
    """Type of the sink's last error."""
    balance: Balance
    retry_after: float
    """Seconds after which a producer that was turned away should ask again; 0 while there is no pressure."""
    probes_in: float
    """Seconds until an open circuit lets a probe pass. At 0 it waits for a record: the queue may be empty."""

    @property
    def is_live(self) -> bool:
        """The process can do its work; restarting it would help nobody."""
        return not self.is_sick and self.balance.is_even

    @property
    def is_ready(self) -> bool:
        """More records are welcome now."""
        return self.is_live and self.state is State.RUNNING and self.pressure is not Pressure.HARD


@dataclass(frozen=True, slots=True)
class DrainReport[T]:
    """How it ended. Every record that was ever accepted is in exactly one figure of the balance."""

    balance: Balance
    seconds: float
    was_cut_short: bool
    """The deadline came before the queue was empty."""
    spilled: int
    """Records that went to the dead letters because time was up."""
    lost: tuple[T, ...]
    """Records that could be neither written nor kept (the first of them, if they are more than the capacity)."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One figure for a scrape; counters only grow."""

    name: str
    what: str
    value: float
    is_counter: bool = False
    labels: tuple[tuple[str, str], ...] = ()


ENDS = ("written", "deduplicated", "dropped", "dead_lettered", "abandoned", "handed_over")


def readings(health: CoordinatorHealth) -> Iterator[Reading]:
    """Everything that a scrape wants to know of a coordinator; labels are bounded."""
    books = health.balance
    for name in ("submitted", "rejected", "accepted", "received"):
        yield Reading(f"coordinator_items_{name}", f"Records {name}", getattr(books, name), is_counter=True)
    for end in ENDS:
        labels = (("end", end),)
        yield Reading("coordinator_items_ended", "Records by their end", getattr(books, end), True, labels)
    yield Reading("coordinator_items_dropped", "Records given up for others", books.dropped, is_counter=True)
    yield Reading("coordinator_queue_depth", "Records that wait", health.queue_size)
    yield Reading("coordinator_in_flight", "Records being written", health.in_flight)
    yield Reading("coordinator_capacity", "Records that may wait or be written", health.capacity)
    yield Reading("coordinator_workers_alive", "Workers", health.workers_alive)
    yield Reading("coordinator_oldest_item_seconds", "How long the oldest record has waited", health.oldest_age)
    yield Reading("coordinator_books_difference", "Records nobody accounts for; 0", books.difference)
    for state in BreakerState:
        labels = (("state", state.value),)
        yield Reading("coordinator_circuit_state", "1 for the circuit's state", health.breaker is state, False, labels)
