"""What is known about the scope on the screen: the answers so far, and what is still under way. Pure.

A board belongs to one request. The driver's updates are folded into it; what a tile shows is read off it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from coordinator.actions import ShowCompletion, ShowFailure, ShowLoading, ShowResult, ShowTimeout, Update
from coordinator.contract import Cause, Token
from oracles.contract import Failed, FailureReason, Loaded, OracleKey, OracleResult, Scope, Source


@dataclass(frozen=True, slots=True)
class Needs:
    """The oracles a tile rests on: without the required ones it cannot be said, the optional ones add to it."""

    required: frozenset[OracleKey]
    optional: frozenset[OracleKey] = frozenset()

    @property
    def keys(self) -> frozenset[OracleKey]:
        return self.required | self.optional


@dataclass(frozen=True, slots=True)
class Board:
    token: Token
    scope: Scope
    results: Mapping[OracleKey, OracleResult]
    pending: frozenset[OracleKey] = frozenset()
    is_complete: bool = False

    def work(self, needs: Needs) -> str:
        """`loading` while nothing can be said yet, `refreshing` while more or newer answers are under way."""
        waits = self.pending & needs.keys
        if not needs.required <= self.results.keys() or (waits and not needs.keys & self.results.keys()):
            return "loading"
        return "refreshing" if waits else "idle"

    def answers(self, needs: Needs) -> dict[OracleKey, OracleResult]:
        """The results a tile is made of, in one fixed order."""
        return {key: self.results[key] for key in sorted(needs.keys & self.results.keys())}


def fold(board: Board | None, update: Update) -> Board:
    """The board after an update; the first update of a request makes a new one."""
    if board is None or update.token != board.token:
        board = _begun(board, update)
    match update:
        case ShowLoading(keys=keys):
            return replace(board, pending=keys)
        case ShowResult(result=result):
            return _answered(board, {result.key: result})
        case ShowFailure(result=failed):
            return _answered(board, {failed.key: failed})
        case ShowTimeout(keys=keys):
            late = {key: Failed(board.scope, key, FailureReason.TIMEOUT) for key in keys}
            return _answered(board, {key: late[key] for key in sorted(keys)})
        case ShowCompletion():
            return replace(board, is_complete=True)


def _begun(old: Board | None, update: Update) -> Board:
    """A new scope starts from nothing; a retry and moved data keep what the tiles show meanwhile (R17, R18)."""
    is_same = isinstance(update, ShowLoading) and update.cause is not Cause.SELECTED
    kept = old.results if old is not None and is_same and old.scope == update.scope else {}
    return Board(update.token, update.scope, kept)


def _answered(board: Board, answers: Mapping[OracleKey, OracleResult]) -> Board:
    """A failed refresh does not take away the last good answer of the same scope."""
    fresh = {
        key: answer
        for key, answer in answers.items()
        if not (isinstance(answer, Failed) and isinstance(board.results.get(key), Loaded))
    }
    return replace(board, results={**board.results, **fresh}, pending=board.pending - frozenset(answers))


def source(answers: Mapping[OracleKey, OracleResult]) -> Source:
    """Where a tile's numbers came from, in one word: the least settled one wins."""
    if any(isinstance(answer, Failed) for answer in answers.values()):
        return Source.ERROR
    sources = {answer.source for answer in answers.values() if isinstance(answer, Loaded)}
    for word in (Source.LATE, Source.LOADED):
        if word in sources:
            return word
    return Source.CACHE
