"""Where workers wait while the circuit is open."""

from __future__ import annotations

import asyncio

from coordinator.writes.breaker import Breaker, BreakerPolicy, BreakerState, Permit
from coordinator.writes.line import BLINK
from coordinator.writes.ports import Clock, Timer


class Gate:
    """A breaker with a clock: permits, answers, and waiting for the next chance."""

    def __init__(self, policy: BreakerPolicy, clock: Clock) -> None:
        self._breaker = Breaker(policy)
        self._clock = clock
        self._waiting: list[asyncio.Future[None]] = []
        self._timer: Timer | None = None

    @property
    def state(self) -> BreakerState:
        return self._breaker.state

    @property
    def working_time(self) -> float:
        """Seconds of the clock without those of an open circuit."""
        now = self._clock.now()
        return now - self._breaker.seconds_open(now)

    @property
    def probes_in(self) -> float:
        """Seconds until an open circuit lets a probe pass."""
        at = self._breaker.probes_at
        return 0.0 if at is None else max(0.0, at - self._clock.now())

    def permit(self) -> Permit | None:
        return self._breaker.permit(self._clock.now() + BLINK)

    def succeeded(self, permit: Permit) -> None:
        self._breaker.succeeded(permit)
        self._wake_if_passable()

    def failed(self, permit: Permit, *, is_decisive: bool = False) -> None:
        self._breaker.failed(permit, self._clock.now(), is_decisive=is_decisive)
        self._arm()

    def withdrawn(self, permit: Permit) -> None:
        self._breaker.withdrawn(permit, self._clock.now())
        self._wake_if_passable()

    async def passable(self) -> None:
        """Returns when asking for a permit may succeed; others may be quicker."""
        if self._may_pass:
            return
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(waiter)
        self._arm()
        try:
            await waiter
        finally:
            if waiter in self._waiting:
                self._waiting.remove(waiter)

    @property
    def _may_pass(self) -> bool:
        """A probe under way decides for all."""
        return self.state is not BreakerState.HALF_OPEN and self.probes_in <= BLINK

    def _arm(self) -> None:
        if self._timer:
            self._timer.cancel()
            self._timer = None
        if self._waiting and self.state is BreakerState.OPEN:
            self._timer = self._clock.call_later(self.probes_in, self._wake_if_passable)

    def _wake_if_passable(self) -> None:
        if not self._may_pass:
            return
        for waiter in self._waiting:
            if not waiter.done():
                waiter.set_result(None)
        self._waiting.clear()
