"""What the detectors find keeps back what is there, until somebody closes it: on facts drawn at random.

That tray and console together hold every item once is shown on stored sections: `tests/experiences/test_partition.py`.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from courses.quality_facts import GradingFacts, PageFacts, RecordFacts, Twins
from experiences.calculators.data_quality import DataQualityCalculator, Reach
from experiences.hygiene_tray import detectors
from experiences.hygiene_tray.contract import Blocks, Facts, Finding, Targets
from experiences.hygiene_tray.issues import Issue, blocked_by
from experiences.hygiene_tray.states import Illegal, State, Verb, Wish, moved
from tests.experiences.hygiene_tray.facts import EXAM, NOW, TIDY

SECTIONS = 100
MOMENTS = st.one_of(st.none(), st.integers(-90, 90).map(lambda days: NOW + timedelta(days=days)))
CALCULATOR = DataQualityCalculator()


@st.composite
def pages(draw: st.DrawFn, page_id: int) -> PageFacts:
    activities = draw(st.integers(0, 4))
    first = page_id * 100
    return replace(
        EXAM,
        page_id=page_id,
        key=f"page-{page_id}",
        title=f"Page {page_id}",
        gradebook_title=draw(st.sampled_from([None, f"Page {page_id}", "Otherwise"])),
        graded=draw(st.booleans()),
        weight=draw(st.sampled_from([None, 0.0, 1.0, 5.0])),
        available_from=draw(MOMENTS),
        due_at=draw(MOMENTS),
        late_work=draw(st.sampled_from([None, "refused"])),
        activities=activities,
        loose=tuple(first + each for each in range(draw(st.integers(0, activities)))),
    )


@st.composite
def sections(draw: st.DrawFn) -> Facts:
    """Any section: pages, grades, twins, records, letters."""
    outline = tuple(draw(pages(number)) for number in range(1, draw(st.integers(1, 6))))
    learners = draw(st.integers(0, 12))
    grading = tuple(
        GradingFacts(page.page_id, draw(st.integers(0, learners)), learners, 0, draw(st.integers(0, learners)), NOW,
                     0, 0, 0)
        for page in outline
    )  # fmt: skip
    twins = (Twins((1, 2), "email"),) if learners > 1 and draw(st.booleans()) else ()
    records = RecordFacts(draw(st.integers(0, 50)), 0, (), draw(st.integers(0, 3)))
    section = replace(TIDY.section, learners=learners, objectives=draw(st.integers(0, 2)))  # type: ignore[type-var]
    return Facts(
        section, outline, grading, twins, replace(records, in_the_future=min(records.in_the_future, records.events)), ()
    )


def items_of(facts: Facts) -> Blocks:
    """Everything that somebody could decide about."""
    assert facts.pages is not None
    assert facts.section is not None
    return Blocks(
        frozenset(range(1, facts.section.learners + 1)),
        frozenset(page.page_id for page in facts.pages),
        frozenset(page.page_id * 100 + number for page in facts.pages for number in range(page.activities)),
    )


def issue_of(number: int, finding: Finding, state: State) -> Issue:
    impact = CALCULATOR.impact(Reach(finding.severity, finding.learners, 12))
    return Issue(
        number, finding.detector, finding.fault, finding.subject, finding.title, finding.page, finding.severity,
        finding.effort, impact, finding.learners, finding.grade_share, finding.regained, finding.numbers,
        finding.blocks, True, state, 1, NOW, NOW,
    )  # fmt: skip


def after(verbs: list[Verb]) -> State:
    state = State()
    for verb in verbs:
        try:
            state = moved(state, Wish(verb, "why"), NOW)
        except Illegal:
            continue
    return state


@pytest.mark.proves("O-14")
@settings(max_examples=SECTIONS, deadline=None)
@given(sections(), st.lists(st.lists(st.sampled_from(Verb), max_size=3), min_size=40, max_size=40))
def test_only_open_issues_keep_something_back_and_only_what_is_there(facts: Facts, verbs: list[list[Verb]]) -> None:
    found = [finding for report in detectors.run(facts, Targets(), NOW) for finding in report.findings]
    issues = [issue_of(number, each, after(verbs[number % 40])) for number, each in enumerate(found)]
    items, blocked = items_of(facts), blocked_by(issues)

    still = Blocks()
    for issue in issues:
        still |= issue.blocks if issue.state.is_blocking else Blocks()
    assert blocked == still
    assert blocked | items == items


@pytest.mark.proves("O-14")
@settings(max_examples=SECTIONS, deadline=None)
@given(sections())
def test_closing_every_issue_makes_every_item_ready(facts: Facts) -> None:
    found = [finding for report in detectors.run(facts, Targets(), NOW) for finding in report.findings]

    assert blocked_by([issue_of(0, each, after([Verb.IGNORE])) for each in found]) == Blocks()
