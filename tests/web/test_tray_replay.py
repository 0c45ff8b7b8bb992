"""Records that could not be written are an issue of the tray, and are replayed from it."""

from __future__ import annotations

from datetime import timedelta
from html import unescape
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from coordinator.writes.contract import Rejection
from courses.models import LearningEvent, Section
from experiences.hygiene_tray.states import Status
from ingest.dead_letters import Lost, keep
from ingest.models import DeadLetter
from ingest.records import EventRecord, Verb
from ingest.sinks import EventSink
from oracles.contract import TenantId
from tests import builders
from tests.clients import client_of
from tests.experiences.hygiene_tray.worlds import move_stamp
from tests.web.trays import TRAY, issues, listed, post, text_of

pytestmark = pytest.mark.django_db(transaction=True)


def letters(section: Section, learner: str, count: int) -> None:
    """Events of somebody who is not on the roster, as a feed brings them."""
    tenant = TenantId(section.institution_id)
    records = [
        EventRecord(
            event_id=uuid4(), learner=learner, verb=Verb.EXPERIENCED, page="unit-1-page-1",
            timestamp=timezone.now() - timedelta(minutes=number + 1), source="test",
        )
        for number in range(count)
    ]  # fmt: skip
    report = EventSink(tenant, section).write(records)
    assert len(report.rejections) == count


@pytest.mark.proves("H-10")
def test_dead_letters_are_an_issue_and_are_replayed_from_the_tray(section: Section, instructor: User) -> None:
    tenant = TenantId(section.institution_id)
    letters(section, "ext-late", 5)
    text = text_of(instructor)
    row = issues(section)["unknown_reference"]
    builders.make_learner(section, "Late")
    move_stamp(section)

    asked = post(instructor, "replay", issue=f"{row.pk}:{row.version}")
    still = LearningEvent.objects.for_tenant(tenant).count()
    client = client_of(instructor)
    done = client.post(f"{TRAY}replay/", {"issue": f"{row.pk}:{row.version}", "confirmed": "yes"})
    after = unescape(client.get(TRAY).content.decode())

    assert "5 records name something that this section does not have." in text
    assert (asked.status_code, still) == (200, 0)
    assert done.status_code == 303
    assert "5 records came back." in after
    assert LearningEvent.objects.for_tenant(tenant).count() == 5
    assert not DeadLetter.objects.for_tenant(tenant).filter(status=DeadLetter.Status.WAITING).exists()
    closed = issues(section)["unknown_reference"]
    assert (closed.status, closed.closed_by, closed.is_detected) == (Status.RESOLVED, "detector", False)


@pytest.mark.proves("H-10")
def test_records_that_still_cannot_be_written_leave_an_error_that_says_so(section: Section, instructor: User) -> None:
    letters(section, "ext-nobody", 2)
    text_of(instructor)
    row = issues(section)["unknown_reference"]
    client = client_of(instructor)

    client.post(f"{TRAY}replay/", {"issue": f"{row.pk}:{row.version}", "confirmed": "yes"})
    after = unescape(client.get(TRAY).content.decode())

    assert "2 records still cannot be written." in after
    assert issues(section)["unknown_reference"].status == Status.ERROR
    assert "unknown_reference" in listed(after)
    assert "still_dead" not in after


@pytest.mark.proves("H-10", "O-05")
def test_letters_of_another_section_are_neither_shown_nor_replayed(section: Section, instructor: User) -> None:
    other = builders.make_section(section.institution, "geometry")
    tenant = TenantId(section.institution_id)
    lost = EventRecord(uuid4(), "x", Verb.EXPERIENCED, "y", timezone.now(), "test")
    keep(tenant, other.pk, [Lost(lost, Rejection(0, "unknown_learner", "no learner"))], timezone.now())

    assert "unknown_reference" not in listed(text_of(instructor))
