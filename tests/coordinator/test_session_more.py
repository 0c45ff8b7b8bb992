"""R21: a look that shows more asks for just that, and the choice includes it from then on."""

from __future__ import annotations

import pytest

from coordinator.actions import (
    ArmDeadline,
    ConsultCache,
    LoadOracle,
    ShowCompletion,
    ShowFailure,
    ShowLoading,
    ShowResult,
)
from coordinator.contract import Cause, InvalidTransition, Token
from coordinator.draft import Noted
from coordinator.session import new_session, step
from tests.coordinator.words import (
    BOTH,
    CHANGED,
    COURSE,
    UNIT_1,
    C,
    after,
    answered,
    broke,
    hit,
    missed,
    more,
    noted,
    only,
    retry,
    run,
    selected,
)

ONLY_C = frozenset({C})
SHOWN = (selected(COURSE), hit(1, COURSE, *sorted(BOTH)))
LOADING = (selected(COURSE), missed(1))


@pytest.mark.proves("ROW-T4")
def test_of_an_answered_choice_only_what_is_new_is_asked() -> None:
    _, actions = run(after(*SHOWN), more(COURSE, C, *BOTH), missed(2, C))

    assert actions == [
        ShowLoading(Token(2), COURSE, ONLY_C, Cause.RETRIED),
        ArmDeadline(Token(2), COURSE, ONLY_C, 10.0),
        ConsultCache(Token(2), COURSE, ONLY_C),
        LoadOracle(Token(2), COURSE, C, 8.0),
    ]


def test_its_answer_is_shown() -> None:
    _, actions = run(after(*SHOWN, more(COURSE, C), missed(2, C)), answered(2, COURSE, C))

    assert [shown.result.key for shown in only(actions, ShowResult)] == [C]


def test_while_the_choice_is_being_built_it_comes_after_what_is_required() -> None:
    session, actions = run(after(*LOADING), more(COURSE, C), missed(1, C))

    assert session.issued == 1
    assert actions == [
        ShowLoading(Token(1), COURSE, BOTH | ONLY_C, Cause.RETRIED),
        ConsultCache(Token(1), COURSE, ONLY_C),
    ]

    _, actions = run(session, *(answered(1, COURSE, key) for key in sorted(BOTH)))
    assert only(actions, ShowCompletion)
    assert [load.key for load in only(actions, LoadOracle)] == [C]


def test_what_the_choice_has_already_is_not_asked_twice() -> None:
    session = after(*SHOWN, more(COURSE, C), hit(2, COURSE, C, of=ONLY_C))

    done = step(session, more(COURSE, C))

    assert (done.session, done.actions, noted(done)) == (session, (), [Noted.DUPLICATE])


def test_a_look_at_an_older_scope_is_ignored() -> None:
    session = after(*SHOWN, selected(UNIT_1))

    done = step(session, more(COURSE, C))

    assert (done.session, done.actions, noted(done)) == (session, (), [Noted.IGNORED])


def test_a_failure_of_it_is_shown_and_can_be_retried() -> None:
    session, actions = run(after(*SHOWN, more(COURSE, C), missed(2, C)), broke(2, COURSE, C))

    assert [failure.result.key for failure in only(actions, ShowFailure)] == [C]

    _, actions = run(session, retry(COURSE, C))
    assert [order.keys for order in only(actions, ConsultCache)] == [ONLY_C]


def test_changed_data_reads_it_again_with_the_rest() -> None:
    session = after(*SHOWN, more(COURSE, C), hit(2, COURSE, C, of=ONLY_C))

    _, actions = run(session, CHANGED)

    assert [order.keys for order in only(actions, ConsultCache)] == [BOTH | ONLY_C]


def test_another_choice_asks_only_what_it_says() -> None:
    session = after(*SHOWN, more(COURSE, C))

    _, actions = run(session, selected(UNIT_1))

    assert [order.keys for order in only(actions, ConsultCache)] == [BOTH]


def test_without_a_choice_there_is_nothing_to_look_at() -> None:
    with pytest.raises(InvalidTransition):
        step(new_session(), more(COURSE, C))
