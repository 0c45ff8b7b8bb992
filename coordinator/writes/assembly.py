"""Puts the parts of a coordinator together."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from coordinator.writes.books import Balance
from coordinator.writes.contract import AsyncSink, Sink
from coordinator.writes.gate import Gate
from coordinator.writes.giving_up import LastResorts
from coordinator.writes.health import CoordinatorHealth, State
from coordinator.writes.intake import Intake
from coordinator.writes.journal import Journal
from coordinator.writes.limits import QueueLimits
from coordinator.writes.notifier import Notifier
from coordinator.writes.options import BackpressureCallback, Options
from coordinator.writes.policy import RetryPolicy
from coordinator.writes.pressure import Pressure, PressureGauge
from coordinator.writes.queue import BoundedQueue
from coordinator.writes.sink_call import SinkCall
from coordinator.writes.supervision import Staff, Supervisor
from coordinator.writes.threads import SinkThreads
from coordinator.writes.watch import QueueWatch
from coordinator.writes.worker import SinkWorker
from coordinator.writes.workshop import Ledger, Policies, Workshop

HIGH, LOW = 0.8, 0.5
"""Watermarks as parts of the capacity."""

SHORTEST_PAUSE = 1.0
"""Seconds that a producer that was turned away should wait at least."""


@dataclass(frozen=True, slots=True)
class Essentials[T]:
    """A coordinator's arguments, checked."""

    sink: Sink[T] | AsyncSink[T]
    limits: QueueLimits
    workers: int
    high: int | None
    low: int | None
    on_high: BackpressureCallback | None
    on_low: BackpressureCallback | None
    on_drop: Callable[[T], Awaitable[None] | None] | None
    retry: RetryPolicy
    options: Options[T]

    def __post_init__(self) -> None:
        fewest = 0 if self.options.queue is not None and self.options.queue.is_durable else 1
        if self.workers < fewest:
            raise ValueError(f"workers: expected at least {fewest}, got {self.workers}")
        if self.options.max_workers is not None and self.options.max_workers < self.workers:
            raise ValueError(f"max_workers: expected at least {self.workers}, got {self.options.max_workers}")
        self.gauge()

    def gauge(self) -> PressureGauge:
        """High at 0.8 of the capacity and low at 0.5 unless told otherwise; a tiny queue has marks too."""
        capacity = self.limits.capacity
        high = max(1, int(capacity * HIGH)) if self.high is None else self.high
        low = min(int(capacity * LOW), high - 1) if self.low is None else self.low
        return PressureGauge(capacity, high, low)

    @property
    def staff(self) -> Staff:
        return Staff(self.workers, self.options.max_workers or self.workers, self.limits.batch_size)


@dataclass(frozen=True, slots=True)
class Assembly[T]:
    """The parts at work."""

    shop: Workshop[T]
    supervisor: Supervisor[T]
    notifier: Notifier
    watch: QueueWatch[T]
    intake: Intake[T]
    threads: SinkThreads

    def balance(self) -> Balance:
        """The books now. Of a durable queue only what this process holds is ours to account for."""
        queue = self.shop.queue
        if queue.is_durable:
            return self.shop.ledger.books.balance(0, self.supervisor.in_hand)
        return self.shop.ledger.books.balance(queue.level.queued, queue.level.in_flight)

    def check_books(self) -> None:
        """An uneven balance is a fault of ours: it is counted and told, and health says so."""
        balance = self.balance()
        if not balance.is_even:
            self.shop.meter.count("coordinator_books_uneven")
            self.shop.journal.note("books_uneven", difference=balance.difference)

    def health(self, state: State) -> CoordinatorHealth:
        level, shop = self.shop.queue.level, self.shop
        pressure = self.watch.pressure
        return CoordinatorHealth(
            workers_alive=self.supervisor.alive,
            queue_size=level.queued,
            capacity=level.capacity,
            state=state,
            in_flight=level.in_flight,
            breaker=shop.gate.state,
            pressure=pressure,
            oldest_age=0.0 if level.oldest_at is None else shop.clock.now() - level.oldest_at,
            worker_deaths=self.supervisor.deaths,
            is_sick=self.supervisor.is_sick,
            last_error=shop.ledger.last_error,
            balance=self.balance(),
            retry_after=0.0 if pressure is Pressure.CALM else max(SHORTEST_PAUSE, shop.gate.probes_in),
            probes_in=shop.gate.probes_in,
        )


def assemble[T](given: Essentials[T], check_open: Callable[[], None]) -> Assembly[T]:
    """All parts, none of them at work yet."""
    shop, threads = _workshop(given)
    options = given.options
    notifier = Notifier(
        options.clock, options.meter, shop.journal, seconds=options.callback_seconds, bound=given.limits.capacity
    )
    supervisor = Supervisor(
        lambda: SinkWorker(shop, assembly.check_books, options.trace), given.staff, options.restarts, shop
    )
    watch: QueueWatch[T] = QueueWatch(
        given.gauge(),
        shop.ledger,
        notifier,
        supervisor.scale,
        is_durable=shop.queue.is_durable,
        on_high=given.on_high,
        on_low=given.on_low,
        on_drop=given.on_drop,
    )
    shop.queue.attach(watch)
    intake = Intake(shop.queue, shop.ledger, options, check_open)
    assembly = Assembly(shop, supervisor, notifier, watch, intake, threads)
    return assembly


def _workshop[T](given: Essentials[T]) -> tuple[Workshop[T], SinkThreads]:
    options = given.options
    clock, journal = options.clock, options.journal or Journal(options.clock)
    threads = SinkThreads(options.thread_end)
    resorts = [resort for resort in (options.dead_letters, options.fallback) if resort is not None]
    shop = Workshop(
        queue=options.queue or BoundedQueue(given.limits, clock),
        sink=SinkCall(given.sink, threads),
        resorts=LastResorts(resorts, threads, clock, journal, given.limits.capacity),
        gate=Gate(options.breaker, clock),
        policies=Policies(given.retry, options.breaker, options.poison_guard),
        ledger=Ledger(),
        clock=clock,
        meter=options.meter,
        journal=journal,
        chance=options.chance,
        today=options.today,
    )
    return shop, threads
