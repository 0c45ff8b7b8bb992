"""Steps become the section's outline and the keys that events use. Pure.

Memory grows with the outline and the roster (thousands), not with the rows.
Keys are slugs of the path; two paths with one slug get `-2`, `-3` by the order of their paths, so the same file
gives the same keys on every machine.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import blake2b

from ingest.adapters.datashop.rows import Place, Step
from ingest.records import (
    ActivityRecord,
    ContainerRecord,
    EnrollmentRecord,
    ObjectiveRecord,
    PageRecord,
    SectionRecord,
    slug,
)

Path = tuple[str, ...]
ActivityName = tuple[Path, str, str]
"""(path of the page, problem, step): one activity."""
KINDS_BY_DEPTH = ("unit", "module", "section")
KEY_LENGTH = 180
KIND_LENGTH = 40
PLACE_TITLE, TITLE = 300, 500
"""Most characters of the title of a container or page, and of an activity or skill: longer ones are cut."""


@dataclass(slots=True)
class Outline:
    """Collects the outline while the rows stream by; `dict`s keep the order of first appearance."""

    kinds: dict[Path, str] = field(default_factory=dict)
    pages: dict[Path, None] = field(default_factory=dict)
    activities: dict[ActivityName, dict[str, None]] = field(default_factory=dict)
    skills: dict[str, None] = field(default_factory=dict)
    learners: dict[str, None] = field(default_factory=dict)
    first: datetime | None = None
    last: datetime | None = None
    rows: int = 0

    def add(self, step: Step) -> None:
        """Take note of everything a step mentions."""
        self.rows += 1
        self._add_place(step.place)
        skills = self.activities.setdefault(activity_name(step), {})
        for skill in step.skills:
            skills[skill] = self.skills[skill] = None
        self.learners[step.learner] = None
        self.first = min(self.first or step.at, step.at)
        self.last = max(self.last or step.at, step.at)

    def _add_place(self, place: Place) -> None:
        if place.path in self.pages:
            return
        self.pages[place.path] = None
        for depth, (kind, _) in enumerate(place.levels):
            self.kinds.setdefault(place.path[: depth + 1], _kind(kind, depth))


def activity_name(step: Step) -> ActivityName:
    return (step.place.path, step.problem, step.step)


def _kind(name: str, depth: int) -> str:
    kind = KINDS_BY_DEPTH[min(depth, len(KINDS_BY_DEPTH) - 1)] if name == "container" else slug(name)
    return kind[:KIND_LENGTH]


@dataclass(frozen=True, slots=True)
class Keys:
    """The key of every place, activity and skill of one outline."""

    containers: dict[Path, str]
    pages: dict[Path, str]
    activities: dict[ActivityName, str]
    skills: dict[str, str]


def keys(outline: Outline) -> Keys:
    """Containers and pages share one name space: both are named in scopes and facts."""
    places = _unique(sorted((path, "") for path in outline.kinds) + sorted((path, "page") for path in outline.pages))
    return Keys(
        containers={path: places[path, ""] for path in outline.kinds},
        pages={path: places[path, "page"] for path in outline.pages},
        activities={name: _activity_key(name) for name in outline.activities},
        skills={name: key for ((name,), _), key in _unique(sorted(((skill,), "") for skill in outline.skills)).items()},
    )


def _unique(paths: list[tuple[Path, str]]) -> dict[tuple[Path, str], str]:
    taken: set[str] = set()
    numbers: Counter[str] = Counter()
    result = {}
    for path in paths:
        base = slug(" ".join(path[0]))[:KEY_LENGTH].rstrip("-")
        key = _next(base, numbers)
        while key in taken:
            key = _next(base, numbers)
        taken.add(key)
        result[path] = key
    return result


def _next(base: str, numbers: Counter[str]) -> str:
    numbers[base] += 1
    return base if numbers[base] == 1 else f"{base}-{numbers[base]}"


def _activity_key(name: ActivityName) -> str:
    """Readable, and unique by a digest of the exact names (`x+1` and `x-1` have one slug)."""
    path, problem, step = name
    digest = blake2b("\x1f".join((*path, "\x1e", problem, step)).encode(), digest_size=8).hexdigest()
    return f"{slug(f'{problem} {step}')[:KEY_LENGTH].rstrip('-')}-{digest}"


def section_record(outline: Outline, names: Keys, section: str, title: str) -> SectionRecord:
    """The whole section but its events. Dates: the first and the last event's days."""
    pages = _pages(outline, names)
    return SectionRecord(
        course_key=section,
        course_title=title,
        slug=section,
        title=title,
        time_zone="UTC",
        starts_at=_midnight(outline.first),
        ends_at=_midnight(outline.last, timedelta(days=1)),
        containers=_containers(outline, names, pages),
        pages=tuple(pages[()]),
        objectives=tuple(ObjectiveRecord(names.skills[skill], _cut(skill, TITLE)) for skill in outline.skills),
        enrollments=tuple(EnrollmentRecord(learner, name=learner) for learner in outline.learners),
    )


def _midnight(moment: datetime | None, later: timedelta = timedelta()) -> datetime | None:
    return moment and moment.replace(hour=0, minute=0, second=0, microsecond=0) + later


def _pages(outline: Outline, names: Keys) -> dict[Path, list[PageRecord]]:
    """Pages by the path of the container above them."""
    activities: dict[Path, list[ActivityRecord]] = defaultdict(list)
    for name, skills in outline.activities.items():
        objectives = tuple(names.skills[skill] for skill in skills)
        activities[name[0]].append(ActivityRecord(names.activities[name], _title(name), objectives))
    pages: dict[Path, list[PageRecord]] = defaultdict(list)
    for path in outline.pages:
        title = _cut(path[-1], PLACE_TITLE)
        pages[path[:-1]].append(PageRecord(names.pages[path], title, activities=tuple(activities[path])))
    return pages


def _title(name: ActivityName) -> str:
    _, problem, step = name
    return _cut(f"{problem}: {step}" if step else problem, TITLE)


def _cut(title: str, longest: int) -> str:
    return title if len(title) <= longest else f"{title[: longest - 1]}…"


def _containers(outline: Outline, names: Keys, pages: dict[Path, list[PageRecord]]) -> tuple[ContainerRecord, ...]:
    below: dict[Path, list[Path]] = defaultdict(list)
    for path in outline.kinds:
        below[path[:-1]].append(path)

    def record(path: Path) -> ContainerRecord:
        return ContainerRecord(
            key=names.containers[path],
            title=_cut(path[-1], PLACE_TITLE),
            kind=outline.kinds[path],
            containers=tuple(record(child) for child in below[path]),
            pages=tuple(pages[path]),
        )

    return tuple(record(path) for path in below[()])
