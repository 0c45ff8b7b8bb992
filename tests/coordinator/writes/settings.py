"""What tests may tell a coordinator, typed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Literal, TypedDict

from coordinator.writes.bisection import PoisonGuard
from coordinator.writes.breaker import BreakerPolicy
from coordinator.writes.policy import RetryPolicy
from coordinator.writes.ports import Trace
from coordinator.writes.staffing import RestartPolicy


class Settings(TypedDict, total=False):
    capacity: int
    workers: int
    batch_size: int
    flush_interval: float
    high_watermark: int
    low_watermark: int
    overflow_strategy: Literal["block", "drop_oldest", "drop_newest", "error"]
    on_backpressure_high: Callable[[], Awaitable[None] | None]
    on_backpressure_low: Callable[[], Awaitable[None] | None]
    drop_callback: Callable[[str], Awaitable[None] | None]
    retry_policy: RetryPolicy


class MoreOptions(TypedDict, total=False):
    tenant_of: Callable[[str], str]
    size_of: Callable[[str], int]
    validate: Callable[[str], None]
    capacity_bytes: int
    max_workers: int
    tenant_share: float
    tenant_batches: int
    bulk_share: float
    breaker: BreakerPolicy
    poison_guard: PoisonGuard
    restarts: RestartPolicy
    callback_seconds: float
    trace: Trace[str]
