"""The console's pages without a browser: whose decisions they know, and what stands there when a source fails."""

from __future__ import annotations

from html import unescape

import pytest
from django.contrib.auth.models import User
from django.contrib.messages.storage.fallback import FallbackStorage
from django.http import HttpResponse
from django.test import RequestFactory

from courses.models import Institution, Section
from dashboard_project.composition.console import console_service
from dashboard_project.web.console import _console, visited
from experiences.decision_console.contract import Draft, Wording
from experiences.decision_console.kinds import Kind
from experiences.decision_console.models import Decision, DecisionEvent
from experiences.outbox.models import OutgoingMail
from oracles.contract import TenantId
from tests.absent import table_away
from tests.clients import client_of
from tests.experiences.decision_console.conftest import context_of
from tests.oracles.instructor.rows import learners_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("parts_end")]

CONSOLE = "/s/lakeside/algebra/console/"
MESSAGE = Wording("The quiz", "It is open.")


def staged(user: User, section: Section) -> tuple[int, int]:
    """A decision in review, and its review."""
    context, service = context_of(user, section), console_service()
    whom = learners_of(section)["Ada"].pk
    decision = service.stage(context, Draft(Kind.MESSAGE, "chosen", (whom,), wording=MESSAGE))
    return decision, service.review(context, [decision])


def seen(user: User) -> HttpResponse:
    """The page, made in this thread, so that its sources can be broken."""
    request = RequestFactory().get(CONSOLE)
    request.user, request.session = user, {}  # type: ignore[assignment]
    request._messages = FallbackStorage(request)  # type: ignore[attr-defined]
    return visited(request, "lakeside", "algebra", _console)


@pytest.mark.proves("O-05", "K-02")
def test_a_decision_of_another_institution_is_not_there_whatever_is_asked(
    instructor: User, section: Section, outsider: User, other_institution: Institution
) -> None:
    theirs = Section.objects.for_tenant(TenantId(other_institution.pk)).get()
    decision, batch = staged(outsider, theirs)
    before = DecisionEvent.objects.for_tenant(TenantId(other_institution.pk)).count()
    mine, learner = client_of(instructor), learners_of(theirs)["Ada"].pk
    asked = [mine.get(f"{CONSOLE}{decision}/"), mine.get(f"{CONSOLE}review/{batch}/")]
    forms = {
        f"{decision}/edit/": {"subject": "x", "text": "y", "version": 1},
        f"{decision}/snooze/": {"until": "2099-01-01T10:00"},
        f"{decision}/wake/": {},
        f"{decision}/discard/": {},
        f"{decision}/resolve/": {"as": "arrived", "target": 1},
        f"review/{batch}/approve/": {"content": "0" * 64},
        f"review/{batch}/execute/": {},
        "review/": {"decision": decision},
        "stage/": {"kind": "message", "rule": "chosen", "learner": learner},
    }

    asked += [mine.post(CONSOLE + where, form) for where, form in forms.items()]

    assert {answer.status_code for answer in asked} == {404}
    assert DecisionEvent.objects.for_tenant(TenantId(other_institution.pk)).count() == before
    assert not Decision.objects.for_tenant(TenantId(section.institution_id)).exists()


@pytest.mark.proves("O-16")
def test_without_the_trays_word_its_part_says_so_and_the_page_stands(instructor: User, section: Section) -> None:
    whole = unescape(seen(instructor).content.decode())
    with table_away("hygiene_tray_trayissue"):
        answer = seen(instructor)

    text = unescape(answer.content.decode())
    assert answer.status_code == 200
    assert 'id="items-unavailable"' not in whole
    assert 'id="items-unavailable"' in text
    assert 'id="nothing-staged"' in text


@pytest.mark.proves("K-08")
@pytest.mark.parametrize("when", ["in review", "approved"])
def test_a_discard_from_the_page_puts_nothing_into_the_outbox(when: str, instructor: User, section: Section) -> None:
    decision, batch = staged(instructor, section)
    page, context, service = client_of(instructor), context_of(instructor, section), console_service()
    if when == "approved":
        service.approve(context, batch, service.get_review(context, batch).review.content_hash)

    page.post(f"{CONSOLE}{decision}/discard/")
    page.post(f"{CONSOLE}review/{batch}/execute/")

    tenant = TenantId(section.institution_id)
    assert Decision.objects.for_tenant(tenant).get().state == "discarded"
    assert not OutgoingMail.objects.for_tenant(tenant).exists()
    assert "executed" not in DecisionEvent.objects.for_tenant(tenant).values_list("event", flat=True)
