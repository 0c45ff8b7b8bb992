"""Decide → review → approve → execute, and everything that may happen in between."""

from __future__ import annotations

import smtplib
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from courses.models import AssessmentScore, AuditEntry, Learner, Section
from experiences.contract import Availability, NotAllowed, PreviewRefused, SectionContext
from experiences.decision_console import allowance
from experiences.decision_console.contract import (
    Conflict,
    DecidedBy,
    Draft,
    NotThere,
    Refused,
    StaleApproval,
    Wording,
)
from experiences.decision_console.kinds import Kind
from experiences.decision_console.models import (
    Arrangement,
    ConsoleSettings,
    Contact,
    Decision,
    DecisionEvent,
    DecisionTarget,
)
from experiences.decision_console.staging import Edit
from experiences.decision_console.states import IllegalMove, State
from experiences.outbox.contract import Resolution
from experiences.outbox.models import OutgoingMail
from tests import builders
from tests.experiences.decision_console.conftest import MESSAGE, NOW, Desk, Desks, in_days
from tests.experiences.outbox.postmen import Postman

pytestmark = pytest.mark.django_db


def used(desk: Desk, name: str) -> int:
    """Contacts of a learner that are reserved or spent."""
    rows = Contact.objects.for_tenant(desk.tenant_id).filter(learner__name=name)
    return rows.exclude(state=Contact.State.RELEASED).count()


# ---- decide -------------------------------------------------------------------------------------------------


@pytest.mark.proves("K-01")
def test_a_staged_decision_has_an_id_an_author_and_its_frozen_targets(desk: Desk) -> None:
    console = desk.data.add_decision(desk.context, desk.message("Ada", "Ben"))

    (decision,) = console.decision_queue
    assert decision.id == console.staged
    assert (decision.author, decision.author_name) == (f"user-{desk.context.user_id}", "ines")
    assert (decision.rule, [target.label for target in decision.targets]) == ("chosen", ["Ada", "Ben"])


@pytest.mark.proves("O-08")
def test_what_was_staged_is_there_for_another_process(desk: Desk, desk_at: Desks) -> None:
    decision = desk.staged("Ada")

    anew = desk_at(desk.section, builders.make_user("iris", desk.section.institution, teaches=desk.section))

    assert [each.id for each in anew.data.get_console_data(anew.context).decision_queue] == [decision]


@pytest.mark.proves("O-05")
def test_an_unknown_a_foreign_and_a_departed_learner_look_alike(desk: Desk, other_institution: object) -> None:
    foreign = builders.make_learner(builders.golden_section(other_institution), "Fay")  # type: ignore[arg-type]
    desk.leaves("Dan")

    for learner in (foreign.pk, 10**9, desk.learner("Dan").pk):
        with pytest.raises(NotThere):
            desk.service.stage(desk.context, Draft(Kind.MESSAGE, "chosen", (learner,)))


@pytest.mark.proves("K-01", "K-09")
def test_staging_the_same_twice_is_staging_once(desk: Desk) -> None:
    first, second = desk.staged("Ada", "Ben"), desk.staged("Ada", "Ben")

    assert first == second
    assert Decision.objects.for_tenant(desk.tenant_id).count() == 1
    assert used(desk, "Ada") == 1


@pytest.mark.proves("K-01")
def test_a_learner_who_is_in_another_decision_of_the_kind_is_left_out_and_it_is_said(desk: Desk) -> None:
    desk.staged("Ada", "Ben")

    second = desk.staged("Ben", "Cleo")

    assert desk.outcomes(second) == {"Ben": "excluded duplicate", "Cleo": "waiting"}
    with pytest.raises(Refused, match="nobody_left"):
        desk.service.stage(desk.context, replace(desk.message("Ada"), rule="another"))


@pytest.mark.proves("K-11")
def test_the_weekly_allowance_is_reserved_and_more_is_refused(desk: Desk, section: Section) -> None:
    ConsoleSettings.objects.for_tenant(desk.tenant_id).create(weekly_contacts=2)
    desk.staged("Ada")
    desk.service.stage(desk.context, Draft(Kind.INVITE, "chosen", desk.ids("Ada")))

    with pytest.raises(Refused, match="nobody_left") as refusal:
        desk.service.stage(desk.context, replace(desk.message("Ada"), page=desk.quiz.pk))

    assert refusal.value.numbers == {"allowance": 1}
    assert used(desk, "Ada") == 2


@pytest.mark.proves("K-11")
@pytest.mark.parametrize("way", ["discard", "expire", "fail", "skip"])
def test_a_contact_that_never_happens_is_free_again(way: str, desk: Desk) -> None:
    decision = desk.staged("Ada")
    if way == "discard":
        desk.service.discard(desk.context, decision)
    elif way == "expire":
        desk.clock.advance(timedelta(days=14))
        desk.service.run_due(desk.machine)
    else:
        batch = desk.approved(decision)
        if way == "skip":
            desk.leaves("Ada")
        desk.service.execute(desk.context, batch)
        desk.deliver(Postman(lambda _: smtplib.SMTPDataError(550, b"no")))

    assert used(desk, "Ada") == 0


@pytest.mark.proves("K-11")
def test_a_contact_is_spent_for_seven_days(desk: Desk) -> None:
    settings = ConsoleSettings.objects.for_tenant(desk.tenant_id).create(weekly_contacts=1)
    desk.executed("Ada")
    desk.deliver()

    ids = desk.ids("Ada")
    assert allowance.exhausted(settings, ids, NOW + timedelta(days=7) - timedelta(seconds=1)) == {*ids}
    assert allowance.exhausted(settings, ids, NOW + timedelta(days=7)) == set()


def test_a_decision_without_mail_takes_no_contact_until_it_gets_a_text(desk: Desk) -> None:
    draft = Draft(Kind.EXTENSION, "chosen", desk.ids("Ada"), page=desk.quiz.pk, wording=Wording(moment=in_days(9)))
    decision = desk.service.stage(desk.context, draft)
    before = used(desk, "Ada")

    desk.edit(decision, Wording("More time", "You have more time.", in_days(9)))
    with_text = used(desk, "Ada")
    desk.edit(decision, Wording(moment=in_days(9)))

    assert (before, with_text, used(desk, "Ada")) == (0, 1, 0)


def test_whoever_has_no_address_is_left_out_of_mail(desk: Desk) -> None:
    Learner.objects.for_tenant(desk.tenant_id).filter(name="Ben").update(email="")

    assert desk.outcomes(desk.staged("Ada", "Ben"))["Ben"] == "excluded no_address"


# ---- review -------------------------------------------------------------------------------------------------


@pytest.mark.proves("K-05")
def test_an_edit_makes_a_version_and_the_history_has_both_sides(desk: Desk) -> None:
    decision = desk.staged("Ada", "Ben")

    desk.edit(decision, replace(MESSAGE, subject="The second quiz"), without=("Ben",))

    found = desk.data.get_decision(desk.context, decision)
    edited = desk.data.get_history(desk.context, decision)[0]
    assert found.version == 2
    assert (edited.before["subject"], edited.after["subject"]) == ("The quiz", "The second quiz")
    assert desk.outcomes(decision)["Ben"] == "excluded by_hand"
    assert used(desk, "Ben") == 0


@pytest.mark.proves("K-05", "O-09")
def test_an_edit_of_an_older_version_is_refused(desk: Desk) -> None:
    decision = desk.staged("Ada")
    kept = frozenset(target.id for target in desk.data.get_decision(desk.context, decision).targets)
    first, second = (Edit(1, replace(MESSAGE, subject=name), kept) for name in ("first", "second"))

    desk.service.edit(desk.context, decision, first)
    with pytest.raises(Conflict):
        desk.service.edit(desk.context, decision, second)

    assert desk.data.get_decision(desk.context, decision).wording.subject == "first"


@pytest.mark.parametrize(
    ("wording", "problem"),
    [
        (Wording("", "Hello"), "no_subject"),
        (Wording("Hello", " "), "no_text"),
        (Wording("Hello", "Dear {nickname}"), "unknown_placeholder"),
        (Wording("Hello", "See https://elsewhere.example/x"), "foreign_link"),
        (replace(MESSAGE, run_at=NOW), "run_at_is_past"),
    ],
)
def test_what_is_not_ready_cannot_be_reviewed(wording: Wording, problem: str, desk: Desk) -> None:
    decision = desk.staged("Ada", wording=wording)

    with pytest.raises(Refused, match="not_ready"):
        desk.reviewed(decision)

    assert [each.code for each in desk.service.get_decision(desk.context, decision).problems] == [problem]


def test_a_learner_without_a_name_blocks_a_message_that_says_it(desk: Desk) -> None:
    Learner.objects.for_tenant(desk.tenant_id).filter(name="Ben").update(name="")
    decision = desk.staged("Ada")
    nameless = desk.service.stage(
        desk.context,
        Draft(Kind.INVITE, "chosen", (Learner.objects.for_tenant(desk.tenant_id).get(name="").pk,),
              wording=replace(MESSAGE, moment=in_days(2))),
    )  # fmt: skip

    assert desk.service.get_decision(desk.context, decision).problems == ()
    (problem,) = desk.service.get_decision(desk.context, nameless).problems
    assert (problem.code, problem.what, problem.learners) == ("unresolved_placeholder", "first_name", 1)


@pytest.mark.proves("M1")
def test_each_learner_is_previewed_as_they_will_read_it(desk: Desk) -> None:
    decision = desk.executed("Ada", "Ben")
    previews = desk.service.get_decision(desk.context, decision).previews

    desk.deliver()

    sent = {message.to[0]: (message.subject, message.body) for message in desk.postman.carried}
    assert {letter.to: (letter.subject, letter.text) for _, letter in previews} == sent
    assert sent["ada@learners.example"][1] == "Dear Ada, the quiz of Algebra course is open. ines"


# ---- approve ------------------------------------------------------------------------------------------------


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


# ---- execute ------------------------------------------------------------------------------------------------


@pytest.mark.proves("K-09")
def test_executing_twice_sends_once(desk: Desk) -> None:
    decision = desk.staged("Ada", "Ben")
    batch = desk.approved(decision)

    first, second = (desk.service.execute(desk.context, batch) for _ in range(2))
    desk.deliver()
    desk.deliver()

    assert (first, second) == ((decision,), ())
    assert sorted(message.to[0] for message in desk.postman.carried) == ["ada@learners.example", "ben@learners.example"]
    assert desk.state(decision) == State.DONE


@pytest.mark.proves("K-08")
@pytest.mark.parametrize("when", ["staged", "reviewed", "approved"])
def test_what_is_discarded_is_never_executed(when: str, desk: Desk) -> None:
    decision = desk.staged("Ada")
    batch = desk.reviewed(decision) if when != "staged" else 0
    if when == "approved":
        desk.approve(batch)

    desk.service.discard(desk.context, decision)
    desk.service.discard(desk.context, decision)
    if batch:
        desk.service.execute(desk.context, batch)
    desk.clock.advance(timedelta(days=30))
    desk.deliver()

    assert desk.postman.carried == []
    assert OutgoingMail.objects.for_tenant(desk.tenant_id).count() == 0
    assert desk.state(decision) == State.DISCARDED


@pytest.mark.proves("K-06")
def test_what_was_edited_after_the_approval_is_not_executed(desk: Desk) -> None:
    decision = desk.staged("Ada")
    batch = desk.approved(decision)

    desk.edit(decision, replace(MESSAGE, text="Something else."))
    desk.service.execute(desk.context, batch)
    desk.deliver()

    assert (desk.postman.carried, desk.state(decision)) == ([], State.STAGED)


@pytest.mark.proves("K-07")
def test_three_of_five_fail_and_three_remain(desk: Desk) -> None:
    builders.make_learner(desk.section, "Eve")
    bad = {"ada@learners.example", "ben@learners.example", "cleo@learners.example"}
    refused = Postman(lambda message: smtplib.SMTPDataError(550, b"no") if message.to[0] in bad else None)
    decision = desk.executed("Ada", "Ben", "Cleo", "Dan", "Eve")

    desk.deliver(refused)

    assert desk.outcomes(decision) == {
        "Ada": "failed", "Ben": "failed", "Cleo": "failed", "Dan": "done", "Eve": "done",
    }  # fmt: skip
    assert desk.state(decision) == State.ATTENTION
    assert decision in {each.id for each in desk.data.get_console_data(desk.context).decision_queue}


@pytest.mark.proves("K-07", "K-09")
def test_what_failed_is_tried_again_and_only_that(desk: Desk) -> None:
    decision = desk.executed("Ada", "Ben")
    desk.deliver(Postman(lambda message: smtplib.SMTPDataError(550, b"no") if "ada" in message.to[0] else None))
    failed = [target.id for target in desk.data.get_decision(desk.context, decision).targets if target.label == "Ada"]

    said = desk.service.resolve(desk.context, decision, failed, Resolution.SEND_AGAIN)
    desk.deliver()

    assert said == 1
    assert [message.to[0] for message in desk.postman.carried] == ["ada@learners.example"]
    assert desk.state(decision) == State.DONE


def test_a_mail_of_which_nobody_knows_is_settled_by_a_person(desk: Desk, assistant: SectionContext) -> None:
    decision = desk.executed("Ada")
    desk.deliver(Postman(lambda _: TimeoutError()))
    (target,) = desk.data.get_decision(desk.context, decision).targets
    known = (target.outcome.value, desk.state(decision), used(desk, "Ada"))

    with pytest.raises(NotAllowed):
        desk.service.resolve(assistant, decision, [target.id], Resolution.ARRIVED)
    desk.service.resolve(desk.context, decision, [target.id], Resolution.ARRIVED)

    assert known == ("unknown", State.ATTENTION, 1)
    assert desk.state(decision) == State.DONE


@pytest.mark.proves("K-15")
def test_who_submitted_or_left_meanwhile_is_skipped_and_it_is_said(desk: Desk) -> None:
    decision = desk.service.stage(desk.context, desk.message("Ada", "Ben", "Cleo", page=desk.quiz.pk))
    batch = desk.approved(decision)
    desk.leaves("Ben")
    builders.stored(
        AssessmentScore, desk.tenant_id, section=desk.section, learner=desk.learner("Ada"), page=desk.quiz,
        submitted_at=NOW + timedelta(minutes=5), latest_at=NOW, latest_event_id="0" * 32,
    )  # fmt: skip

    desk.service.execute(desk.context, batch)
    desk.deliver()

    assert desk.outcomes(decision) == {
        "Ada": "skipped submitted_meanwhile", "Ben": "skipped left_section", "Cleo": "done",
    }  # fmt: skip
    assert [message.to[0] for message in desk.postman.carried] == ["cleo@learners.example"]


@pytest.mark.proves("K-15", "K-06")
def test_an_address_that_changed_after_the_approval_gets_nothing(desk: Desk) -> None:
    decision = desk.staged("Ada", "Ben")
    batch = desk.approved(decision)
    Learner.objects.for_tenant(desk.tenant_id).filter(name="Ada").update(email="else@where.example")

    desk.service.execute(desk.context, batch)
    desk.deliver()

    assert desk.outcomes(decision) == {"Ada": "skipped changed", "Ben": "done"}


@pytest.mark.proves("K-10")
def test_what_is_scheduled_leaves_at_its_time_by_the_clock(desk: Desk) -> None:
    decision = desk.staged("Ada", wording=replace(MESSAGE, run_at=in_days(2)))
    batch = desk.approved(decision)

    desk.service.execute(desk.context, batch)
    desk.clock.advance(timedelta(days=1))
    desk.deliver()
    early = list(desk.postman.subjects)
    desk.clock.advance(timedelta(days=1))
    desk.deliver()  # executed
    desk.deliver()  # and sent

    assert (early, desk.postman.subjects) == ([], ["The quiz"])
    executed = {e.event: e.decided_by for e in desk.data.get_history(desk.context, decision)}["executed"]
    assert executed is DecidedBy.MACHINE


@pytest.mark.proves("K-10")
def test_what_is_snoozed_is_away_until_its_time(desk: Desk) -> None:
    decision = desk.staged("Ada")
    desk.service.snooze(desk.context, decision, in_days(2))
    with pytest.raises(IllegalMove):
        desk.reviewed(decision)

    desk.clock.advance(timedelta(days=2))

    assert desk.state(decision) == State.STAGED
    desk.service.run_due(desk.machine)
    assert desk.reviewed(decision)


def test_what_waits_for_too_long_has_expired_and_says_so(desk: Desk) -> None:
    decision = desk.staged("Ada")
    batch = desk.approved(decision)

    desk.clock.advance(timedelta(days=14))
    desk.service.execute(desk.context, batch)
    desk.service.run_due(desk.machine)

    assert desk.state(decision) == State.EXPIRED
    assert [each.id for each in desk.data.get_recent(desk.context)] == [decision]


def test_nothing_is_executed_that_could_not_be_written_down(desk: Desk) -> None:
    decision = desk.staged("Ada", "Ben")
    batch = desk.approved(decision)

    desk.service.execute(desk.context, batch)

    entry = AuditEntry.objects.for_tenant(desk.tenant_id).get(action=AuditEntry.Action.SEND)
    assert (entry.rows, entry.actor, entry.section) == (2, f"user-{desk.context.user_id}", desk.section.slug)
    assert len(entry.sha256) == 64


@pytest.mark.parametrize(
    ("kind", "mails"), [(Kind.EXTENSION, 1), (Kind.REOPEN, 1), (Kind.PRACTICE, 1), (Kind.WATCH, 0)]
)
def test_what_is_arranged_is_arranged_once_for_each_learner(kind: Kind, mails: int, desk: Desk) -> None:
    page = None if kind is Kind.WATCH else desk.quiz.pk
    wording = Wording("News", "There is news.", in_days(9)) if mails else Wording(moment=in_days(9))
    decision = desk.service.stage(
        desk.context, Draft(kind, "chosen", desk.ids("Ada", "Ben"), page=page, wording=wording)
    )
    batch = desk.approved(decision)

    desk.service.execute(desk.context, batch)
    desk.service.execute(desk.context, batch)
    desk.deliver()

    rows = Arrangement.objects.for_tenant(desk.tenant_id).filter(kind=kind)
    assert {(row.learner_id, row.page_id, row.moment) for row in rows} == {
        (learner, page, in_days(9)) for learner in desk.ids("Ada", "Ben")
    }
    assert len(desk.postman.carried) == 2 * mails
    assert desk.state(decision) == State.DONE


@pytest.mark.parametrize("kind", [Kind.FLAG, Kind.NO_ACTION])
def test_a_flag_and_a_no_need_a_reason_and_reach_nobody(kind: Kind, desk: Desk) -> None:
    about = {"pages": (desk.quiz.pk,)} if kind is Kind.FLAG else {"learners": desk.ids("Ada")}
    decision = desk.service.stage(desk.context, Draft(kind, "chosen", **about))
    with pytest.raises(Refused, match="not_ready"):
        desk.reviewed(decision)

    desk.edit(decision, Wording(reason="The key is wrong."))
    desk.service.execute(desk.context, desk.approved(decision))
    desk.deliver()

    assert (desk.state(decision), desk.postman.carried) == (State.DONE, [])


# ---- everything ---------------------------------------------------------------------------------------------


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


def _break(model: type[DecisionTarget]) -> None:
    with transaction.get_connection().cursor() as cursor:
        cursor.execute(f"ALTER TABLE {model._meta.db_table} RENAME TO away")


@pytest.mark.proves("O-16")
def test_a_source_that_fails_marks_its_own_block(desk: Desk) -> None:
    console = desk.service.get_console(desk.context)

    assert console.standing.availability is Availability.UNAVAILABLE
    assert console.items.availability is Availability.READY


@pytest.mark.proves("O-15")
def test_as_of_is_the_newest_event_and_not_the_clock(desk: Desk) -> None:
    console = desk.data.get_console_data(desk.context)

    assert console.as_of is None
    assert console.generated_at == NOW
