"""Sends hints: to the dashboards of this process, and over the channel layer to those of others.

Without a Redis there is no layer that other processes share: their dashboards find out by themselves (`watch`).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from asgiref.sync import async_to_sync

from dashboard_project.hints.wire import Layer, group_of, to_message
from ingest.hints import Hint
from oracles.cache.breaker import Breaker

SECONDS = 0.25
"""A writer waits no longer for a Redis that does not answer; after three times it does not wait for a while."""


class Publisher:
    """Implements `ingest.hints.Hints`; any thread may publish."""

    def __init__(self, hear: Callable[[Hint], None], layer: Layer | None, now: Callable[[], float]) -> None:
        self._hear = hear
        self._layer = layer
        self._breaker = Breaker(now)

    def publish(self, hint: Hint) -> None:
        self._hear(hint)
        if self._layer is None or not self._breaker.may_call():
            return
        try:
            async_to_sync(self._send)(self._layer, hint)
        except Exception:
            self._breaker.failed()
            raise
        self._breaker.succeeded()

    @staticmethod
    async def _send(layer: Layer, hint: Hint) -> None:
        async with asyncio.timeout(SECONDS):
            await layer.group_send(group_of(hint), to_message(hint))
