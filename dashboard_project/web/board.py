"""What is known about the scope on the screen: the answers so far, and what is still under way. Pure.

A board belongs to the newest request of its scope. The driver's updates are folded into it; what a tile shows is read
off it. An answer never takes the place of one that was read from newer data.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from coordinator.actions import ShowCompletion, ShowFailure, ShowLoading, ShowResult, ShowTimeout, Update
from coordinator.contract import Cause, Token
from oracles.contract import DataStamp, Domain, Failed, FailureReason, Loaded, OracleKey, OracleResult, Scope, Source


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
    cause: Cause = Cause.SELECTED
    outdated: frozenset[OracleKey] = frozenset()
    """Keys whose last good answer stands although newer data could not be read."""

    @property
    def is_settled(self) -> bool:
        """Nothing that is required is under way: it has come, or was given up."""
        return self.is_complete or not self.pending

    def is_at(self, stamp: DataStamp) -> bool:
        """Whether reading again, now that the data is at `stamp`, could show anything else."""
        return all(_is_at(answer, stamp) for answer in self.results.values())

    def behind(self, stamp: DataStamp) -> int:
        """How many commits, at the least, are not on this board."""
        stamps = [answer.stamp for answer in self.results.values() if isinstance(answer, Loaded)]
        missed = (getattr(stamp, domain) - getattr(seen, domain) for seen in stamps for domain in Domain)
        return max(0, *missed) if stamps else 0

    def as_it_stands(self) -> Board:
        """The same answers, and nothing under way."""
        return replace(self, pending=frozenset(), is_complete=True)

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
    if board is None or update.token > board.token:
        board = _begun(board, update)
    elif update.token < board.token:
        return _late(board, update)
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
    """A choice starts from nothing; a retry and moved data keep what the tiles show meanwhile (R17, R18).

    The first word of a refresh is lost when the next one overtakes it on the way; that is no reason to blank tiles.
    """
    cause = update.cause if isinstance(update, ShowLoading) else Cause.DATA_CHANGED
    if old is None or old.scope != update.scope or cause is Cause.SELECTED:
        return Board(update.token, update.scope, {})
    return Board(update.token, update.scope, old.results, cause=cause, outdated=old.outdated)


def _late(board: Board, update: Update) -> Board:
    """An answer that an older request of this scope still brought (R12); the newer one goes on as it was."""
    if not isinstance(update, ShowResult) or update.scope != board.scope:
        return board
    return replace(_answered(board, {update.result.key: update.result}), pending=board.pending)


def _answered(board: Board, answers: Mapping[OracleKey, OracleResult]) -> Board:
    """A failed refresh does not take away the last good answer of the same scope."""
    results, outdated = dict(board.results), set(board.outdated)
    for key, answer in answers.items():
        shown = results.get(key)
        if isinstance(shown, Loaded) and isinstance(answer, Failed):
            outdated.add(key)
        elif not (isinstance(shown, Loaded) and isinstance(answer, Loaded) and _is_older(answer.stamp, shown.stamp)):
            results[key] = answer
            outdated.discard(key)
    pending = board.pending - frozenset(answers)
    return replace(board, results=results, pending=pending, outdated=frozenset(outdated))


def _is_older(one: DataStamp, other: DataStamp) -> bool:
    """Counters only ever grow: behind in one of them is behind."""
    return any(getattr(one, domain) < getattr(other, domain) for domain in Domain)


def _is_at(answer: OracleResult, stamp: DataStamp) -> bool:
    match answer:
        case Loaded():
            return answer.stamp == stamp
        case Failed():
            return answer.reason is FailureReason.ORACLE_ERROR  # a fault in our own code: only new data helps
    return True


def source(answers: Mapping[OracleKey, OracleResult]) -> Source:
    """Where a tile's numbers came from, in one word: the least settled one wins."""
    if any(isinstance(answer, Failed) for answer in answers.values()):
        return Source.ERROR
    sources = {answer.source for answer in answers.values() if isinstance(answer, Loaded)}
    for word in (Source.LATE, Source.LOADED):
        if word in sources:
            return word
    return Source.CACHE
