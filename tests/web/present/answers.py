"""Generated classes: who has done how much, and who handed in what. Counted here, never with the code under test."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import strategies as st

from oracles.payloads import (
    BarStanding,
    ChildItem,
    HandIn,
    HandIns,
    LearnerProgress,
    LearnerRow,
    PageHandIns,
    PageItem,
    ScopeResources,
)
from snapshot.contract import Bar, ProgressProjection

THRESHOLDS = st.sampled_from(range(10, 101, 10))
LEARNERS = tuple(range(1, 61))


@dataclass(frozen=True)
class Progressed:
    """Per bar, how far each learner is; what the oracle would say of it, and what the chart shows."""

    shares: dict[str, dict[int, float]]
    learners: tuple[int, ...]

    @property
    def answer(self) -> LearnerProgress:
        items = []
        for key, shares in self.shares.items():
            begun = {learner: value for learner, value in shares.items() if value}
            items.append(BarStanding(key, tuple(begun), tuple(begun.values())))
        return LearnerProgress(self.learners, tuple(items))

    def done(self, key: str, threshold: int) -> set[int]:
        return {learner for learner in self.learners if self.shares[key].get(learner, 0.0) >= threshold}

    def chart(self, threshold: int) -> ProgressProjection:
        bars = tuple(
            Bar(key, key.title(), "unit", len(self.done(key, threshold)), None, None, 4) for key in self.shares
        )
        return ProgressProjection("units", len(self.learners), threshold, bars)


@st.composite
def progressed(draw: st.DrawFn) -> Progressed:
    learners = draw(st.lists(st.sampled_from(LEARNERS), min_size=1, max_size=50, unique=True).map(sorted))
    keys = [f"unit-{n}" for n in range(1, draw(st.integers(1, 9)) + 1)]
    shares = {key: draw(st.dictionaries(st.sampled_from(learners), PERCENTS)) for key in keys}
    return Progressed(shares, tuple(learners))


PERCENTS = st.sampled_from((0.0, 10.0, 100 / 3, 50.0, 91.0, 100.0))


def roster(learners: tuple[int, ...]) -> dict[int, LearnerRow]:
    return {n: LearnerRow(n, f"ext-{n}", f"Learner {n:02}", f"{n}@learners.example", None) for n in learners}


def resources(children: tuple[str, ...] = (), pages: tuple[PageItem, ...] = ()) -> ScopeResources:
    items = tuple(ChildItem(key, key.title(), "unit", 4) for key in children)
    return ScopeResources("Course", "Section", "Section", (), items, pages, 0)


@st.composite
def handed_in(draw: st.DrawFn) -> HandIns:
    """One graded page, `quiz`."""
    learners = draw(st.lists(st.sampled_from(LEARNERS), min_size=1, max_size=50, unique=True).map(sorted))
    who = draw(st.lists(st.sampled_from(learners), unique=True).map(sorted))
    rows = tuple(draw(st.builds(_hand_in, st.just(n), PERCENTS | st.none(), st.booleans(), st.booleans())) for n in who)
    return HandIns(tuple(learners), (PageHandIns("quiz", rows),))


def _hand_in(learner: int, percent: float | None, awaits: bool, late: bool) -> HandIn:
    return HandIn(learner, percent, awaits_grade=awaits and percent is None, is_late=late)
