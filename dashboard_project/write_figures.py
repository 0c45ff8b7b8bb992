"""A write coordinator's figures on /metrics: its books, its queue, its workers, its circuit; read at each scrape."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from coordinator.writes.health import CoordinatorHealth, readings

type Family = CounterMetricFamily | GaugeMetricFamily


class WriteFigures(Collector):
    """`health` says nothing as long as there is no coordinator: then there are no figures."""

    def __init__(self, health: Callable[[], CoordinatorHealth | None]) -> None:
        self._health = health

    def collect(self) -> Iterable[Metric]:
        health = self._health()
        if health is None:
            return []
        families: dict[str, Family] = {}
        for reading in readings(health):
            names = [name for name, _ in reading.labels]
            kind = CounterMetricFamily if reading.is_counter else GaugeMetricFamily
            family = families.setdefault(reading.name, kind(reading.name, reading.what, labels=names))
            family.add_metric([value for _, value in reading.labels], reading.value)
        return families.values()

    def describe(self) -> Iterable[Metric]:
        """Registering asks nobody."""
        return []
