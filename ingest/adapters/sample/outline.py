"""A subject and a start day become a section: units of two weeks, modules of three pages, a review, a quiz. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from ingest.adapters.sample.subjects import ModulePlan, Subject, UnitPlan
from ingest.records import ActivityRecord, ContainerRecord, ObjectiveRecord, PageRecord, slug

UNIT_LENGTH = timedelta(weeks=2)
MODULE_LENGTH = timedelta(days=4)
ACTIVITIES_PER_PAGE = 3
QUIZ_POINTS = 10.0


@dataclass(frozen=True, slots=True)
class PlannedPage:
    """A page, when the class is meant to do it, and how hard its activities are."""

    record: PageRecord
    opens: datetime
    difficulty: float


@dataclass(frozen=True, slots=True)
class Outline:
    containers: tuple[ContainerRecord, ...]
    objectives: tuple[ObjectiveRecord, ...]
    pages: tuple[PlannedPage, ...]
    """Every page in the order the class meets it."""
    ends_at: datetime


def outline(subject: Subject, starts_at: datetime) -> Outline:
    """The whole outline of a subject that starts at `starts_at` (aware); its last unit was made in a hurry."""
    starts = [starts_at + UNIT_LENGTH * index for index in range(len(subject.units))]
    planned = [_unit_pages(unit, start) for unit, start in zip(subject.units, starts, strict=True)]
    planned[-1] = _in_a_hurry(planned[-1])
    containers = [
        _unit_container(unit, start, pages) for unit, start, pages in zip(subject.units, starts, planned, strict=True)
    ]
    return Outline(
        containers=tuple(containers),
        objectives=tuple(_objectives(unit) for unit in subject.units),
        pages=tuple(page for pages in planned for page in pages),
        ends_at=starts_at + UNIT_LENGTH * len(subject.units),
    )


def _in_a_hurry(pages: list[PlannedPage]) -> list[PlannedPage]:
    """A unit as real ones are: one exercise without its objective, a quiz called otherwise in the gradebook, one
    rule that nobody has written down.
    """
    *before, practice, quiz = pages
    first, *others = practice.record.activities
    loose = replace(practice.record, activities=(replace(first, objectives=()), *others))
    drifted = replace(quiz.record, gradebook_title=f"{quiz.record.title} (2)", late_work=None)
    return [*before, replace(practice, record=loose), replace(quiz, record=drifted)]


def _objectives(unit: UnitPlan) -> ObjectiveRecord:
    children = tuple(ObjectiveRecord(slug(module.objective), module.objective) for module in unit.modules)
    return ObjectiveRecord(slug(unit.objective), unit.objective, children)


def _unit_container(unit: UnitPlan, start: datetime, pages: list[PlannedPage]) -> ContainerRecord:
    modules = tuple(
        _module_container(module, start + MODULE_LENGTH * index, pages[index * 3 : index * 3 + 3])
        for index, module in enumerate(unit.modules)
    )
    return ContainerRecord(
        key=slug(unit.title),
        title=unit.title,
        kind="unit",
        containers=(*modules, _review(unit, start, pages[-1])),
        starts_at=start,
        ends_at=start + UNIT_LENGTH,
    )


def _review(unit: UnitPlan, start: datetime, quiz: PlannedPage) -> ContainerRecord:
    return ContainerRecord(
        key=f"{slug(unit.title)}-review",
        title="Review and quiz",
        kind="module",
        pages=(quiz.record,),
        starts_at=start + MODULE_LENGTH * len(unit.modules),
        ends_at=start + UNIT_LENGTH,
    )


def _module_container(module: ModulePlan, start: datetime, pages: list[PlannedPage]) -> ContainerRecord:
    return ContainerRecord(
        key=slug(module.title),
        title=module.title,
        kind="module",
        pages=tuple(page.record for page in pages),
        starts_at=start,
        ends_at=start + MODULE_LENGTH,
    )


def _unit_pages(unit: UnitPlan, start: datetime) -> list[PlannedPage]:
    pages = []
    for index, module in enumerate(unit.modules):
        pages.extend(_module_pages(module, start + MODULE_LENGTH * index))
    return [*pages, _quiz(unit, start)]


def _module_pages(module: ModulePlan, start: datetime) -> list[PlannedPage]:
    reading = PageRecord(key=f"{slug(module.title)}-reading", title=f"Reading: {module.title}")
    return [
        PlannedPage(reading, start, module.difficulty),
        PlannedPage(_practice(module, "Examples"), start + timedelta(days=1), module.difficulty - 0.5),
        PlannedPage(_practice(module, "Practice"), start + timedelta(days=2), module.difficulty),
    ]


def _practice(module: ModulePlan, kind: str) -> PageRecord:
    key = f"{slug(module.title)}-{kind.lower()}"
    activities = tuple(
        ActivityRecord(f"{key}-{number}", f"{kind} {number}: {module.title}", (slug(module.objective),))
        for number in range(1, ACTIVITIES_PER_PAGE + 1)
    )
    return PageRecord(key=key, title=f"{kind}: {module.title}", activities=activities)


def _quiz(unit: UnitPlan, start: datetime) -> PlannedPage:
    opens = start + UNIT_LENGTH - timedelta(days=3)
    record = PageRecord(
        key=f"{slug(unit.title)}-quiz",
        title=f"Quiz: {unit.title}",
        graded=True,
        weight=20.0,
        available_from=opens,
        due_at=start + UNIT_LENGTH - timedelta(hours=1),
        attempts_allowed=1,
        late_work="reduced",
        scoring="latest",
    )
    return PlannedPage(record, opens, sum(module.difficulty for module in unit.modules) / len(unit.modules))
