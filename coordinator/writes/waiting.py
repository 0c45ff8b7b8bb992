"""Waiting with an end, by the coordinator's clock."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable

from coordinator.writes.ports import Clock


async def limited[T](clock: Clock, seconds: float, work: Awaitable[T]) -> T:
    """What `work` gives, if it gives it in time. Work that does not heed its cancellation is left behind.

    Raises:
        TimeoutError: it did not; it was told to stop.

    """
    task = asyncio.ensure_future(work)
    try:
        if await ends_within(clock, seconds, task):
            return task.result()
        raise TimeoutError(f"not done within {seconds:g} s")
    finally:
        task.cancel()
        task.add_done_callback(_hear)


async def ends_within[T](clock: Clock, seconds: float, task: asyncio.Future[T]) -> bool:
    """Whether the task ended in time. It runs on if not."""
    expired: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    timer = clock.call_later(max(0.0, seconds), lambda: _end(expired))
    try:
        await asyncio.wait((task, expired), return_when=asyncio.FIRST_COMPLETED)
        return task.done()
    finally:
        timer.cancel()


def _end(expired: asyncio.Future[None]) -> None:
    if not expired.done():
        expired.set_result(None)


def _hear[T](task: asyncio.Future[T]) -> None:
    """Nobody waits any more for what was left behind: its error is no news."""
    if not task.cancelled():
        task.exception()
