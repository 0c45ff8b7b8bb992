"""A board: updates fold into answers, and tiles read off it whether they wait."""

from __future__ import annotations

import pytest

from coordinator.actions import ShowCompletion, ShowFailure, ShowLoading, ShowResult, ShowTimeout
from coordinator.contract import Cause, Outcome, Token
from dashboard_project.web.board import Board, Needs, fold, source
from oracles.contract import DataStamp, Failed, FailureReason, Loaded, OracleKey, Scope, Source, TenantId
from oracles.payloads import LearnerInfo

HERE = Scope(TenantId(1), 2)
THERE = Scope(TenantId(1), 2, 3, "unit-3")
A, B = OracleKey("a"), OracleKey("b")
TILE = Needs(frozenset({A}), frozenset({B}))
ONE, TWO = Token(1), Token(2)


def loaded(key: OracleKey, scope: Scope = HERE, *, stamp: int = 1, came: Source = Source.LOADED) -> Loaded:
    return Loaded(scope, key, LearnerInfo(()), 1, DataStamp(roster=stamp), came)


def begun(scope: Scope = HERE, token: Token = ONE, cause: Cause = Cause.SELECTED) -> ShowLoading:
    return ShowLoading(token, scope, frozenset({A, B}), cause)


def test_a_tile_is_a_skeleton_until_its_required_answer_is_there() -> None:
    board = fold(None, begun())
    assert board.work(TILE) == "loading"

    board = fold(board, ShowResult(ONE, HERE, loaded(A)))

    assert board.work(TILE) == "refreshing"
    assert list(board.answers(TILE)) == [A]


def test_a_new_scope_keeps_nothing_of_the_old_one() -> None:
    board = fold(fold(None, begun()), ShowResult(ONE, HERE, loaded(A)))

    board = fold(board, begun(THERE, TWO))

    assert board.work(TILE) == "loading"
    assert board.answers(TILE) == {}


def test_moved_data_keeps_the_tiles_of_the_same_scope_and_marks_them() -> None:
    board = fold(fold(None, begun()), ShowResult(ONE, HERE, loaded(A)))

    board = fold(board, begun(HERE, TWO, Cause.DATA_CHANGED))

    assert board.work(TILE) == "refreshing"
    assert board.token == TWO


def test_moved_data_of_another_scope_keeps_nothing() -> None:
    board = fold(fold(None, begun()), ShowResult(ONE, HERE, loaded(A)))

    assert fold(board, begun(THERE, TWO, Cause.DATA_CHANGED)).work(TILE) == "loading"


def test_a_failed_refresh_does_not_take_away_the_last_good_answer() -> None:
    board = fold(fold(None, begun()), ShowResult(ONE, HERE, loaded(A)))
    board = fold(board, begun(HERE, TWO, Cause.DATA_CHANGED))

    board = fold(board, ShowFailure(TWO, HERE, Failed(HERE, A, FailureReason.ORACLE_ERROR)))

    assert board.answers(TILE) == {A: loaded(A)}


def test_what_was_given_up_is_a_failure_with_its_reason() -> None:
    board = fold(fold(None, begun()), ShowTimeout(ONE, HERE, frozenset({A, B})))

    assert board.answers(TILE)[A] == Failed(HERE, A, FailureReason.TIMEOUT)
    assert board.work(TILE) == "idle"


def test_a_late_answer_takes_the_place_of_the_timeout() -> None:
    board = fold(fold(None, begun()), ShowTimeout(ONE, HERE, frozenset({A, B})))

    board = fold(board, ShowResult(ONE, HERE, loaded(A, came=Source.LATE)))

    assert board.answers(TILE)[A] == loaded(A, came=Source.LATE)


def test_a_request_is_complete_when_the_coordinator_says_so() -> None:
    assert fold(fold(None, begun()), ShowCompletion(ONE, HERE, Outcome.SUCCESS)).is_complete


@pytest.mark.proves("O4")
def test_the_least_settled_source_names_the_tile() -> None:
    cached, computed = loaded(A, came=Source.CACHE), loaded(B)

    assert source({A: cached}) == Source.CACHE
    assert source({A: cached, B: computed}) == Source.LOADED
    assert source({A: cached, B: loaded(B, came=Source.LATE)}) == Source.LATE
    assert source({A: cached, B: Failed(HERE, B, FailureReason.TIMEOUT)}) == Source.ERROR


def test_a_board_of_nothing_waits_for_everything() -> None:
    assert Board(ONE, HERE, {}).work(TILE) == "loading"


# ---- refreshes --------------------------------------------------------------------------------------------------


def test_an_answer_read_from_older_data_never_takes_the_place_of_a_newer_one() -> None:
    board = fold(fold(None, begun()), ShowResult(ONE, HERE, loaded(A, stamp=5)))
    board = fold(board, begun(HERE, TWO, Cause.DATA_CHANGED))

    board = fold(board, ShowResult(TWO, HERE, loaded(A, stamp=4)))

    assert board.answers(TILE) == {A: loaded(A, stamp=5)}
    assert A not in board.pending


def test_a_late_answer_of_an_older_request_is_added_and_nothing_else_is_taken_away() -> None:
    board = fold(fold(None, begun()), ShowResult(ONE, HERE, loaded(A)))
    board = fold(board, ShowTimeout(ONE, HERE, frozenset({B})))
    board = fold(board, begun(HERE, TWO, Cause.DATA_CHANGED))

    board = fold(board, ShowResult(ONE, HERE, loaded(B, came=Source.LATE)))

    assert set(board.answers(TILE)) == {A, B}
    assert board.token == TWO
    assert board.pending == {A, B}


def test_a_refresh_that_failed_is_outdated_until_one_succeeds() -> None:
    board = fold(fold(None, begun()), ShowResult(ONE, HERE, loaded(A)))
    board = fold(board, begun(HERE, TWO, Cause.DATA_CHANGED))
    board = fold(board, ShowFailure(TWO, HERE, Failed(HERE, A, FailureReason.DATABASE_UNAVAILABLE)))
    assert board.outdated == {A}

    board = fold(board, begun(HERE, Token(3), Cause.DATA_CHANGED))
    assert board.outdated == {A}
    board = fold(board, ShowResult(Token(3), HERE, loaded(A, stamp=2)))

    assert board.outdated == frozenset()


def test_a_board_is_at_a_stamp_when_every_answer_is() -> None:
    board = fold(fold(None, begun()), ShowResult(ONE, HERE, loaded(A, stamp=2)))
    assert board.is_at(DataStamp(roster=2))

    board = fold(board, ShowResult(ONE, HERE, loaded(B, stamp=1)))

    assert not board.is_at(DataStamp(roster=2))
    assert board.behind(DataStamp(roster=4, progress=1)) == 3


def test_what_asking_again_may_mend_is_not_at_any_stamp() -> None:
    board = fold(fold(None, begun()), ShowTimeout(ONE, HERE, frozenset({A})))
    broken = fold(board, ShowFailure(ONE, HERE, Failed(HERE, A, FailureReason.ORACLE_ERROR)))

    assert not board.is_at(DataStamp())
    assert broken.is_at(DataStamp())


def test_what_was_given_up_is_settled() -> None:
    board = fold(fold(None, begun()), ShowTimeout(ONE, HERE, frozenset({A, B})))

    assert board.is_settled
    assert not board.is_complete


def test_a_refresh_whose_first_word_was_overtaken_blanks_nothing() -> None:
    board = fold(fold(None, begun()), ShowResult(ONE, HERE, loaded(A)))

    board = fold(board, ShowCompletion(TWO, HERE, Outcome.SUCCESS))

    assert board.answers(TILE) == {A: loaded(A)}
