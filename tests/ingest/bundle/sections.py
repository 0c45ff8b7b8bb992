"""Sections of any shape, with events of any kind, for round trips."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from hypothesis import strategies as st

from ingest.adapters.bundle.cells import LARGEST
from ingest.records import (
    ActivityRecord,
    ContainerRecord,
    EnrollmentRecord,
    EventRecord,
    ObjectiveRecord,
    PageRecord,
    SectionRecord,
    Verb,
)

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
NAMES = TEXTS.filter(bool)
NUMBERS = st.floats(-1e6, 1e6, allow_nan=False)
MOMENTS = st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))
SCALARS = st.none() | st.booleans() | st.integers(-1000, 1000) | st.floats(-99, 99) | TEXTS
RESULTS = st.dictionaries(TEXTS, SCALARS, max_size=3)


@dataclass(frozen=True, slots=True)
class Whole:
    """A section with its events."""

    section: SectionRecord
    events: tuple[EventRecord, ...]


@st.composite
def wholes(draw: st.DrawFn) -> Whole:
    """Any section: trees of containers and objectives, pages with and without activities, all kinds of events."""
    objectives = draw(st.integers(0, 4))
    pages = [_page(draw, number, objectives) for number in range(draw(st.integers(0, 5)))]
    learners = draw(st.lists(NAMES, unique=True, max_size=3))
    containers, own = _containers(draw, pages)
    section = SectionRecord(
        course_key="course",
        course_title=draw(TEXTS),
        slug="section",
        title=draw(TEXTS),
        time_zone=draw(st.sampled_from(["UTC", "Europe/London"])),
        starts_at=draw(st.none() | MOMENTS),
        ends_at=draw(st.none() | MOMENTS),
        containers=containers,
        pages=own,
        objectives=_objectives(objectives, draw(st.integers(0, 3))),
        enrollments=tuple(_enrollment(draw, learner) for learner in learners),
        credit=draw(TEXTS),
    )
    return Whole(section, tuple(_events(draw, learners, pages)))


def _page(draw: st.DrawFn, number: int, objectives: int) -> PageRecord:
    keys = st.lists(st.integers(0, objectives - 1), unique=True, max_size=2) if objectives else st.just([])
    activities = tuple(
        ActivityRecord(f"activity-{number}-{nth}", draw(TEXTS), tuple(f"objective-{key}" for key in sorted(draw(keys))))
        for nth in range(draw(st.integers(0, 2)))
    )
    return PageRecord(
        key=f"page-{number}",
        title=draw(TEXTS),
        graded=draw(st.booleans()),
        weight=draw(st.none() | NUMBERS),
        available_from=draw(st.none() | MOMENTS),
        due_at=draw(st.none() | MOMENTS),
        hidden=draw(st.booleans()),
        attempts_allowed=draw(st.none() | st.integers(0, 32_767)),
        late_work=draw(st.sampled_from([None, "accepted", "reduced", "refused"])),
        scoring=draw(st.sampled_from([None, "latest", "best", "average"])),
        gradebook_title=draw(st.none() | TEXTS.filter(bool)),
        activities=activities,
    )


def _containers(draw: st.DrawFn, pages: list[PageRecord]) -> tuple[tuple[ContainerRecord, ...], tuple[PageRecord, ...]]:
    """Two units, the first with a module, and the pages dealt out to them and to the course."""
    piles: list[list[PageRecord]] = [[], [], [], []]
    for page in pages:
        piles[draw(st.integers(0, 3))].append(page)
    module = ContainerRecord("module", draw(TEXTS), "module", pages=tuple(piles[0]), hidden=draw(st.booleans()))
    first = ContainerRecord("unit-1", draw(TEXTS), "unit", (module,), tuple(piles[1]), draw(st.none() | MOMENTS))
    second = ContainerRecord("unit-2", draw(TEXTS), "unit", (), tuple(piles[2]))
    return (first, second), tuple(piles[3])


def _objectives(count: int, nested: int) -> tuple[ObjectiveRecord, ...]:
    """The first one holds `nested` of the others."""
    flat = [ObjectiveRecord(f"objective-{number}", f"Objective {number}") for number in range(count)]
    if not flat:
        return ()
    first = ObjectiveRecord("objective-0", "Objective 0", tuple(flat[1 : 1 + nested]))
    return (first, *flat[1 + nested :])


def _enrollment(draw: st.DrawFn, learner: str) -> EnrollmentRecord:
    role = draw(st.sampled_from(["learner", "instructor", "assistant"]))
    status = draw(st.sampled_from(["enrolled", "withdrawn", "suspended"]))
    return EnrollmentRecord(learner, draw(TEXTS), draw(st.sampled_from(["", "a@b.example"])), role, status)


def _events(draw: st.DrawFn, learners: list[str], pages: list[PageRecord]) -> Iterable[EventRecord]:
    if not learners or not pages:
        return
    for event_id in draw(st.lists(st.uuids(), unique=True, max_size=6)):
        page = draw(st.sampled_from(pages))
        attempts = draw(st.integers(0, 3))
        yield EventRecord(
            event_id=event_id,
            learner=draw(st.sampled_from(learners)),
            verb=draw(st.sampled_from(Verb)),
            page=page.key,
            timestamp=draw(MOMENTS),
            source=draw(NAMES),
            activity=draw(st.sampled_from([None, *(each.key for each in page.activities)])),
            success=draw(st.none() | st.booleans()),
            attempts=attempts,
            correct=draw(st.integers(0, attempts)),
            score=draw(st.none() | NUMBERS),
            out_of=draw(st.none() | NUMBERS),
            sequence=draw(st.integers(-LARGEST, LARGEST)),
            result=draw(RESULTS),
        )
