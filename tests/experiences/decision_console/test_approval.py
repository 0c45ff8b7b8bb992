"""Approve: bound to what was seen, by those who may, and by two where the institution wants it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from courses.models import Learner
from experiences.contract import NotAllowed, SectionContext
from experiences.decision_console.contract import (
    StaleApproval,
)
from experiences.decision_console.models import (
    ConsoleSettings,
)
from experiences.decision_console.states import State
from tests.experiences.decision_console.conftest import MESSAGE, Desk

pytestmark = pytest.mark.django_db


@pytest.mark.proves("K-06")
@pytest.mark.parametrize("change", ["text", "targets", "name", "discard"])
def test_an_approval_of_what_has_changed_is_refused_with_the_difference(change: str, desk: Desk) -> None:
    decision = desk.staged("Ada", "Ben")
    batch = desk.reviewed(decision)
    seen = desk.data.get_review(desk.context, batch).content_hash
    if change == "text":
        desk.edit(decision, replace(MESSAGE, text="Something else."))
    elif change == "targets":
        desk.edit(decision, MESSAGE, without=("Ben",))
    elif change == "name":
        Learner.objects.for_tenant(desk.tenant_id).filter(name="Ada").update(name="Adele")
    else:
        desk.service.discard(desk.context, decision)

    with pytest.raises(StaleApproval) as refusal:
        desk.service.approve(desk.context, batch, seen)

    fields = {each.field for each in refusal.value.differences}
    assert fields & {"text": {"text"}, "targets": {"targets"}, "name": {"targets"}, "discard": {"state"}}[change]
    assert desk.state(decision) != State.APPROVED


@pytest.mark.proves("K-06")
def test_an_approval_of_another_content_than_was_seen_is_refused(desk: Desk) -> None:
    batch = desk.reviewed(desk.staged("Ada"))

    with pytest.raises(StaleApproval):
        desk.service.approve(desk.context, batch, "0" * 64)


@pytest.mark.proves("K-12")
def test_an_assistant_stages_and_does_not_approve(desk: Desk, assistant: SectionContext) -> None:
    decision = desk.service.stage(assistant, desk.message("Ada"))
    batch = desk.service.review(assistant, [decision])

    with pytest.raises(NotAllowed):
        desk.approve(batch, assistant)
    with pytest.raises(NotAllowed):
        desk.service.execute(assistant, batch)

    assert desk.state(decision) == State.IN_REVIEW
    assert desk.data.get_decision(desk.context, decision).signature == "ines"


@pytest.mark.proves("K-12")
def test_where_the_institution_wants_two_a_second_person_approves(
    desk: Desk, second_instructor: SectionContext
) -> None:
    ConsoleSettings.objects.for_tenant(desk.tenant_id).create(needs_second_approver=True)
    decision = desk.staged("Ada")
    batch = desk.reviewed(decision)

    first, again = desk.approve(batch), desk.approve(batch)
    waiting = desk.state(decision)
    second = desk.approve(batch, second_instructor)

    assert (first, again, waiting) == (False, False, State.IN_REVIEW)
    assert (second, desk.state(decision)) == (True, State.APPROVED)


@pytest.mark.proves("K-06")
def test_what_was_edited_after_the_approval_is_not_executed(desk: Desk) -> None:
    decision = desk.staged("Ada")
    batch = desk.approved(decision)

    desk.edit(decision, replace(MESSAGE, text="Something else."))
    desk.service.execute(desk.context, batch)
    desk.deliver()

    assert (desk.postman.carried, desk.state(decision)) == ([], State.STAGED)
