"""Where the figures go: Prometheus, the log, or nowhere."""

from __future__ import annotations

from collections import Counter as Counts
from collections.abc import Callable, Mapping
from threading import Lock
from time import monotonic

import structlog
from prometheus_client import REGISTRY, CollectorRegistry, Counter, Gauge, Histogram

from coordinator.ports import Meter
from coordinator.telemetry import HELP, PORT_CRASHED

BUCKETS = (0.0001, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
ALARMING = frozenset({PORT_CRASHED})
"""What means a defect or a broken outside, and must be seen by whoever operates this."""
QUIET_SECONDS = 60.0


class PrometheusMeter:
    """Each name becomes one metric at its first use; the names of its labels are fixed then. Any thread may call."""

    def __init__(self, registry: CollectorRegistry = REGISTRY) -> None:
        self._registry = registry
        self._counters: dict[str, Counter] = {}
        self._gauges: dict[str, Gauge] = {}
        self._histograms: dict[str, Histogram] = {}
        self._lock = Lock()

    def count(self, name: str, **labels: str) -> None:
        metric = self._counters.get(name) or self._made(self._counters, Counter, name, labels)
        (metric.labels(**labels) if labels else metric).inc()

    def observe(self, name: str, seconds: float, **labels: str) -> None:
        metric = self._histograms.get(name) or self._made(self._histograms, _histogram, name, labels)
        (metric.labels(**labels) if labels else metric).observe(seconds)

    def adjust(self, name: str, delta: int) -> None:
        metric = self._gauges.get(name) or self._made(self._gauges, Gauge, name, {})
        metric.inc(delta)

    def _made[M](self, kept: dict[str, M], make: Callable[..., M], name: str, labels: Mapping[str, str]) -> M:
        with self._lock:
            if name not in kept:
                text = HELP.get(name, name.replace("_", " "))
                kept[name] = make(name, text, sorted(labels), registry=self._registry)
            return kept[name]


class LogMeter:
    """Counts as log lines, what should never happen as warnings; timings and levels are for Prometheus.

    A port that breaks for every open dashboard breaks many times a second: of each kind of warning there is one line
    a minute, which says how many `times` it was since the one before. Any thread may call.
    """

    def __init__(
        self,
        logger: structlog.typing.FilteringBoundLogger | None = None,
        now: Callable[[], float] = monotonic,
    ) -> None:
        """`now` gives monotonic seconds."""
        self._logger = logger or structlog.get_logger("coordinator")
        self._now = now
        self._said_at: dict[tuple[str, ...], float] = {}
        self._times: Counts[tuple[str, ...]] = Counts()
        self._lock = Lock()

    def count(self, name: str, **labels: str) -> None:
        if name not in ALARMING:
            self._logger.debug(name, **labels)
        elif times := self._times_to_say((name, *labels.values())):
            self._logger.warning(name, **labels, times=times)

    def _times_to_say(self, kind: tuple[str, ...]) -> int:
        """How often it was since it was last said; 0 while that is less than a minute ago."""
        with self._lock:
            self._times[kind] += 1
            if kind in self._said_at and self._now() - self._said_at[kind] < QUIET_SECONDS:
                return 0
            self._said_at[kind] = self._now()
            return self._times.pop(kind)

    def observe(self, name: str, seconds: float, **labels: str) -> None:
        pass

    def adjust(self, name: str, delta: int) -> None:
        pass


class SilentMeter:
    """For commands that end before anybody could scrape them."""

    def count(self, name: str, **labels: str) -> None:
        pass

    def observe(self, name: str, seconds: float, **labels: str) -> None:
        pass

    def adjust(self, name: str, delta: int) -> None:
        pass


class SeveralMeters:
    """Tells each of several."""

    def __init__(self, *meters: Meter) -> None:
        self._meters = meters

    def count(self, name: str, **labels: str) -> None:
        self._each(lambda meter: meter.count(name, **labels))

    def observe(self, name: str, seconds: float, **labels: str) -> None:
        self._each(lambda meter: meter.observe(name, seconds, **labels))

    def adjust(self, name: str, delta: int) -> None:
        self._each(lambda meter: meter.adjust(name, delta))

    def _each(self, tell: Callable[[Meter], None]) -> None:
        for meter in self._meters:
            tell(meter)


def _histogram(name: str, text: str, labels: list[str], registry: CollectorRegistry) -> Histogram:
    return Histogram(name, text, labels, registry=registry, buckets=BUCKETS)
