"""What decisions would change in a real section; and what the tray keeps out of the console."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from courses.models import AssessmentScore, Page, Section
from experiences.decision_console.contract import Draft, NothingBlocked, Wording
from experiences.decision_console.data import DecisionConsoleDataOrchestrator
from experiences.decision_console.kinds import Kind
from experiences.decision_console.service import DecisionConsoleService
from tests import builders
from tests.experiences.decision_console.conftest import NOW, Desk, NoSnapshots, in_days

pytestmark = pytest.mark.django_db


@pytest.fixture
def paced(desk: Desk) -> Desk:
    """The course began a month ago; the quiz is due in two days. Ada and Ben each finished three pages in a fortnight,
    and each has nothing to do but the quiz: three pages in fourteen days are 14 ÷ 3 days for one.
    """
    Section.objects.for_tenant(desk.tenant_id).filter(pk=desk.section.pk).update(starts_at=in_days(-30))
    pages = Page.objects.for_tenant(desk.tenant_id).filter(section=desk.section)
    pages.filter(key="quiz").update(due_at=in_days(2))
    for name in ("Ada", "Ben"):
        for number, page in enumerate(pages.exclude(key="quiz").order_by("position")):
            at = in_days(-1 - number) if number < 3 else in_days(-20)
            builders.make_progress(desk.learner(name), page, 1.0, last_seen=at, completed_at=at)
    return desk


def extension(desk: Desk, *names: str, days: float) -> int:
    draft = Draft(Kind.EXTENSION, "chosen", desk.ids(*names), page=desk.quiz.pk, wording=Wording(moment=in_days(days)))
    return desk.service.stage(desk.context, draft)


@pytest.mark.proves("K-03", "C-01")
def test_the_impact_of_an_extension_is_what_one_works_out_by_hand(paced: Desk) -> None:
    impact = paced.service.get_decision(paced.context, extension(paced, "Ada", days=9)).impact

    assert impact.median_slack_before == pytest.approx(2 - 14 / 3)
    assert impact.median_slack_after == pytest.approx(9 - 14 / 3)
    assert (impact.learners, impact.at_risk, impact.mails) == (1, -1, 0)


@pytest.mark.proves("K-03")
def test_another_decision_has_another_impact(paced: Desk) -> None:
    message, more_time = paced.staged("Ada"), extension(paced, "Ada", days=9)

    first, second = (paced.service.get_decision(paced.context, each).impact for each in (message, more_time))

    assert (first.mails, first.slack_days) == (1, 0)
    assert second.mails == 0
    assert second.slack_days == pytest.approx(7)


@pytest.mark.proves("K-04")
def test_a_review_tells_of_all_of_it_together_and_not_of_the_sum(paced: Desk) -> None:
    message = paced.staged("Ada", "Ben")
    invite = paced.service.stage(
        paced.context,
        Draft(Kind.INVITE, "chosen", paced.ids("Ben", "Cleo"), wording=Wording("Talk", "Come.", in_days(3))),
    )

    view = paced.service.get_review(paced.context, paced.reviewed(message, invite))

    alone = [view.impacts[each].reached for each in (message, invite)]
    assert (alone, view.impact.reached, view.impact.learners, view.impact.mails) == ([2, 2], 3, 3, 4)
    assert ("same_learner", 1) in {(each.code, each.count) for each in view.conflicts}


@pytest.mark.proves("K-14")
def test_what_if_on_staged_decisions_changes_the_slack(paced: Desk) -> None:
    more_time = extension(paced, "Ada", "Ben", days=9)

    nothing = paced.service.get_console(paced.context)
    asked = paced.service.get_console(paced.context, [more_time])

    assert nothing.what_if is None
    assert asked.what_if is not None
    assert asked.runway is not None
    assert asked.what_if.slack_days == pytest.approx(14)
    assert asked.runway.median == pytest.approx(asked.what_if.median_slack_before)


def test_an_extension_that_was_executed_counts_from_then_on(paced: Desk) -> None:
    decision = extension(paced, "Ada", days=9)
    paced.service.execute(paced.context, paced.approved(decision))
    (work,) = paced.data.get_works(paced.context, paced.ids("Ada"))

    assert max(task.due_at for task in work.tasks if task.due_at) == in_days(9)
    missing = {
        each.page_id: each.missing for each in paced.data.get_console_data(paced.context).outstanding.value or ()
    }
    assert paced.learner("Ada").pk not in missing[paced.quiz.pk]
    assert paced.learner("Ben").pk in missing[paced.quiz.pk]


def test_what_is_outstanding_is_who_has_not_handed_in_and_who_waits_for_a_grade(paced: Desk) -> None:
    builders.stored(
        AssessmentScore, paced.tenant_id, section=paced.section, learner=paced.learner("Ada"), page=paced.quiz,
        submitted_at=NOW, latest_at=NOW, latest_event_id="0" * 32,
    )  # fmt: skip

    (work,) = paced.data.get_console_data(paced.context).outstanding.value or ()

    assert work.missing == tuple(sorted(paced.ids("Ben", "Cleo", "Dan")))
    assert work.ungraded == paced.ids("Ada")


def test_the_most_urgent_item_comes_first(desk: Desk) -> None:
    builders.make_page(desk.section, "essay", 11, graded=True, due_at=in_days(-3))
    Page.objects.for_tenant(desk.tenant_id).filter(key="quiz").update(due_at=in_days(12))

    items = desk.service.get_console(desk.context).items.value or ()

    # Three days overdue: 30 + 3 × 1.5; due in twelve days: 10.
    assert [(item.obligation.key, item.attention.score) for item in items] == [("essay", 34.5), ("quiz", 10.0)]


@pytest.mark.proves("O-14")
def test_what_the_tray_holds_is_not_in_the_console(paced: Desk) -> None:
    blocking = NothingBlocked(frozenset(paced.ids("Ben")), frozenset())
    without_ben = replace(paced.data, blocked=lambda _: blocking)
    without_quiz = replace(paced.data, blocked=lambda _: NothingBlocked(pages=frozenset({paced.quiz.pk})))

    (work,) = without_ben.get_console_data(paced.context).outstanding.value or ()

    assert paced.learner("Ben").pk not in work.missing
    assert without_quiz.get_console_data(paced.context).obligations.value == ()


@pytest.mark.proves("O-16")
def test_without_the_trays_word_nothing_is_offered_for_a_decision(desk: Desk) -> None:
    def unknown(_context: object) -> NothingBlocked:
        raise OSError("no tray")

    service = DecisionConsoleService(DecisionConsoleDataOrchestrator(NoSnapshots(), unknown, desk.clock))

    assert service.get_console(desk.context).items.value is None


def test_old_data_is_told_in_the_review(desk: Desk) -> None:
    batch = desk.reviewed(desk.staged("Ada"))
    desk.clock.advance(timedelta(days=3))

    found = desk.service.get_review(desk.context, batch).conflicts

    assert "old_data" in {each.code for each in found}
