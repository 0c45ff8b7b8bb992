"""The runner: an oracle's answer or a reason, never an exception.

Rules:
- The deadline covers everything, waiting for a slot included.
- Whoever stops waiting stops the statement: a cancelled call returns once the database has let go.
- A slot is free again only when its thread is, so stopped work still counts until it has wound down.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from itertools import count

import structlog

from oracles.clock import Clock
from oracles.contract import (
    Failed,
    FailureReason,
    Loaded,
    Oracle,
    OracleContext,
    OracleKey,
    OracleResult,
    Scope,
    Source,
)
from oracles.runner.cancellation import Question, Stopped
from oracles.runner.failures import reason_for
from oracles.runner.pool import DatabaseThreads
from oracles.runner.reading import Reading, read
from oracles.runner.slots import SessionId, Slots

log = structlog.get_logger(__name__)

DEADLINE_SECONDS = 8.0
LONGEST_QUEUE = 4096
STOPPING_THREADS = 4
STOPPING_SECONDS = 2.5
"""How long somebody waits for a thread that was told to stop; the thread keeps its slot until it really has."""
NOBODY = SessionId(0)


@dataclass(frozen=True, slots=True)
class Ask:
    """One call of `run` on its way."""

    scope: Scope
    key: OracleKey
    session: SessionId
    question: Question
    started_at: float


class Runner:
    """One per process, for every event loop and thread of it."""

    def __init__(
        self,
        table: Mapping[OracleKey, Oracle],
        threads: DatabaseThreads,
        clock: Clock,
        today: Callable[[], datetime],
        deadline: float = DEADLINE_SECONDS,
    ) -> None:
        self._table = table
        self._threads = threads
        self._clock = clock
        self._today = today
        self._deadline = deadline
        self._slots = Slots(threads.size, LONGEST_QUEUE)
        self._stopping = ThreadPoolExecutor(STOPPING_THREADS, thread_name_prefix="oracle-stop")
        self._sessions = count(1)
        self._asks: set[Ask] = set()

    @property
    def under_way(self) -> int:
        """How many questions hold a thread or wait for one."""
        return self._slots.held + self._slots.waiting

    def new_session(self) -> SessionId:
        return SessionId(next(self._sessions))

    async def run(self, scope: Scope, key: OracleKey, session: SessionId = NOBODY) -> OracleResult:
        """The answer, or why there is none. Raises nothing but the caller's own cancellation."""
        ask = Ask(scope, key, session, Question(), self._clock.now())
        try:
            reading = await self._reading(ask)
        except Exception as error:  # noqa: BLE001 the boundary: from here on a failure is a value
            return self._failed(ask, error)
        version, end = self._table[key].version, self._clock.now()
        return Loaded(
            scope, key, reading.payload, version, reading.stamp, Source.LOADED, ask.started_at, end, self._today()
        )

    def close(self) -> None:
        """What ran was stopped, and no thread of ours is left."""
        for ask in tuple(self._asks):
            self._stop(ask, FailureReason.CANCELLED)
        self._threads.close()
        self._stopping.shutdown(wait=True)

    async def _reading(self, ask: Ask) -> Reading:
        oracle = self._table[ask.key]
        granted = self._slots.ask(ask.session)
        timer = self._clock.call_later(self._deadline, lambda: self._expire(ask, granted))
        self._asks.add(ask)
        try:
            await self._until_granted(granted, ask)
            return await self._answer(self._started(oracle, ask), ask)
        finally:
            self._asks.discard(ask)
            timer.cancel()

    async def _until_granted(self, granted: Future[None], ask: Ask) -> None:
        try:
            await asyncio.wrap_future(granted)
        except asyncio.CancelledError:
            if not granted.cancel():  # it was granted at this very moment
                granted.add_done_callback(lambda _: self._slots.release(ask.session))
            if _is_own_cancellation():
                raise
            raise Stopped(FailureReason.TIMEOUT) from None

    def _started(self, oracle: Oracle, ask: Ask) -> Future[Reading]:
        context = OracleContext(ask.scope, None, self._today(), self._threads.alias)
        try:
            answer = self._threads.submit(lambda: read(oracle, context, self._deadline, ask.question))
        except RuntimeError:  # closed
            self._slots.release(ask.session)
            raise Stopped(FailureReason.CANCELLED) from None
        answer.add_done_callback(lambda _: self._slots.release(ask.session))
        return answer

    async def _answer(self, answer: Future[Reading], ask: Ask) -> Reading:
        arriving = asyncio.wrap_future(answer)
        arriving.add_done_callback(_see)
        try:
            await asyncio.wait({arriving}, timeout=self._deadline + STOPPING_SECONDS)
        except asyncio.CancelledError:
            self._stop(ask, FailureReason.CANCELLED)
            await asyncio.wait({arriving}, timeout=STOPPING_SECONDS)
            raise
        if not arriving.done() or arriving.cancelled():
            raise Stopped(ask.question.stopped_for or FailureReason.CANCELLED)
        return arriving.result()

    def _expire(self, ask: Ask, granted: Future[None]) -> None:
        self._stop(ask, FailureReason.TIMEOUT)
        granted.cancel()

    def _stop(self, ask: Ask, reason: FailureReason) -> None:
        ask.question.mark(reason)
        with suppress(RuntimeError):  # closed: then nothing runs that could be stopped
            self._stopping.submit(ask.question.stop)

    def _failed(self, ask: Ask, error: Exception) -> Failed:
        reason = reason_for(error, ask.question)
        keys = {"oracle": ask.key, "reason": reason.value, "section": ask.scope.section_id}
        log.warning("oracle_failed", error=type(error).__name__, **keys)
        return Failed(ask.scope, ask.key, reason, ask.started_at, self._clock.now())


def _is_own_cancellation() -> bool:
    """Whether the running task was cancelled itself, and not just something that it awaits."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


def _see(arrived: asyncio.Future[Reading]) -> None:
    """Nobody may be left to ask for the exception; asyncio would report it as forgotten."""
    if not arrived.cancelled():
        arrived.exception()
