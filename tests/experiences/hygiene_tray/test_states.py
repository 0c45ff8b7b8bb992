"""The states of an issue: every move of every verb from every state, for every role."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.contract import Role
from experiences.calculators.data_quality import Severity
from experiences.hygiene_tray.states import (
    LIVE,
    Illegal,
    State,
    Status,
    Verb,
    Wish,
    failed,
    may,
    moved,
    needs_confirmation,
    seen,
)
from tests.experiences.hygiene_tray.facts import NOW

pytestmark = pytest.mark.proves("H-03")
ALLOWED = {
    Verb.START: {Status.OPEN, Status.ERROR},
    Verb.RESOLVE: {Status.OPEN, Status.IN_PROGRESS, Status.ERROR},
    Verb.IGNORE: {Status.OPEN, Status.IN_PROGRESS, Status.ERROR},
    Verb.REVIEW: {Status.OPEN, Status.IN_PROGRESS, Status.ERROR},
    Verb.REPLAY: {Status.OPEN, Status.IN_PROGRESS, Status.ERROR},
    Verb.REOPEN: {Status.IN_PROGRESS, Status.RESOLVED, Status.IGNORED, Status.ERROR},
}
ENDS = {
    Verb.START: Status.IN_PROGRESS,
    Verb.RESOLVE: Status.RESOLVED,
    Verb.IGNORE: Status.IGNORED,
    Verb.REPLAY: Status.IN_PROGRESS,
    Verb.REOPEN: Status.OPEN,
}
STATES = st.builds(
    State,
    st.sampled_from(Status),
    st.sampled_from(["", "a reason"]),
    st.none(),
    st.booleans(),
    st.sampled_from(["", "person", "detector"]),
    st.booleans(),
)


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize("verb", Verb)
def test_a_verb_moves_from_the_states_of_the_table_and_is_refused_from_all_others(verb: Verb, status: Status) -> None:
    wish = Wish(verb, "for a reason")

    if status not in ALLOWED[verb]:
        with pytest.raises(Illegal):
            moved(State(status), wish, NOW)
        return

    after = moved(State(status), wish, NOW)

    assert after.status is ENDS.get(verb, status)
    assert after.reviewed is (verb is Verb.REVIEW)


@pytest.mark.parametrize("until", [NOW, NOW - timedelta(seconds=1)])
def test_ignoring_until_a_moment_that_is_over_is_refused(until: object) -> None:
    with pytest.raises(Illegal, match="future"):
        moved(State(), Wish(Verb.IGNORE, "why", NOW if until is NOW else NOW - timedelta(seconds=1)), NOW)


@given(STATES, st.booleans(), st.booleans())
def test_after_a_look_only_what_is_found_or_ignored_or_closed_is_what_it_says(
    state: State, is_found: bool, was_found: bool
) -> None:
    after = seen(state, is_found=is_found, was_found=was_found, now=NOW)

    if not is_found:
        assert not after.is_blocking
    elif state.status is not Status.IGNORED:
        assert after.is_blocking
    assert not (after.is_contested and after.status in LIVE and not state.is_contested)


@given(STATES)
def test_looking_twice_is_looking_once(state: State) -> None:
    for is_found in (True, False):
        once = seen(state, is_found=is_found, was_found=True, now=NOW)

        assert seen(once, is_found=is_found, was_found=is_found, now=NOW) == once


@given(STATES)
def test_a_failed_fix_leaves_an_error_that_blocks_and_says_why(state: State) -> None:
    after = failed(state, "x" * 900)

    assert (after.status, len(after.reason), after.is_blocking) == (Status.ERROR, 500, True)


@pytest.mark.parametrize("role", Role)
def test_assistants_may_begin_and_everybody_else_may_decide(role: Role) -> None:
    allowed = {verb for verb in Verb if may(role, verb)}

    assert allowed == ({Verb.START} if role is Role.ASSISTANT else set(Verb))


@pytest.mark.proves("H-11")
@pytest.mark.parametrize(
    ("verb", "severities", "is_needed"),
    [
        (Verb.START, (Severity.CRITICAL,), False),
        (Verb.RESOLVE, (Severity.HIGH,), False),
        (Verb.RESOLVE, (Severity.CRITICAL,), True),
        (Verb.START, (Severity.LOW, Severity.LOW), True),
        (Verb.IGNORE, (Severity.LOW,), True),
        (Verb.REPLAY, (Severity.LOW,), True),
        (Verb.REVIEW, (Severity.LOW,), False),
    ],
)
def test_what_needs_a_yes(verb: Verb, severities: tuple[Severity, ...], is_needed: bool) -> None:
    assert needs_confirmation(verb, severities) is is_needed
