"""Oracle answers of a small class, counted by hand from what each learner did. No database, no code of the oracles.

The golden fixture: two units of three practice pages (one question each, one objective per unit), a unit with one
graded page, four learners.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from courses.contract import Semantics
from oracles import contract
from oracles.contract import DataStamp, Loaded, OracleKey, OracleResult, Payload, Scope, TenantId
from oracles.payloads import (
    THRESHOLDS,
    AssessmentRow,
    Assessments,
    ChildItem,
    EvidenceCell,
    LearnerInfo,
    LearnerRow,
    LearnerStanding,
    ObjectiveRow,
    Objectives,
    PageItem,
    Progress,
    ProgressItem,
    ProgressProficiency,
    SchedulePosition,
    ScopeResources,
    ScoreCount,
)
from snapshot.contract import Metadata

NOW = datetime(2026, 11, 9, 12, 0, tzinfo=UTC)
COURSE = Scope(TenantId(1), 7)
UNITS = {f"unit-{n}": tuple(f"unit-{n}-page-{m}" for m in (1, 2, 3)) for n in (1, 2)} | {"unit-3": ("quiz",)}
NAMES = ("Ada", "Ben", "Cleo", "Dan")
ALL_RIGHT = dict.fromkeys((*UNITS["unit-1"], *UNITS["unit-2"]), True)
ALL_WRONG = dict.fromkeys(ALL_RIGHT, False)
UNIT_1_RIGHT = dict.fromkeys(UNITS["unit-1"], True)
MIXED: Mapping[str, Mapping[str, bool]] = {"Ada": ALL_RIGHT, "Ben": UNIT_1_RIGHT, "Cleo": ALL_WRONG}


@dataclass(frozen=True)
class Classroom:
    """What was done: per learner, which practice page was answered right or wrong; scores of the quiz; last events."""

    answers: Mapping[str, Mapping[str, bool]] = field(default_factory=dict)
    scores: tuple[float, ...] = ()
    last: Mapping[str, datetime] = field(default_factory=dict)
    names: tuple[str, ...] = NAMES
    unit: str | None = None
    """The container in scope; `None` is the whole course."""

    @property
    def scope(self) -> Scope:
        return COURSE if self.unit is None else Scope(TenantId(1), 7, 70 + int(self.unit[-1]), self.unit)

    @property
    def pages(self) -> tuple[str, ...]:
        return UNITS[self.unit] if self.unit else tuple(page for pages in UNITS.values() for page in pages)

    def results(self, *without: OracleKey) -> dict[OracleKey, OracleResult]:
        """The answers of all oracles but those left out."""
        payloads: dict[OracleKey, Payload] = {
            contract.SCOPE_RESOURCES: self._resources(),
            contract.SCHEDULE_POSITION: SchedulePosition(),
            contract.LEARNER_INFO: self._people(),
            contract.PROGRESS: self._progress(),
            contract.PROGRESS_PROFICIENCY: self._standings(),
            contract.OBJECTIVES: self._objectives(),
            contract.ASSESSMENTS: self._assessments(),
        }
        stamp = DataStamp(roster=1, progress=4, as_of=NOW)
        return {key: Loaded(self.scope, key, made, 1, stamp) for key, made in payloads.items() if key not in without}

    def _resources(self) -> ScopeResources:
        children = (
            tuple(ChildItem(page, page.capitalize(), "page", 1) for page in self.pages)
            if self.unit
            else tuple(ChildItem(key, key.capitalize(), "unit", len(pages)) for key, pages in UNITS.items())
        )
        pages = tuple(PageItem(key, key.capitalize(), "", n, key == "quiz") for n, key in enumerate(self.pages))
        return ScopeResources("Algebra", "Autumn", "Autumn", (), children, pages, self._objective_count())

    def _objective_count(self) -> int:
        return len({page[:6] for page in self.pages if page != "quiz"})

    def _people(self) -> LearnerInfo:
        rows = (
            LearnerRow(n, f"ext-{name}", name, f"{name}@learners.example", self.last.get(name))
            for n, name in enumerate(self.names, 1)
        )
        return LearnerInfo(tuple(rows))

    def _share(self, name: str, pages: tuple[str, ...]) -> float:
        return sum(page in self.answers.get(name, {}) for page in pages) / len(pages)

    def _progress(self) -> Progress:
        children = {page: (page,) for page in self.pages} if self.unit else UNITS
        items = []
        for key, pages in children.items():
            shares = [self._share(name, pages) for name in self.names]
            at_least = tuple(sum(100 * share >= threshold for share in shares) for threshold in THRESHOLDS)
            items.append(ProgressItem(key, len(pages), at_least, sum(shares)))
        return Progress(len(self.names), tuple(items))

    def _standings(self) -> ProgressProficiency:
        rows = []
        for n, name in enumerate(self.names, 1):
            mine = [right for page, right in self.answers.get(name, {}).items() if page in self.pages]
            rows.append(LearnerStanding(n, self._share(name, self.pages), len(mine), sum(mine)))
        return ProgressProficiency(len(self.pages), tuple(rows))

    def _objectives(self) -> Objectives:
        rows = []
        for n in (1, 2):
            pages = [page for page in UNITS[f"unit-{n}"] if page in self.pages]
            if pages:
                cells = Counter(
                    (len(mine), sum(mine))
                    for name in self.names
                    if (mine := [self.answers[name][p] for p in pages if p in self.answers.get(name, {})])
                )
                evidence = tuple(EvidenceCell(*cell, learners) for cell, learners in sorted(cells.items()))
                rows.append(ObjectiveRow(f"objective-{n}", f"Objective {n}", None, n, 0, evidence))
        return Objectives(len(self.names), tuple(rows))

    def _assessments(self) -> Assessments:
        counts = tuple(ScoreCount(score, n) for score, n in sorted(Counter(self.scores).items()))
        quiz = AssessmentRow("quiz", counts, submitted=len(self.scores), awaiting_grade=0, late=0)
        return Assessments(len(self.names), (quiz,) if "quiz" in self.pages else ())


def metadata(semantics: Semantics | None = None) -> Metadata:
    return Metadata("lakeside", "algebra", "Autumn", "Algebra", "Europe/Madrid", NOW, NOW, semantics or Semantics())
