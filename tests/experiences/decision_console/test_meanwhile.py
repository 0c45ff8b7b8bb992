"""What happens between approval and execution: submissions, new addresses, and time."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from courses.models import AssessmentScore, Learner
from experiences.decision_console.contract import (
    DecidedBy,
)
from experiences.decision_console.states import IllegalMove, State
from tests import builders
from tests.experiences.decision_console.conftest import MESSAGE, NOW, Desk, in_days

pytestmark = pytest.mark.django_db


@pytest.mark.proves("K-15")
def test_who_submitted_or_left_meanwhile_is_skipped_and_it_is_said(desk: Desk) -> None:
    decision = desk.service.stage(desk.context, desk.message("Ada", "Ben", "Cleo", page=desk.quiz.pk))
    batch = desk.approved(decision)
    desk.leaves("Ben")
    builders.stored(
        AssessmentScore, desk.tenant_id, section=desk.section, learner=desk.learner("Ada"), page=desk.quiz,
        submitted_at=NOW + timedelta(minutes=5), latest_at=NOW, latest_event_id="0" * 32,
    )  # fmt: skip

    desk.service.execute(desk.context, batch)
    desk.deliver()

    assert desk.outcomes(decision) == {
        "Ada": "skipped submitted_meanwhile", "Ben": "skipped left_section", "Cleo": "done",
    }  # fmt: skip
    assert [message.to[0] for message in desk.postman.carried] == ["cleo@learners.example"]


@pytest.mark.proves("K-15", "K-06")
def test_an_address_that_changed_after_the_approval_gets_nothing(desk: Desk) -> None:
    decision = desk.staged("Ada", "Ben")
    batch = desk.approved(decision)
    Learner.objects.for_tenant(desk.tenant_id).filter(name="Ada").update(email="else@where.example")

    desk.service.execute(desk.context, batch)
    desk.deliver()

    assert desk.outcomes(decision) == {"Ada": "skipped changed", "Ben": "done"}


@pytest.mark.proves("K-10")
def test_what_is_scheduled_leaves_at_its_time_by_the_clock(desk: Desk) -> None:
    decision = desk.staged("Ada", wording=replace(MESSAGE, run_at=in_days(2)))
    batch = desk.approved(decision)

    desk.service.execute(desk.context, batch)
    desk.clock.advance(timedelta(days=1))
    desk.deliver()
    early = list(desk.postman.subjects)
    desk.clock.advance(timedelta(days=1))
    desk.deliver()  # executed
    desk.deliver()  # and sent

    assert (early, desk.postman.subjects) == ([], ["The quiz"])
    executed = {e.event: e.decided_by for e in desk.data.get_history(desk.context, decision)}["executed"]
    assert executed is DecidedBy.MACHINE


@pytest.mark.proves("K-10")
def test_what_is_snoozed_is_away_until_its_time(desk: Desk) -> None:
    decision = desk.staged("Ada")
    desk.service.snooze(desk.context, decision, in_days(2))
    with pytest.raises(IllegalMove):
        desk.reviewed(decision)

    desk.clock.advance(timedelta(days=2))

    assert desk.state(decision) == State.STAGED
    desk.service.run_due(desk.machine)
    assert desk.reviewed(decision)


def test_what_waits_for_too_long_has_expired_and_says_so(desk: Desk) -> None:
    decision = desk.staged("Ada")
    batch = desk.approved(decision)

    desk.clock.advance(timedelta(days=14))
    desk.service.execute(desk.context, batch)
    desk.service.run_due(desk.machine)

    assert desk.state(decision) == State.EXPIRED
    assert [each.id for each in desk.data.get_recent(desk.context)] == [decision]
