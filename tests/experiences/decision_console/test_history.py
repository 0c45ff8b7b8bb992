"""What was done stands there with who did it, and nothing changes it."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, transaction

from courses.models import AuditEntry
from experiences.decision_console.contract import (
    DecidedBy,
)
from experiences.decision_console.models import (
    DecisionEvent,
)
from tests.experiences.decision_console.conftest import Desk

pytestmark = pytest.mark.django_db


@pytest.mark.proves("K-13", "M2")
def test_the_history_says_who_decided_and_whether_by_hand(desk: Desk) -> None:
    first, second = desk.staged("Ada"), desk.staged("Ben")
    batch = desk.approved(first, second)
    desk.service.execute(desk.context, batch)
    desk.deliver()

    said = {entry.event: entry.decided_by for entry in desk.data.get_history(desk.context, first)}
    assert said == {
        "staged": DecidedBy.HUMAN,
        "reviewed": DecidedBy.HUMAN,
        "approved": DecidedBy.HUMAN_BULK,
        "executed": DecidedBy.HUMAN,
        "settled": DecidedBy.MACHINE,
    }


@pytest.mark.proves("K-13")
def test_no_automation_overwrites_the_history(desk: Desk) -> None:
    desk.staged("Ada")

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        DecisionEvent.objects.for_tenant(desk.tenant_id).update(decided_by=DecidedBy.MACHINE)


def test_nothing_is_executed_that_could_not_be_written_down(desk: Desk) -> None:
    decision = desk.staged("Ada", "Ben")
    batch = desk.approved(decision)

    desk.service.execute(desk.context, batch)

    entry = AuditEntry.objects.for_tenant(desk.tenant_id).get(action=AuditEntry.Action.SEND)
    assert (entry.rows, entry.actor, entry.section) == (2, f"user-{desk.context.user_id}", desk.section.slug)
    assert len(entry.sha256) == 64
