"""The defaults are those of the seed, and limits that make no sense are refused."""

from __future__ import annotations

import asyncio
import inspect

import pytest

from coordinator.writes.limits import QueueLimits
from coordinator.writes.policy import RetryPolicy
from coordinator.writes.write_coordinator import WriteCoordinator
from tests.coordinator.writes.bench import Bench, names
from tests.fakes import breathe


@pytest.mark.proves("Q-01")
def test_names_and_defaults_are_those_of_the_seed() -> None:
    parameters = inspect.signature(WriteCoordinator.__init__).parameters
    defaults = {name: one.default for name, one in parameters.items() if name not in {"self", "sink", "options"}}

    assert defaults == {
        "capacity": 10_000,
        "workers": 4,
        "batch_size": 500,
        "flush_interval": 0.25,
        "high_watermark": None,
        "low_watermark": None,
        "overflow_strategy": "block",
        "on_backpressure_high": None,
        "on_backpressure_low": None,
        "drop_callback": None,
        "retry_policy": None,
    }
    assert RetryPolicy() == RetryPolicy(
        max_attempts=5, initial_backoff_ms=50, max_backoff_ms=2000, backoff_multiplier=2.0, jitter=True
    )


@pytest.mark.proves("Q-01", "Q-07")
async def test_pressure_is_high_at_8000_and_low_at_5000_of_the_default_capacity(bench: Bench) -> None:
    told: list[str] = []
    coordinator = await bench.running(
        on_backpressure_high=lambda: told.append("high"), on_backpressure_low=lambda: told.append("low")
    )
    bench.store.gate = asyncio.Event()

    await coordinator.submit_many(names(7_999))
    await breathe()
    assert told == []
    await coordinator.submit("one more")
    await breathe()
    assert told == ["high"]

    bench.store.gate.set()
    await bench.clock.pass_time(1)
    assert told == ["high", "low"]
    assert {len(call) for call in bench.store.calls} == {500}


@pytest.mark.proves("Q-01")
@pytest.mark.parametrize("capacity", [1, 2, 3, 5, 10, 10_000])
def test_every_capacity_has_watermarks_that_make_sense(bench: Bench, capacity: int) -> None:
    assert bench.coordinator(capacity=capacity).health().capacity == capacity


@pytest.mark.proves("Q-01")
@pytest.mark.parametrize(
    "wrong",
    [
        {"capacity": 0},
        {"batch_size": 0},
        {"flush_interval": -1.0},
        {"workers": 0},
        {"high_watermark": 5, "low_watermark": 5},
        {"high_watermark": 20_000},
        {"overflow_strategy": "hope"},
        {"more": {"tenant_share": 0.0}},
        {"more": {"bulk_share": 1.5}},
        {"more": {"max_workers": 1}},
        {"more": {"capacity_bytes": 0}},
    ],
    ids=str,
)
def test_limits_that_make_no_sense_are_refused(bench: Bench, wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"expected|hope"):
        bench.coordinator(**wrong)  # type: ignore[arg-type]


@pytest.mark.proves("Q-05", "B-01")
def test_a_queues_own_defaults_are_the_coordinators() -> None:
    limits = QueueLimits()

    assert (limits.capacity, limits.batch_size, limits.flush_interval) == (10_000, 500, 0.25)
