"""Tier 2: a Redis or Valkey shared by all processes. It helps while it answers in time; nothing fails because of it.

Every call is made in a thread of our own, gives up after `CALL_SECONDS`, and returns "not there" instead of raising.
Reads and writes have a breaker each: a server that is full or read-only still serves what it has.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import cast

import redis
import structlog
from redis.backoff import NoBackoff
from redis.retry import Retry

from oracles.cache.breaker import Breaker
from oracles.cache.keys import EntryKey

log = structlog.get_logger(__name__)

CALL_SECONDS = 0.2
THREADS = 4
ENTRY_SECONDS = 15 * 60
RELEASE = "if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) end return 0"


def answers(url: str) -> bool:
    """Whether the server is there now. Waits for it no longer than a call does."""
    client = redis.Redis.from_url(
        url, socket_timeout=CALL_SECONDS, socket_connect_timeout=CALL_SECONDS, retry=Retry(NoBackoff(), 0)
    )
    with closing(client):
        return not isinstance(_attempt(client.ping), Exception)


class SharedTier:
    def __init__(self, url: str, now: Callable[[], float], entry_seconds: int = ENTRY_SECONDS) -> None:
        self._client = redis.Redis.from_url(
            url,
            socket_timeout=CALL_SECONDS,
            socket_connect_timeout=CALL_SECONDS,
            retry=Retry(NoBackoff(), 0),
            max_connections=THREADS,
        )
        self._entry_seconds = entry_seconds
        self._reads = Breaker(now)
        self._writes = Breaker(now)
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="shared-cache")

    @property
    def is_degraded(self) -> bool:
        """Whether the server does not answer, or takes no writes."""
        return self._reads.is_open or self._writes.is_open

    async def get(self, keys: Sequence[EntryKey]) -> tuple[bytes | None, ...]:
        """What is kept under each key, in one call."""
        nothing = (None,) * len(keys)
        if not keys:
            return nothing
        return await self._call(
            self._reads, lambda: tuple(cast("list[bytes | None]", self._client.mget(keys))), nothing
        )

    async def put(self, key: EntryKey, data: bytes) -> None:
        await self._call(self._writes, lambda: self._client.set(key, data, ex=self._entry_seconds), None)

    async def take_lease(self, name: str, holder: str, seconds: float) -> bool | None:
        """Whether the lease is ours now; `None` when the server cannot say."""
        milliseconds = int(seconds * 1000)
        return await self._call(
            self._writes, lambda: bool(self._client.set(name, holder, nx=True, px=milliseconds)), None
        )

    async def release_lease(self, name: str, holder: str) -> None:
        """Nobody waits for us any more, unless somebody else holds the lease by now."""
        await self._call(self._writes, lambda: self._client.eval(RELEASE, 1, name, holder), None)

    def close(self) -> None:
        self._threads.shutdown(wait=True, cancel_futures=True)
        self._client.close()

    async def _call[R, D](self, breaker: Breaker, ask: Callable[[], R], otherwise: D) -> R | D:
        if not breaker.may_call():
            return otherwise
        call = asyncio.wrap_future(self._threads.submit(_attempt, ask))
        try:
            answer = await asyncio.wait_for(call, CALL_SECONDS)
        except TimeoutError:
            answer = TimeoutError(f"no answer in {CALL_SECONDS} s")
        if isinstance(answer, Exception):
            self._failed(breaker, answer)
            return otherwise
        breaker.succeeded()
        return answer

    @staticmethod
    def _failed(breaker: Breaker, error: Exception) -> None:
        was_open = breaker.is_open
        breaker.failed()
        if breaker.is_open and not was_open:
            log.warning("shared_cache_degraded", error=type(error).__name__)


def _attempt[R](ask: Callable[[], R]) -> R | Exception:
    """The answer or the error as a value: nobody may be left to catch it."""
    try:
        return ask()
    except (redis.RedisError, OSError) as error:
        return error
