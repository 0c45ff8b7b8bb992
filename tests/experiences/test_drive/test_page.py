"""The test drive's page: begun, looked at, ended; a preview throughout, of nobody else's, and of nothing real."""

from __future__ import annotations

from html import unescape

import pytest
import time_machine
from django.contrib.auth.models import User
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from courses.models import Institution, Section
from experiences.decision_console.models import Decision
from experiences.digest.models import DigestDelivery, DigestProgress
from experiences.hygiene_tray.models import TrayIssue
from experiences.outbox.models import OutgoingMail
from experiences.test_drive.contract import KEPT_AFTER, LASTS
from experiences.test_drive.models import Sandbox, TestDriveSession
from oracles.contract import TenantId
from tests.clients import client_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("parts_end")]

DRIVE = "/test-drive/"
WATERMARK = "Preview: nothing on this page is sent or changes anything."


@pytest.fixture
def page(instructor: User) -> Client:
    """The instructor's browser."""
    return client_of(instructor)


def begin(page: Client, institution: Institution, dataset: str) -> None:
    answer = page.post(DRIVE, {"institution": institution.pk, "action": "start", "dataset": dataset})
    assert (answer.status_code, answer["Location"]) == (302, DRIVE)


def text_of(page: Client) -> str:
    answer = page.get(DRIVE)
    assert answer.status_code == 200
    return unescape(answer.content.decode())


def tenant(institution: Institution) -> TenantId:
    return TenantId(institution.pk)


@pytest.mark.proves("T-02")
def test_before_during_and_after_a_drive_the_page_is_marked_as_a_preview(
    page: Client, institution: Institution, instructor: User
) -> None:
    told = [text_of(page)]
    begin(page, institution, "own")
    told.append(text_of(page))
    with time_machine.travel(timezone.now() + LASTS):
        told.append(text_of(client_of(instructor)))

    assert [WATERMARK in each for each in told] == [True, True, True]
    assert ["Begin on my own sections" in each for each in told] == [True, False, False]
    assert ["It lasts until" in each for each in told] == [False, True, False]
    assert "This is what is left of it:" in told[2]
    assert "1 section" in told[2]


@pytest.mark.proves("T-02")
def test_looking_at_a_drive_leaves_nothing_in_tray_console_digest_or_outbox(
    page: Client, institution: Institution
) -> None:
    begin(page, institution, "own")

    text_of(page)

    for model in (TrayIssue, Decision, DigestDelivery, DigestProgress, OutgoingMail):
        assert not model.objects.for_tenant(tenant(institution)).exists()


@pytest.mark.proves("T-04")
def test_a_sample_is_on_no_other_page_and_its_addresses_are_not_there(page: Client, institution: Institution) -> None:
    begin(page, institution, "sample")
    drive = text_of(page)
    sandbox = Institution.objects.get(slug__startswith="sandbox-")
    section = Section.objects.for_tenant(tenant(sandbox)).get()

    shown = {path: page.get(path).content.decode() for path in ("/", "/digest/")}
    answers = [page.get(f"/s/{sandbox.slug}/{section.slug}/{tail}").status_code for tail in ("", "tray/", "console/")]

    assert "none of these learners exists" in drive
    assert f"/s/{sandbox.slug}/" not in drive
    assert not any("sandbox" in text or "Sample institution" in text for text in shown.values())
    assert answers == [404, 404, 404]


@pytest.mark.proves("T-03")
def test_a_drive_that_was_ended_can_be_begun_again_and_a_second_tab_begins_none(
    page: Client, institution: Institution
) -> None:
    begin(page, institution, "own")
    begin(page, institution, "sample")
    meanwhile = TestDriveSession.objects.for_tenant(tenant(institution)).get()
    page.post(DRIVE, {"institution": institution.pk, "action": "end"})
    page.post(DRIVE, {"institution": institution.pk, "action": "end"})

    assert (meanwhile.dataset, Sandbox.across_tenants.count()) == ("own", 0)
    assert "Begin on my own sections" in text_of(page)


@pytest.mark.proves("T-03")
def test_what_ended_long_ago_is_purged_and_the_page_offers_a_new_drive(
    page: Client, institution: Institution, instructor: User
) -> None:
    begin(page, institution, "sample")

    with time_machine.travel(timezone.now() + LASTS + KEPT_AFTER):
        call_command("purge_test_drives", verbosity=0)
        told = text_of(client_of(instructor))

    assert "Begin on my own sections" in told
    assert not Institution.objects.filter(slug__startswith="sandbox-").exists()


@pytest.mark.proves("T-06")
def test_nobody_chooses_the_variant_by_an_address_or_a_form(page: Client, institution: Institution) -> None:
    page.post(
        f"{DRIVE}?variant=B", {"institution": institution.pk, "action": "start", "dataset": "own", "variant": "B"}
    )
    first = TestDriveSession.objects.for_tenant(tenant(institution)).get().variant
    page.post(DRIVE, {"institution": institution.pk, "action": "end"})
    page.post(
        f"{DRIVE}?variant=A", {"institution": institution.pk, "action": "start", "dataset": "own", "variant": "A"}
    )
    second = TestDriveSession.objects.for_tenant(tenant(institution)).get(closed_at=None).variant

    assert first == second
    assert f"Variant {first}." in text_of(page)


@pytest.mark.proves("O-05")
def test_a_drive_of_another_institution_is_neither_begun_nor_shown(
    page: Client, institution: Institution, outsider: User, other_institution: Institution
) -> None:
    begin(client_of(outsider), other_institution, "own")

    answers = [
        page.post(DRIVE, {"institution": other_institution.pk, "action": action, "dataset": "own"}).status_code
        for action in ("start", "end")
    ]

    assert answers == [404, 404]
    assert "Begin on my own sections" in text_of(page)
    assert TestDriveSession.objects.for_tenant(tenant(other_institution)).get().closed_at is None


@pytest.mark.parametrize(
    "form", [{"action": "start", "dataset": "everything"}, {"action": "start"}, {"action": "extend"}, {}]
)
def test_what_no_form_of_ours_says_is_refused(form: dict[str, str], page: Client, institution: Institution) -> None:
    answer = page.post(DRIVE, {"institution": institution.pk, **form})

    assert answer.status_code == 400
    assert not TestDriveSession.objects.for_tenant(tenant(institution)).exists()


def test_a_form_without_its_token_is_refused(instructor: User, institution: Institution) -> None:
    client = client_of(instructor, checks=True)

    assert client.post(DRIVE, {"institution": institution.pk, "action": "start", "dataset": "own"}).status_code == 403


def test_whoever_teaches_nothing_sees_that(colleague: User) -> None:
    assert "You are not teaching any section yet." in text_of(client_of(colleague))
