"""Answers to a message reach the instructor in whose name it speaks; and one stale decision keeps no other waiting."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.contrib.auth.models import User

from experiences.contract import SectionContext
from experiences.decision_console.contract import StaleApproval
from experiences.decision_console.models import Decision
from experiences.outbox.delivery import message
from experiences.outbox.models import OutgoingMail
from tests.experiences.decision_console.conftest import MESSAGE, Desk, in_days

pytestmark = pytest.mark.django_db


def sent(desk: Desk) -> list[dict[str, str]]:
    """Headers of what lies in the outbox."""
    mails = OutgoingMail.objects.for_tenant(desk.tenant_id).order_by("pk")
    return [{name: str(value) for name, value in message(mail).message().items()} for mail in mails]


@pytest.mark.proves("K-09")
def test_an_answer_goes_to_the_instructor(desk: Desk, instructor: User) -> None:
    instructor.first_name, instructor.last_name, instructor.email = "Inés", "Núñez", "ines@lakeside.example"
    instructor.save()

    decision = desk.executed("Ada")

    (headers,) = sent(desk)
    assert headers["Reply-To"].endswith("<ines@lakeside.example>")
    view = desk.service.get_decision(desk.context, decision)
    assert view.reply_to.endswith("<ines@lakeside.example>")
    assert "ines@lakeside.example" not in headers["From"]


@pytest.mark.proves("K-09", "K-12")
def test_an_assistants_message_is_answered_to_the_instructor_who_signs_it(
    desk: Desk, instructor: User, assistant: SectionContext
) -> None:
    User.objects.filter(username="anna").update(email="anna@lakeside.example")
    User.objects.filter(pk=instructor.pk).update(email="ines@lakeside.example")
    decision = desk.service.stage(assistant, desk.message("Ada"))

    desk.service.execute(desk.context, desk.approved(decision))

    assert [headers["Reply-To"] for headers in sent(desk)] == ["ines <ines@lakeside.example>"]


@pytest.mark.proves("K-09")
def test_without_an_address_nothing_is_promised(desk: Desk) -> None:
    decision = desk.executed("Ada")

    assert "Reply-To" not in sent(desk)[0]
    assert desk.service.get_decision(desk.context, decision).reply_to == ""


@pytest.mark.proves("K-09")
def test_answers_to_somebody_elses_signature_go_nowhere(desk: Desk, instructor: User) -> None:
    decision = desk.staged("Ada")
    User.objects.filter(pk=instructor.pk).update(email="ines@lakeside.example", first_name="Somebody", last_name="Else")

    assert desk.service.get_decision(desk.context, decision).reply_to == ""


@pytest.mark.proves("K-10", "K-07")
def test_a_scheduled_decision_that_is_stale_keeps_no_other_waiting(desk: Desk) -> None:
    at = replace(MESSAGE, run_at=in_days(1))
    stale, well = desk.staged("Ada", wording=at), desk.staged("Ben", wording=at)
    desk.approved(stale)
    desk.approved(well)
    Decision.objects.for_tenant(desk.tenant_id).filter(pk=stale).update(subject="Changed behind everybody's back")
    desk.clock.advance(timedelta(days=1, minutes=1))

    with pytest.raises(StaleApproval):
        desk.service.run_due(desk.machine)

    assert (desk.state(stale), desk.state(well)) == ("approved", "executing")
