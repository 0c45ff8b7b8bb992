"""What people do with issues, alone and several at once; and what nobody can do."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from courses.models import Section
from experiences.contract import NotAllowed, SectionContext
from experiences.hygiene_tray.issues import Chosen, Issue, Outcome
from experiences.hygiene_tray.models import TrayIssue
from experiences.hygiene_tray.service import MOST_AT_ONCE, ConfirmationRequired, HygieneTrayService, TooMany
from experiences.hygiene_tray.states import Status, Verb, Wish
from tests.experiences.hygiene_tray.worlds import (
    IGNORE,
    REOPEN,
    RESOLVE,
    REVIEW,
    START,
    World,
    changes_of,
    issue_named,
    seen,
)

pytestmark = pytest.mark.django_db


@pytest.mark.proves("H-03")
@pytest.mark.parametrize(
    "wish",
    [Wish(Verb.IGNORE), Wish(Verb.IGNORE, "   "), Wish(Verb.IGNORE, "x" * 501), Wish(Verb.REOPEN)],
    ids=["no reason", "blank", "too long", "is open"],
)
def test_an_illegal_move_is_refused_and_changes_nothing(
    wish: Wish, missing: Issue, spoilt: Section, service: HygieneTrayService, here: SectionContext
) -> None:
    changed = service.change(here, [seen(missing)], wish, is_confirmed=True)

    assert [result.outcome for result in changed.results] == [Outcome.ILLEGAL]
    assert changed.batch is None
    assert issue_named(service, here, "missing_due_date") == missing
    assert len(changes_of(missing, spoilt)) == 1


@pytest.mark.proves("O-09")
def test_of_two_changes_of_the_same_state_the_second_is_told_so(
    missing: Issue, service: HygieneTrayService, world: World, here: SectionContext, assistant: SectionContext
) -> None:
    first = service.change(assistant, [seen(missing)], START)
    second = world.make().change(here, [seen(missing)], RESOLVE)

    assert [first.results[0].outcome, second.results[0].outcome] == [Outcome.APPLIED, Outcome.CONFLICT]
    assert issue_named(service, here, "missing_due_date").state.status is Status.IN_PROGRESS


@pytest.mark.proves("H-07")
def test_one_bad_id_in_a_bulk_change_does_not_spoil_the_others(
    spoilt: Section, service: HygieneTrayService, here: SectionContext
) -> None:
    first, second = service.get_tray(here).issues
    chosen = [seen(first), Chosen(10**9, 1), Chosen(second.id, second.version + 7), seen(second)]

    changed = service.change(here, chosen, IGNORE, is_confirmed=True)

    assert [result.outcome for result in changed.results] == [
        Outcome.APPLIED, Outcome.UNKNOWN, Outcome.CONFLICT, Outcome.APPLIED,
    ]  # fmt: skip
    told = [changes_of(issue, spoilt)[-1] for issue in (first, second)]
    assert {(row.decided_by, row.batch) for row in told} == {("human_bulk", changed.batch)}


@pytest.mark.proves("H-07")
def test_no_more_than_a_hundred_are_changed_at_once(
    missing: Issue, service: HygieneTrayService, here: SectionContext
) -> None:
    chosen = [Chosen(number, 1) for number in range(MOST_AT_ONCE + 1)]

    with pytest.raises(TooMany):
        service.change(here, chosen, START, is_confirmed=True)

    assert len(service.change(here, chosen[1:], START, is_confirmed=True).results) == MOST_AT_ONCE


@pytest.mark.proves("H-11")
def test_ignoring_and_whatever_is_for_several_is_not_done_before_somebody_said_yes(
    spoilt: Section, service: HygieneTrayService, here: SectionContext
) -> None:
    first, second = service.get_tray(here).issues

    for chosen, wish in (([first], IGNORE), ([first, second], START)):
        with pytest.raises(ConfirmationRequired):
            service.change(here, [seen(issue) for issue in chosen], wish)

    assert service.get_tray(here).issues == (first, second)
    assert service.change(here, [seen(first)], START).results[0].outcome is Outcome.APPLIED


@pytest.mark.proves("H-11")
def test_resolving_by_hand_what_is_critical_needs_a_yes(
    spoilt: Section, service: HygieneTrayService, here: SectionContext, missing: Issue
) -> None:
    TrayIssue.objects.for_tenant(here.tenant_id).filter(pk=missing.id).update(severity="critical")

    with pytest.raises(ConfirmationRequired):
        service.change(here, [seen(missing)], RESOLVE)

    assert service.change(here, [seen(missing)], RESOLVE, is_confirmed=True).batch is not None


@pytest.mark.proves("H-03")
def test_an_assistant_may_look_and_begin_and_decide_nothing(
    missing: Issue, service: HygieneTrayService, assistant: SectionContext
) -> None:
    for wish in (RESOLVE, IGNORE, REVIEW, REOPEN):
        with pytest.raises(NotAllowed):
            service.change(assistant, [seen(missing)], wish, is_confirmed=True)
    with pytest.raises(NotAllowed):
        service.replay(assistant, seen(missing), is_confirmed=True)

    assert service.get_tray(assistant).total_open == 2
    assert service.change(assistant, [seen(missing)], START).results[0].outcome is Outcome.APPLIED


@pytest.mark.proves("H-03")
def test_what_was_decided_cannot_be_rewritten(missing: Issue, spoilt: Section) -> None:
    (told,) = changes_of(missing, spoilt)
    told.actor = "somebody else"

    with pytest.raises(IntegrityError), transaction.atomic():
        told.save()
