"""Where the figures go: Prometheus, the log, or nowhere."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from threading import Lock

import structlog
from prometheus_client import REGISTRY, CollectorRegistry, Counter, Gauge, Histogram

from coordinator.ports import Meter
from coordinator.telemetry import HELP

BUCKETS = (0.0001, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


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
    """Counts as log lines; timings and levels are for Prometheus."""

    def __init__(self, logger: structlog.typing.FilteringBoundLogger | None = None) -> None:
        self._logger = logger or structlog.get_logger("coordinator")

    def count(self, name: str, **labels: str) -> None:
        self._logger.debug(name, **labels)

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
