"""What waits to be painted: the newest per oracle, one batch per token, nothing stale."""

from __future__ import annotations

import pytest

from coordinator.actions import ShowCompletion, ShowFailure, ShowLoading, ShowResult, ShowTimeout
from coordinator.contract import Cause, Outcome, Token
from coordinator.outbox import Outbox
from tests.coordinator.words import BOTH, COURSE, UNIT_1, A, B
from tests.fakes import failed, loaded

ONE, TWO = Token(1), Token(2)
LOADING = ShowLoading(ONE, COURSE, BOTH, Cause.SELECTED)
READY_A = ShowResult(ONE, COURSE, loaded(COURSE, A))
BROKEN_A = ShowFailure(ONE, COURSE, failed(COURSE, A))
DONE = ShowCompletion(ONE, COURSE, Outcome.SUCCESS)


def never(_: Token) -> bool:
    return False


def filled(*updates: object) -> Outbox:
    outbox = Outbox()
    for update in updates:
        outbox.put(update)  # type: ignore[arg-type]
    return outbox


def test_it_is_empty_before_and_after() -> None:
    outbox = Outbox()
    assert not outbox

    outbox.put(DONE)
    assert outbox

    assert outbox.take(never) == [(ONE, (DONE,))]
    assert not outbox


def test_a_loading_tile_that_is_ready_already_is_only_shown_ready() -> None:
    batches = filled(LOADING, READY_A).take(never)

    assert batches == [(ONE, (ShowLoading(ONE, COURSE, frozenset({B}), Cause.SELECTED), READY_A))]


@pytest.mark.proves("FR-004")
def test_the_newest_update_of_an_oracle_wins() -> None:
    assert filled(BROKEN_A, READY_A).take(never) == [(ONE, (READY_A,))]
    assert filled(READY_A, BROKEN_A).take(never) == [(ONE, (BROKEN_A,))]


def test_a_late_answer_overtakes_the_timeout_of_its_tile() -> None:
    batches = filled(ShowTimeout(ONE, COURSE, BOTH), READY_A).take(never)

    assert batches == [(ONE, (READY_A, ShowTimeout(ONE, COURSE, frozenset({B}))))]


@pytest.mark.proves("R3")
def test_stale_updates_are_dropped() -> None:
    newer = ShowLoading(TWO, UNIT_1, frozenset({B}), Cause.SELECTED)

    batches = filled(READY_A, DONE, newer).take(lambda token: token < TWO)

    assert batches == [(TWO, (newer,))]


@pytest.mark.proves("R18")
def test_a_retry_does_not_drop_what_its_own_choice_still_has_to_show() -> None:
    retrying = ShowLoading(TWO, COURSE, frozenset({B}), Cause.RETRIED)

    batches = filled(LOADING, READY_A, retrying).take(never)

    assert batches == [
        (ONE, (ShowLoading(ONE, COURSE, frozenset(), Cause.SELECTED), READY_A)),
        (TWO, (retrying,)),
    ]


def test_a_loading_tile_survives_a_newer_beginning_of_the_same_cause() -> None:
    first = ShowLoading(ONE, COURSE, frozenset({A}), Cause.RETRIED)
    second = ShowLoading(TWO, COURSE, frozenset({B}), Cause.RETRIED)

    assert filled(first, second).take(never) == [(ONE, (first,)), (TWO, (second,))]


@pytest.mark.proves("FR-004")
def test_it_never_holds_more_than_one_update_per_oracle() -> None:
    outbox = Outbox()
    for token in range(1, 200):
        outbox.put(ShowLoading(Token(token), COURSE, BOTH, Cause.RETRIED))
        outbox.put(ShowResult(Token(token), COURSE, loaded(COURSE, A)))
        outbox.put(ShowCompletion(Token(token), COURSE, Outcome.SUCCESS))

    assert len(list(outbox)) == 4


@pytest.mark.proves("R17")
def test_a_refresh_takes_away_no_answer_that_still_waits_to_be_shown() -> None:
    refreshing = ShowLoading(TWO, COURSE, BOTH, Cause.DATA_CHANGED)

    batches = filled(READY_A, DONE, refreshing).take(never)

    assert batches == [(ONE, (READY_A, DONE)), (TWO, (refreshing,))]
