"""Execute: each target once, with an outcome of its own; what failed stays."""

from __future__ import annotations

import smtplib
from datetime import timedelta

import pytest

from experiences.contract import NotAllowed, SectionContext
from experiences.decision_console.contract import (
    Draft,
    Refused,
    Wording,
)
from experiences.decision_console.kinds import Kind
from experiences.decision_console.models import (
    Arrangement,
)
from experiences.decision_console.states import State
from experiences.outbox.contract import Resolution
from experiences.outbox.models import OutgoingMail
from tests import builders
from tests.experiences.decision_console.conftest import Desk, in_days
from tests.experiences.outbox.postmen import Postman

pytestmark = pytest.mark.django_db


@pytest.mark.proves("K-09")
def test_executing_twice_sends_once(desk: Desk) -> None:
    decision = desk.staged("Ada", "Ben")
    batch = desk.approved(decision)

    first, second = (desk.service.execute(desk.context, batch) for _ in range(2))
    desk.deliver()
    desk.deliver()

    assert (first, second) == ((decision,), ())
    assert sorted(message.to[0] for message in desk.postman.carried) == ["ada@learners.example", "ben@learners.example"]
    assert desk.state(decision) == State.DONE


@pytest.mark.proves("K-08")
@pytest.mark.parametrize("when", ["staged", "reviewed", "approved"])
def test_what_is_discarded_is_never_executed(when: str, desk: Desk) -> None:
    decision = desk.staged("Ada")
    batch = desk.reviewed(decision) if when != "staged" else 0
    if when == "approved":
        desk.approve(batch)

    desk.service.discard(desk.context, decision)
    desk.service.discard(desk.context, decision)
    if batch:
        desk.service.execute(desk.context, batch)
    desk.clock.advance(timedelta(days=30))
    desk.deliver()

    assert desk.postman.carried == []
    assert OutgoingMail.objects.for_tenant(desk.tenant_id).count() == 0
    assert desk.state(decision) == State.DISCARDED


@pytest.mark.proves("K-07")
def test_three_of_five_fail_and_three_remain(desk: Desk) -> None:
    builders.make_learner(desk.section, "Eve")
    bad = {"ada@learners.example", "ben@learners.example", "cleo@learners.example"}
    refused = Postman(lambda message: smtplib.SMTPDataError(550, b"no") if message.to[0] in bad else None)
    decision = desk.executed("Ada", "Ben", "Cleo", "Dan", "Eve")

    desk.deliver(refused)

    assert desk.outcomes(decision) == {
        "Ada": "failed", "Ben": "failed", "Cleo": "failed", "Dan": "done", "Eve": "done",
    }  # fmt: skip
    assert desk.state(decision) == State.ATTENTION
    assert decision in {each.id for each in desk.data.get_console_data(desk.context).decision_queue}


@pytest.mark.proves("K-07", "K-09")
def test_what_failed_is_tried_again_and_only_that(desk: Desk) -> None:
    decision = desk.executed("Ada", "Ben")
    desk.deliver(Postman(lambda message: smtplib.SMTPDataError(550, b"no") if "ada" in message.to[0] else None))
    failed = [target.id for target in desk.data.get_decision(desk.context, decision).targets if target.label == "Ada"]

    said = desk.service.resolve(desk.context, decision, failed, Resolution.SEND_AGAIN)
    desk.deliver()

    assert said == 1
    assert [message.to[0] for message in desk.postman.carried] == ["ada@learners.example"]
    assert desk.state(decision) == State.DONE


def test_a_mail_of_which_nobody_knows_is_settled_by_a_person(desk: Desk, assistant: SectionContext) -> None:
    decision = desk.executed("Ada")
    desk.deliver(Postman(lambda _: TimeoutError()))
    (target,) = desk.data.get_decision(desk.context, decision).targets
    known = (target.outcome.value, desk.state(decision), desk.used("Ada"))

    with pytest.raises(NotAllowed):
        desk.service.resolve(assistant, decision, [target.id], Resolution.ARRIVED)
    desk.service.resolve(desk.context, decision, [target.id], Resolution.ARRIVED)

    assert known == ("unknown", State.ATTENTION, 1)
    assert desk.state(decision) == State.DONE


@pytest.mark.parametrize(
    ("kind", "mails"), [(Kind.EXTENSION, 1), (Kind.REOPEN, 1), (Kind.PRACTICE, 1), (Kind.WATCH, 0)]
)
def test_what_is_arranged_is_arranged_once_for_each_learner(kind: Kind, mails: int, desk: Desk) -> None:
    page = None if kind is Kind.WATCH else desk.quiz.pk
    wording = Wording("News", "There is news.", in_days(9)) if mails else Wording(moment=in_days(9))
    decision = desk.service.stage(
        desk.context, Draft(kind, "chosen", desk.ids("Ada", "Ben"), page=page, wording=wording)
    )
    batch = desk.approved(decision)

    desk.service.execute(desk.context, batch)
    desk.service.execute(desk.context, batch)
    desk.deliver()

    rows = Arrangement.objects.for_tenant(desk.tenant_id).filter(kind=kind)
    assert {(row.learner_id, row.page_id, row.moment) for row in rows} == {
        (learner, page, in_days(9)) for learner in desk.ids("Ada", "Ben")
    }
    assert len(desk.postman.carried) == 2 * mails
    assert desk.state(decision) == State.DONE


@pytest.mark.parametrize("kind", [Kind.FLAG, Kind.NO_ACTION])
def test_a_flag_and_a_no_need_a_reason_and_reach_nobody(kind: Kind, desk: Desk) -> None:
    about = {"pages": (desk.quiz.pk,)} if kind is Kind.FLAG else {"learners": desk.ids("Ada")}
    decision = desk.service.stage(desk.context, Draft(kind, "chosen", **about))
    with pytest.raises(Refused, match="not_ready"):
        desk.reviewed(decision)

    desk.edit(decision, Wording(reason="The key is wrong."))
    desk.service.execute(desk.context, desk.approved(decision))
    desk.deliver()

    assert (desk.state(decision), desk.postman.carried) == (State.DONE, [])
