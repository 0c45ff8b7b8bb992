"""Review: edits, what keeps a decision from being reviewed, and what each learner will read."""

from __future__ import annotations

from dataclasses import replace

import pytest

from courses.models import Learner
from experiences.decision_console.contract import (
    Conflict,
    Draft,
    Refused,
    Wording,
)
from experiences.decision_console.kinds import Kind
from experiences.decision_console.staging import Edit
from tests.experiences.decision_console.conftest import MESSAGE, NOW, Desk, in_days

pytestmark = pytest.mark.django_db


@pytest.mark.proves("K-05")
def test_an_edit_makes_a_version_and_the_history_has_both_sides(desk: Desk) -> None:
    decision = desk.staged("Ada", "Ben")

    desk.edit(decision, replace(MESSAGE, subject="The second quiz"), without=("Ben",))

    found = desk.data.get_decision(desk.context, decision)
    edited = desk.data.get_history(desk.context, decision)[0]
    assert found.version == 2
    assert (edited.before["subject"], edited.after["subject"]) == ("The quiz", "The second quiz")
    assert desk.outcomes(decision)["Ben"] == "excluded by_hand"
    assert desk.used("Ben") == 0


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
