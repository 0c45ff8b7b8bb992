"""Who handed in what: every list is as long as the card counts."""

from __future__ import annotations

from datetime import timedelta

import pytest

from courses.models import Institution, Page, Section
from oracles.contract import TenantId
from oracles.instructor import assessments, hand_ins
from oracles.payloads import HandIn, PageHandIns
from tests.builders import MOMENT, make_learner, make_page, make_section
from tests.oracles.instructor.rows import context_of, learners_of, make_score, pages_of


def only_page(section: Section) -> PageHandIns:
    (page,) = hand_ins.load(context_of(section)).pages
    return page


@pytest.mark.proves("ROW-T8")
def test_scored_waiting_late_and_nothing_are_told_apart(section: Section) -> None:
    quiz = pages_of(section)["quiz"]
    Page.objects.for_tenant(TenantId(section.institution_id)).filter(pk=quiz.pk).update(due_at=MOMENT)
    learners = learners_of(section)
    make_score(learners["Ada"], quiz, 3, out_of=4)
    make_score(learners["Ben"], quiz, None, out_of=None, submitted_at=MOMENT + timedelta(seconds=1))
    make_score(learners["Cleo"], quiz, None, submitted_at=None)

    answer = hand_ins.load(context_of(section))

    assert answer.learners == tuple(sorted(learner.pk for learner in learners.values()))
    assert answer.pages == (
        PageHandIns(
            "quiz",
            (
                HandIn(learners["Ada"].pk, 75.0, awaits_grade=False, is_late=False),
                HandIn(learners["Ben"].pk, None, awaits_grade=True, is_late=True),
            ),
        ),
    )


def test_a_page_that_nobody_touched_is_there(section: Section) -> None:
    assert only_page(section) == PageHandIns("quiz", ())


def test_a_score_alone_counts_as_handed_in(section: Section) -> None:
    ada = learners_of(section)["Ada"]
    make_score(ada, pages_of(section)["quiz"], 50, submitted_at=None)

    assert only_page(section).hand_ins == (HandIn(ada.pk, 50.0, awaits_grade=False, is_late=False),)


@pytest.mark.proves("ROW-T8")
def test_the_lists_are_as_long_as_the_cards_count(institution: Institution) -> None:
    section = make_section(institution)
    quizzes = [make_page(section, f"quiz-{n}", n + 1, graded=True, due_at=MOMENT) for n in range(3)]
    for number in range(24):
        learner = make_learner(section, f"Learner {number:02}")
        for quiz in quizzes[: number % 4]:
            late = timedelta(hours=number % 3 - 1)
            score = None if number % 5 == 0 else float(number * 4)
            make_score(learner, quiz, score, out_of=0 if number == 7 else 100, submitted_at=MOMENT + late)

    cards = assessments.load(context_of(section)).rows
    pages = hand_ins.load(context_of(section)).pages

    assert [page.key for page in pages] == [card.key for card in cards]
    for card, page in zip(cards, pages, strict=True):
        assert len(page.hand_ins) == card.submitted
        assert sum(each.awaits_grade for each in page.hand_ins) == card.awaiting_grade
        assert sum(each.is_late for each in page.hand_ins) == card.late
        assert sorted(each.percent for each in page.hand_ins if each.percent is not None) == [
            score.percent for score in card.scores for _ in range(score.learners)
        ]
