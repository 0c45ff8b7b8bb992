"""What is waiting to be painted: of each oracle the newest answer, and that newer work has begun. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from coordinator.actions import ShowCompletion, ShowFailure, ShowLoading, ShowResult, ShowTimeout, Update
from coordinator.contract import Cause, Token
from oracles.contract import OracleKey

ByKey = ShowLoading | ShowResult | ShowFailure | ShowTimeout
Batch = tuple[Token, tuple[Update, ...]]


class Outbox:
    """Whatever was overtaken before it could leave is not sent: the newest update of a key wins.

    A retry and a refresh keep what is shown: that one has begun takes away no answer that still waits to be shown.
    """

    __slots__ = ("_begun", "_by_key", "_completed", "_marks")

    def __init__(self) -> None:
        self._begun: dict[Cause, ShowLoading] = {}
        self._by_key: dict[OracleKey, ByKey] = {}
        self._marks: dict[OracleKey, ShowLoading] = {}
        self._completed: ShowCompletion | None = None

    def __bool__(self) -> bool:
        return bool(self._begun or self._by_key or self._completed)

    def put(self, update: Update) -> None:
        if isinstance(update, ShowCompletion):
            self._completed = update
            return
        if isinstance(update, ShowLoading):
            self._begun[update.cause] = update
        for key in _keys_of(update):
            if isinstance(update, ShowLoading) and update.cause is not Cause.SELECTED:
                if isinstance(self._by_key.get(key), ShowLoading):
                    del self._by_key[key]
                _drop(self._by_key, key, update.token)
                self._marks[key] = update
            else:
                _drop(self._marks, key, update.token)
                self._by_key.pop(key, None)  # to the end: the order is that of arrival
                self._by_key[key] = update

    def take(self, is_stale: Callable[[Token], bool]) -> list[Batch]:
        """What may still be shown, one batch per token, oldest first; nothing waits any more."""
        tokens = sorted({update.token for update in self if not is_stale(update.token)})
        batches = [(token, tuple(self._batch(token))) for token in tokens]
        self._begun, self._by_key, self._marks, self._completed = {}, {}, {}, None
        return batches

    def __iter__(self) -> Iterator[Update]:
        yield from self._begun.values()
        yield from self._by_key.values()
        yield from self._marks.values()
        if self._completed:
            yield self._completed

    def _batch(self, token: Token) -> Iterator[Update]:
        """What began, what came in, what was given up, what is complete: in the order in which it became true."""
        waiting: list[tuple[OracleKey, ByKey]] = [*self._marks.items(), *self._by_key.items()]
        mine = {key: update for key, update in waiting if update.token == token}
        begun = [self._begun[cause] for cause in Cause if cause in self._begun and self._begun[cause].token == token]
        loading = [update for update in mine.values() if isinstance(update, ShowLoading)]
        gave_up = [update for update in mine.values() if isinstance(update, ShowTimeout)]
        for began in (begun + loading)[:1]:
            yield replace(began, keys=_whose(mine, ShowLoading))
        yield from (update for update in mine.values() if isinstance(update, ShowResult | ShowFailure))
        for late in gave_up[:1]:
            yield replace(late, keys=_whose(mine, ShowTimeout))
        if self._completed and self._completed.token == token:
            yield self._completed


def _drop(updates: dict[OracleKey, ByKey] | dict[OracleKey, ShowLoading], key: OracleKey, token: Token) -> None:
    """What the same request said of this key before."""
    if key in updates and updates[key].token == token:
        del updates[key]


def _keys_of(update: ByKey) -> frozenset[OracleKey]:
    if isinstance(update, ShowLoading | ShowTimeout):
        return update.keys
    return frozenset({update.result.key})


def _whose(updates: dict[OracleKey, ByKey], kind: type[ByKey]) -> frozenset[OracleKey]:
    return frozenset(key for key, update in updates.items() if isinstance(update, kind))
