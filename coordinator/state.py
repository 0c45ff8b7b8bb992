"""What a session knows: its requests, and which of them may be shown. Pure and frozen.

`active` is whose loads are running, `latest` is what was asked last. They differ while a request is queued, and
only what belongs to the newest *choice* may touch the screen: a token below `chosen` is stale.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum

from coordinator.contract import Cause, Ending, Limits, Outcome, Profile, Token
from oracles.contract import OracleKey, Scope

NO_KEYS: frozenset[OracleKey] = frozenset()
NO_TOKEN = Token(0)


@dataclass(frozen=True, slots=True)
class Request:
    """One scope being built; after its end, what is still under way for it."""

    token: Token
    scope: Scope
    profile: Profile
    cause: Cause
    started_at: float
    """When it was asked, not when it became active: what the instructor waits is counted."""
    wanted: frozenset[OracleKey]
    """The keys that make it complete."""
    pending: frozenset[OracleKey]
    """Those of them without an answer."""
    later: frozenset[OracleKey] = NO_KEYS
    """Optional keys without an answer; loaded after completion (R13)."""
    looking: frozenset[OracleKey] = NO_KEYS
    """Being looked up in the cache."""
    loading: frozenset[OracleKey] = NO_KEYS
    failed: frozenset[OracleKey] = NO_KEYS
    is_held: bool = False
    """Its debounce still runs: no load starts."""
    has_grace: bool = False
    """Its grace has been armed."""
    is_cancelled: bool = False
    """Its loads have been told to stop."""
    ending: Ending | None = None

    @property
    def missing(self) -> frozenset[OracleKey]:
        """Unanswered, and nothing under way for it."""
        return (self.pending | self.later) - self.looking - self.loading

    @property
    def is_at_work(self) -> bool:
        return bool(self.looking or self.loading)

    @property
    def has_no_answer_yet(self) -> bool:
        return self.wanted == self.pending | (self.wanted & self.failed)

    @property
    def outcome(self) -> Outcome:
        """How well it went, once nothing is pending (R10)."""
        failed = self.failed & self.wanted
        if not failed:
            return Outcome.SUCCESS
        return Outcome.FAILED if failed == self.wanted else Outcome.PARTIAL

    def answered(self, key: OracleKey) -> Request:
        return replace(
            self,
            pending=self.pending - {key},
            later=self.later - {key},
            loading=self.loading - {key},
            failed=self.failed - {key},
        )

    def with_failure(self, key: OracleKey) -> Request:
        return replace(self.answered(key), failed=self.failed | {key})


@dataclass(frozen=True, slots=True)
class Tally:
    """How requests ended; with the live ones it adds up to `issued` (R16)."""

    completed: int = 0
    timed_out: int = 0
    replaced: int = 0
    superseded: int = 0
    closed: int = 0

    @property
    def total(self) -> int:
        return self.completed + self.timed_out + self.replaced + self.superseded + self.closed

    def plus(self, ending: Ending) -> Tally:
        return replace(self, **{ending.value: getattr(self, ending.value) + 1})


class Phase(StrEnum):
    IDLE = "idle"
    IN_FLIGHT = "in_flight"
    QUEUED = "queued"


@dataclass(frozen=True, slots=True)
class Session:
    """One open dashboard."""

    limits: Limits = field(default_factory=Limits)
    issued: Token = NO_TOKEN
    """Tokens given out so far."""
    chosen: Token = NO_TOKEN
    """The newest scope selection; retries and refreshes of it come after and belong to it."""
    active: Request | None = None
    queued: Request | None = None
    shown: Token | None = None
    """The last request that ended on the screen."""
    retired: tuple[Request, ...] = ()
    """Ended requests that still matter, oldest first: one is on the screen, or its loads still run."""
    lacking: frozenset[OracleKey] = NO_KEYS
    """Keys of the chosen scope for which the screen has no answer."""
    is_refresh_due: bool = False
    """The data moved and nothing has been read since (R17)."""
    ended: Tally = field(default_factory=Tally)
    is_closed: bool = False

    @property
    def phase(self) -> Phase:
        if self.queued:
            return Phase.QUEUED
        return Phase.IN_FLIGHT if self.active else Phase.IDLE

    @property
    def live(self) -> tuple[Request, ...]:
        return tuple(request for request in (self.active, self.queued) if request)

    @property
    def latest(self) -> Request | None:
        """The newest request: queued, active, or ended on the screen."""
        return self.find(self.issued)

    def __iter__(self) -> Iterator[Request]:
        yield from self.live
        yield from self.retired

    def find(self, token: Token) -> Request | None:
        return next((request for request in self if request.token == token), None)

    def is_stale(self, token: Token) -> bool:
        return token < self.chosen

    def is_over(self, token: Token) -> bool:
        """Whether nothing more will come from this request: it ended, and none of its loads or look-ups runs."""
        request = self.find(token)
        return request is None or (request.ending is not None and not request.is_at_work)

    @property
    def is_quiet(self) -> bool:
        """Whether nothing is under way for what is on the screen."""
        return not self.live and not any(r.is_at_work for r in self.retired if not self.is_stale(r.token))
