"""R17: changed data is read again, and never before what a person chose."""

from __future__ import annotations

import pytest

from coordinator.actions import CancelLoads, ConsultCache, ShowLoading, ShowResult
from coordinator.contract import Cause, Token
from coordinator.session import new_session, step
from coordinator.state import Phase
from tests.coordinator.words import (
    BOTH,
    CHANGED,
    COURSE,
    LOADING_COURSE,
    QUEUED_UNIT,
    UNIT_1,
    WITH_OPTIONAL,
    A,
    B,
    C,
    after,
    answered,
    hit,
    missed,
    only,
    run,
    selected,
)


class TestChangedData:
    SHOWN = (selected(COURSE), hit(1, COURSE, A, B))

    @pytest.mark.proves("R17")
    def test_an_idle_session_reads_its_scope_again(self) -> None:
        done = step(after(*self.SHOWN), CHANGED)

        assert done.actions[0] == ShowLoading(Token(2), COURSE, BOTH, Cause.DATA_CHANGED)
        assert only(done.actions, ConsultCache) == [ConsultCache(Token(2), COURSE, BOTH)]
        assert done.session.chosen == 1

    @pytest.mark.proves("R17")
    def test_it_never_replaces_a_pending_choice(self) -> None:
        session, actions = run(after(*QUEUED_UNIT), CHANGED)

        assert actions == []
        assert [request.scope for request in session.live] == [COURSE, UNIT_1]

    @pytest.mark.proves("R17")
    def test_it_follows_when_what_was_chosen_is_complete(self) -> None:
        session = after(*LOADING_COURSE, CHANGED, CHANGED, answered(1, COURSE, A))

        session, actions = run(session, answered(1, COURSE, B))

        assert [order.cause for order in only(actions, ShowLoading)] == [Cause.DATA_CHANGED]
        assert session.issued == 2

    @pytest.mark.proves("R17", "R13")
    def test_it_waits_for_optional_answers_so_that_they_are_not_starved(self) -> None:
        session = after(selected(COURSE, WITH_OPTIONAL), hit(1, COURSE, A, B, of=BOTH | {C}), CHANGED)
        assert session.issued == 1

        session, _ = run(session, answered(1, COURSE, C))

        assert session.issued == 2

    @pytest.mark.proves("R17")
    def test_a_new_choice_makes_it_unnecessary(self) -> None:
        session = after(*LOADING_COURSE, CHANGED, selected(UNIT_1), hit(2, UNIT_1, A, B))

        assert session.issued == 2
        assert not session.is_refresh_due

    @pytest.mark.proves("R17")
    def test_it_gives_way_to_a_choice_at_once(self) -> None:
        session = after(*self.SHOWN, CHANGED, missed(2))

        session, actions = run(session, selected(UNIT_1))

        assert only(actions, CancelLoads) == [CancelLoads(Token(2), COURSE, BOTH)]
        assert session.phase is Phase.IN_FLIGHT
        assert session.active is not None
        assert session.active.scope == UNIT_1

    @pytest.mark.proves("R17")
    def test_changes_during_a_refresh_cause_one_more(self) -> None:
        session = after(*self.SHOWN, CHANGED, CHANGED, CHANGED, hit(2, COURSE, A, B), hit(3, COURSE, A, B))

        assert (session.issued, session.phase) == (3, Phase.IDLE)

    @pytest.mark.proves("R17")
    def test_nothing_happens_before_the_first_choice(self) -> None:
        done = step(new_session(), CHANGED)

        assert (done.session, done.actions) == (new_session(), ())

    @pytest.mark.proves("R17")
    def test_the_refreshed_answers_are_shown(self) -> None:
        _, actions = run(after(*self.SHOWN, CHANGED), hit(2, COURSE, A), answered(2, COURSE, B))

        assert [shown.result.key for shown in only(actions, ShowResult)] == [A, B]
