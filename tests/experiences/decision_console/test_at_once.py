"""Two at once: two executions, two approvers, two stagings of the last contact, two edits, a discard meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest
from django.contrib.auth.models import User

from courses.models import Institution, Section
from experiences.decision_console.contract import Conflict, ConsoleError, Wording
from experiences.decision_console.models import Approval, ConsoleSettings, Contact
from experiences.decision_console.staging import Edit
from experiences.decision_console.states import State
from tests import builders
from tests.experiences.decision_console.conftest import MESSAGE, Desk, context_of
from tests.together import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def answers(*works: Callable[[], object]) -> list[object]:
    """What the console answered to each of them, a refusal too; they begin together."""
    return at_once(*(partial(_answer, work) for work in works))


def _answer(work: Callable[[], object]) -> object:
    try:
        return work()
    except ConsoleError as refused:
        return refused


@pytest.mark.proves("K-09", "O-09")
def test_two_executions_at_once_send_each_mail_once(desk: Desk) -> None:
    for number in range(60):
        builders.make_learner(desk.section, f"L{number:02}")
    names = [f"L{number:02}" for number in range(60)]
    decision = desk.staged(*names)
    batch = desk.approved(decision)

    answers(*[lambda: desk.service.execute(desk.context, batch)] * 2)
    desk.service.execute(desk.context, batch)
    desk.deliver()

    assert sorted(message.to[0] for message in desk.postman.carried) == [f"{n.lower()}@learners.example" for n in names]
    assert desk.state(decision) == State.DONE


@pytest.mark.proves("K-12")
def test_two_approvers_at_once_are_two_approvals(desk: Desk, institution: Institution, section: Section) -> None:
    ConsoleSettings.objects.for_tenant(desk.tenant_id).create(needs_second_approver=True)
    second = context_of(builders.make_user("ivan", institution, teaches=section), section)
    decision = desk.staged("Ada")
    batch = desk.reviewed(decision)

    answers(lambda: desk.approve(batch), lambda: desk.approve(batch, second), lambda: desk.approve(batch))

    assert Approval.objects.for_tenant(desk.tenant_id).count() == 2
    assert desk.state(decision) == State.APPROVED


@pytest.mark.proves("K-11", "O-09")
def test_the_last_contact_is_reserved_once(desk: Desk) -> None:
    ConsoleSettings.objects.for_tenant(desk.tenant_id).create(weekly_contacts=1)
    drafts = [desk.message("Ada"), desk.message("Ada", page=desk.quiz.pk)]

    found = answers(*[lambda draft=draft: desk.service.stage(desk.context, draft) for draft in drafts])

    assert sum(isinstance(each, ConsoleError) for each in found) == 1
    assert Contact.objects.for_tenant(desk.tenant_id).filter(state=Contact.State.RESERVED).count() == 1


@pytest.mark.proves("K-05", "O-09")
def test_of_edits_at_once_one_is_kept_and_the_others_are_told(desk: Desk) -> None:
    decision = desk.staged("Ada")
    kept = frozenset(target.id for target in desk.data.get_decision(desk.context, decision).targets)
    edits = [Edit(1, Wording(f"Subject {number}", MESSAGE.text), kept) for number in range(4)]

    found = answers(*[lambda edit=edit: desk.service.edit(desk.context, decision, edit) for edit in edits])

    assert sum(isinstance(each, Conflict) for each in found) == 3
    assert desk.data.get_decision(desk.context, decision).version == 2


@pytest.mark.proves("K-08", "O-09")
def test_a_discard_and_an_execution_at_once_end_in_one_truth(desk: Desk, instructor: User) -> None:
    decision = desk.staged("Ada")
    batch = desk.approved(decision)

    answers(
        lambda: _or_refused(lambda: desk.service.discard(desk.context, decision)),
        lambda: _or_refused(lambda: desk.service.execute(desk.context, batch)),
    )
    desk.deliver()

    sent, state = len(desk.postman.carried), desk.state(decision)
    assert (sent, state) in {(0, State.DISCARDED.value), (1, State.DONE.value)}


def _or_refused(work: Callable[[], object]) -> object:
    try:
        return work()
    except ValueError as error:  # IllegalMove: the other one was first
        return error
