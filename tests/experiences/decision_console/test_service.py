"""The console as a whole: previews, objects, and sources that fail."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import DatabaseError, transaction

from experiences.contract import Availability, PreviewRefused, SectionContext
from experiences.decision_console.models import (
    DecisionTarget,
)
from experiences.decision_console.staging import Edit
from experiences.decision_console.states import State
from experiences.outbox.contract import Resolution
from tests.experiences.decision_console.conftest import MESSAGE, NOW, Desk, in_days

pytestmark = pytest.mark.django_db


@pytest.mark.proves("T-02")
def test_in_a_preview_nothing_is_written(desk: Desk) -> None:
    decision = desk.staged("Ada")
    batch = desk.reviewed(decision)
    preview = SectionContext(desk.context.dashboard, is_preview=True)
    edit = Edit(1, MESSAGE, frozenset())
    writes: list[Callable[[], object]] = [
        lambda: desk.service.stage(preview, desk.message("Ben")),
        lambda: desk.service.edit(preview, decision, edit),
        lambda: desk.service.snooze(preview, decision, in_days(1)),
        lambda: desk.service.wake(preview, decision),
        lambda: desk.service.discard(preview, decision),
        lambda: desk.service.review(preview, [decision]),
        lambda: desk.service.approve(preview, batch, ""),
        lambda: desk.service.execute(preview, batch),
        lambda: desk.service.resolve(preview, decision, [], Resolution.ARRIVED),
        lambda: desk.service.run_due(preview),
    ]

    for write in writes:
        with pytest.raises(PreviewRefused):
            write()

    assert desk.state(decision) == State.IN_REVIEW


@pytest.mark.proves("O-07")
def test_services_hold_their_collaborators_and_nothing_else(desk: Desk) -> None:
    before = (dict(vars(desk.service)), dict(vars(desk.data)))

    desk.executed("Ada")
    desk.service.get_console(desk.context)

    assert (vars(desk.service), vars(desk.data)) == before


@pytest.mark.proves("O-10")
def test_a_queue_that_cannot_be_read_is_an_error_and_not_an_empty_one(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.staged("Ada")

    with transaction.atomic():
        _break(DecisionTarget)
        with pytest.raises(DatabaseError), transaction.atomic():
            desk.service.get_console(desk.context)
        transaction.set_rollback(True)

    assert len(desk.service.get_console(desk.context).queue) == 1


@pytest.mark.proves("O-16")
def test_a_source_that_fails_marks_its_own_block(desk: Desk) -> None:
    console = desk.service.get_console(desk.context)

    assert console.standing.availability is Availability.UNAVAILABLE
    assert console.items.availability is Availability.READY


@pytest.mark.proves("O-15")
def test_as_of_is_the_newest_event_and_not_the_clock(desk: Desk) -> None:
    before = desk.data.get_console_data(desk.context)
    desk.section.stamp.as_of = in_days(-10)
    desk.section.stamp.save()

    after = desk.data.get_console_data(desk.context)

    assert (before.as_of, after.as_of) == (None, in_days(-10))
    assert before.generated_at == after.generated_at == NOW


def _break(model: type[DecisionTarget]) -> None:
    with transaction.get_connection().cursor() as cursor:
        cursor.execute(f"ALTER TABLE {model._meta.db_table} RENAME TO away")
