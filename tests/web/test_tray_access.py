"""Who may open the tray, who may do what in it, and that nothing of another institution is there."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from courses.models import Course, Institution, Section
from experiences.hygiene_tray.models import TrayIssue
from experiences.hygiene_tray.states import Status
from oracles.contract import TenantId
from tests import builders
from tests.clients import client_of
from tests.experiences.hygiene_tray.worlds import make_assistant
from tests.web.trays import TRAY, get, issues, post, text_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.proves("O-05")
@pytest.mark.parametrize("where", ["", "change", "replay", "undo", "order", "look"])
def test_the_colleague_and_the_outsider_find_nothing_and_nobody_signs_in_first(
    where: str, spoilt: Section, colleague: User, outsider: User
) -> None:
    row = issues(spoilt)["missing_due_date"]
    fields = {"issue": f"{row.pk}:{row.version}", "verb": "start", "batch": str(uuid4()), "up": row.pk}
    answers = {}
    for user in (colleague, outsider):
        answers[user.username] = (get(user) if not where else post(user, where, **fields)).status_code
    nobody = Client().post(f"{TRAY}{where}/", fields) if where else Client().get(TRAY)

    assert answers == {"carl": 404, "otto": 404}
    assert nobody.status_code == 302
    assert nobody["Location"].startswith("/accounts/login/")
    assert issues(spoilt)["missing_due_date"].version == row.version


def test_a_form_without_its_token_is_refused(spoilt: Section, instructor: User) -> None:
    client = client_of(instructor, checks=True)

    assert client.post(f"{TRAY}look/").status_code == 403


@pytest.mark.proves("O-05")
def test_an_issue_of_another_institution_is_not_there(
    spoilt: Section, instructor: User, other_institution: Institution, outsider: User
) -> None:
    theirs = builders.stored(Section, other_institution.pk, course=_course(other_institution), slug="x", title="X")
    foreign = builders.stored(
        TrayIssue, other_institution.pk, section=theirs, fingerprint="f", detector="feed", fault="stale_feed",
        subject="feed", severity="low", effort="long", first_seen_at=timezone.now(), last_seen_at=timezone.now(),
    )  # fmt: skip

    answers = [
        post(instructor, where, issue=f"{foreign.pk}:1", verb="start").status_code for where in ("change", "replay")
    ]

    foreign.refresh_from_db()
    assert answers == [404, 404]
    assert (foreign.version, foreign.status) == (1, Status.OPEN)


def _course(institution: Institution) -> Course:
    return Section.objects.for_tenant(TenantId(institution.pk)).earliest("pk").course


@pytest.mark.proves("H-03")
def test_an_assistant_sees_the_tray_and_may_only_begin(spoilt: Section, instructor: User) -> None:
    make_assistant(spoilt)
    amy = User.objects.get(username="amy")
    row = issues(spoilt)["missing_due_date"]

    text = text_of(amy)
    refused = post(amy, "change", issue=f"{row.pk}:1", verb="resolve")
    begun = post(amy, "change", issue=f"{row.pk}:1", verb="start")

    assert 'value="start"' in text
    assert 'value="resolve"' not in text
    assert (refused.status_code, begun.status_code) == (403, 303)
    assert issues(spoilt)["missing_due_date"].status == Status.IN_PROGRESS
