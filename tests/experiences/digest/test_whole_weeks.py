"""A scheduler that runs every hour, and several that run at once: each person gets each week's digest once, at six."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.models import User

from courses.models import Institution, Section
from experiences.digest.models import DigestDelivery
from experiences.digest.recipients import recipients
from experiences.digest.sending import Outcome, Told
from experiences.outbox.models import OutgoingMail
from oracles.contract import TenantId
from tests.builders import make_user
from tests.experiences.digest.readings import HOUR, MONDAY, reported, sender
from tests.together import at_once

MADRID = ZoneInfo("Europe/Madrid")
FIRST, LAST = datetime(2026, 10, 19, tzinfo=MADRID), datetime(2026, 11, 3, tzinfo=MADRID)
"""The clocks go back in between, on 25 October: that week has 169 hours."""


@pytest.mark.proves("G-06", "G-07", "G-13")
@pytest.mark.django_db
def test_hour_by_hour_through_the_week_in_which_the_clocks_change(institution: Institution, section: Section) -> None:
    Institution.objects.filter(pk=institution.pk).update(time_zone="Europe/Madrid")
    institution.refresh_from_db()
    ines = make_user("ines", institution, teaches=section)
    User.objects.filter(pk=ines.pk).update(email="ines@lakeside.example")
    told: list[Told] = []

    now = FIRST.astimezone(ZoneInfo("UTC"))
    while now < LAST:
        reported(section, now - timedelta(minutes=30))
        sender().send(recipients(institution), now, told.append)
        now += HOUR

    sent = [each.delivery.digest for each in told if each.outcome is Outcome.SENT and each.delivery is not None]
    rows = DigestDelivery.objects.for_tenant(TenantId(institution.pk)).order_by("cut_off")
    at = [row.cut_off.astimezone(MADRID).strftime("%d %H:%M %z") for row in rows]
    assert at == ["19 06:00 +0200", "26 06:00 +0100", "02 06:00 +0100"]
    assert [digest.sections[0].events for digest in sent[1:]] == [169, 168]
    assert {each.outcome for each in told} == {Outcome.SENT, Outcome.ALREADY, Outcome.NOT_DUE}


@pytest.mark.proves("G-06", "G-10")
@pytest.mark.django_db(transaction=True)
def test_four_whole_runs_at_once_send_everybody_one_digest(
    ines: User, institution: Institution, section: Section
) -> None:
    for name in ("iris", "ivan", "ilse"):
        User.objects.filter(pk=make_user(name, institution, teaches=section).pk).update(
            email=f"{name}@lakeside.example"
        )

    runs = at_once(*[lambda: sender().send(recipients(institution), MONDAY, lambda _: None)] * 4)

    mails = OutgoingMail.objects.for_tenant(TenantId(institution.pk)).values_list("to", flat=True)
    assert sorted(mails) == [f"{name}@lakeside.example" for name in ("ilse", "ines", "iris", "ivan")]
    assert sum(run.counts[Outcome.SENT] for run in runs) == 4
    assert sum(run.counts[Outcome.FAILED] for run in runs) == 0
