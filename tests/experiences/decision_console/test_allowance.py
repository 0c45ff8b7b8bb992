"""Whoever is written to has so many contacts a week: reserved at staging, spent by mail, free again otherwise."""

from __future__ import annotations

import smtplib
from dataclasses import replace
from datetime import timedelta

import pytest

from courses.models import Section
from experiences.decision_console import allowance
from experiences.decision_console.contract import (
    Draft,
    Refused,
    Wording,
)
from experiences.decision_console.kinds import Kind
from experiences.decision_console.models import (
    ConsoleSettings,
)
from tests.experiences.decision_console.conftest import NOW, Desk, in_days
from tests.experiences.outbox.postmen import Postman

pytestmark = pytest.mark.django_db


@pytest.mark.proves("K-11")
def test_the_weekly_allowance_is_reserved_and_more_is_refused(desk: Desk, section: Section) -> None:
    ConsoleSettings.objects.for_tenant(desk.tenant_id).create(weekly_contacts=2)
    desk.staged("Ada")
    desk.service.stage(desk.context, Draft(Kind.INVITE, "chosen", desk.ids("Ada")))

    with pytest.raises(Refused, match="nobody_left") as refusal:
        desk.service.stage(desk.context, replace(desk.message("Ada"), page=desk.quiz.pk))

    assert refusal.value.numbers == {"allowance": 1}
    assert desk.used("Ada") == 2


@pytest.mark.proves("K-11")
@pytest.mark.parametrize("way", ["discard", "expire", "fail", "skip"])
def test_a_contact_that_never_happens_is_free_again(way: str, desk: Desk) -> None:
    decision = desk.staged("Ada")
    if way == "discard":
        desk.service.discard(desk.context, decision)
    elif way == "expire":
        desk.clock.advance(timedelta(days=14))
        desk.service.run_due(desk.machine)
    else:
        batch = desk.approved(decision)
        if way == "skip":
            desk.leaves("Ada")
        desk.service.execute(desk.context, batch)
        desk.deliver(Postman(lambda _: smtplib.SMTPDataError(550, b"no")))

    assert desk.used("Ada") == 0


@pytest.mark.proves("K-11")
def test_a_contact_is_spent_for_seven_days(desk: Desk) -> None:
    settings = ConsoleSettings.objects.for_tenant(desk.tenant_id).create(weekly_contacts=1)
    desk.executed("Ada")
    desk.deliver()

    ids = desk.ids("Ada")
    assert allowance.exhausted(settings, ids, NOW + timedelta(days=7) - timedelta(seconds=1)) == {*ids}
    assert allowance.exhausted(settings, ids, NOW + timedelta(days=7)) == set()


def test_a_decision_without_mail_takes_no_contact_until_it_gets_a_text(desk: Desk) -> None:
    draft = Draft(Kind.EXTENSION, "chosen", desk.ids("Ada"), page=desk.quiz.pk, wording=Wording(moment=in_days(9)))
    decision = desk.service.stage(desk.context, draft)
    before = desk.used("Ada")

    desk.edit(decision, Wording("More time", "You have more time.", in_days(9)))
    with_text = desk.used("Ada")
    desk.edit(decision, Wording(moment=in_days(9)))

    assert (before, with_text, desk.used("Ada")) == (0, 1, 0)
