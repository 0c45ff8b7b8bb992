"""Refuses a section record that no database should be asked to hold. Pure.

SQLite accepts what PostgreSQL raises on (lengths, NUL), so the rules stand here and not in the database.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from math import isfinite

from ingest.errors import InvalidStructure
from ingest.records import PageRecord, SectionRecord
from ingest.structure.outline import Outline

KEY = re.compile(r"[-a-zA-Z0-9_]+\Z")
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
ROLES = frozenset({"learner", "instructor", "assistant"})
STATUSES = frozenset({"enrolled", "withdrawn", "suspended"})
LATE_WORK = frozenset({"accepted", "reduced", "refused"})
SCORING = frozenset({"latest", "best", "average"})
MOST_ATTEMPTS = 32_767
EMAIL_LENGTH = 320


def check(record: SectionRecord, numbered: Outline) -> None:
    """The record can be stored.

    Raises:
        InvalidStructure: names the first thing that cannot.

    """
    _check_section(record)
    _check_nodes(numbered)
    _check_activities(numbered)
    _check_roster(record)


def _check_section(record: SectionRecord) -> None:
    _key("course", record.course_key, 120)
    _key("section", record.slug, 120)
    _text("course title", record.course_title, 300)
    _text("section title", record.title, 300)
    _text("time zone", record.time_zone, 64)
    _text("credit", record.credit, 10_000)
    _time("section start", record.starts_at)
    _time("section end", record.ends_at)


def _check_nodes(numbered: Outline) -> None:
    containers = [node.record for node in numbered.containers]
    pages = [node.record for node in numbered.pages]
    # One address space: a scope names a container, a fact id names a container or a page.
    _unique("container or page", [node.key for node in containers] + [page.key for page in pages])
    _unique("objective", (node.record.key for node in numbered.objectives))
    for container in containers:
        _key("container", container.key, 200)
        _text(f"title of container {container.key}", container.title, 300)
        _text(f"kind of container {container.key}", container.kind, 40)
        _time(f"start of container {container.key}", container.starts_at)
        _time(f"end of container {container.key}", container.ends_at)
    for page in pages:
        _key("page", page.key, 200)
        _text(f"title of page {page.key}", page.title, 300)
        _number(f"weight of page {page.key}", page.weight)
        _time(f"due date of page {page.key}", page.due_at)
        _time(f"availability of page {page.key}", page.available_from)
        _check_policy(page)
    for objective in numbered.objectives:
        _key("objective", objective.record.key, 200)
        _text(f"title of objective {objective.record.key}", objective.record.title, 500)


def _check_policy(page: PageRecord) -> None:
    _text(f"gradebook title of page {page.key}", page.gradebook_title or "", 300)
    _one_of(f"late work of page {page.key}", page.late_work, LATE_WORK)
    _one_of(f"scoring of page {page.key}", page.scoring, SCORING)
    if page.attempts_allowed is not None and not 0 <= page.attempts_allowed <= MOST_ATTEMPTS:
        reason = f"expected attempts from 0 to {MOST_ATTEMPTS}, got {page.attempts_allowed}"
        raise InvalidStructure(f"page {page.key!r}: {reason}")


def _one_of(name: str, word: str | None, words: frozenset[str]) -> None:
    if word is not None and word not in words:
        raise InvalidStructure(f"{name}: expected one of {sorted(words)}, got {word!r}")


def _check_activities(numbered: Outline) -> None:
    activities = [activity for node in numbered.pages for activity in node.record.activities]
    objectives = {node.record.key for node in numbered.objectives}
    _unique("activity", (activity.key for activity in activities))
    for activity in activities:
        _key("activity", activity.key, 250)
        _text(f"title of activity {activity.key}", activity.title, 500)
        unknown = [key for key in activity.objectives if key not in objectives]
        if unknown:
            raise InvalidStructure(f"activity {activity.key!r}: no objective {unknown[0]!r} in this section")


def _check_roster(record: SectionRecord) -> None:
    _unique("learner", (row.learner for row in record.enrollments))
    for row in record.enrollments:
        if not row.learner:
            raise InvalidStructure("a learner without an id")
        _text("learner id", row.learner, 200)
        _text(f"name of learner {row.learner}", row.name, 300)
        _text(f"e-mail of learner {row.learner}", row.email, EMAIL_LENGTH)
        if row.role not in ROLES:
            raise InvalidStructure(f"learner {row.learner!r}: expected a role of {sorted(ROLES)}, got {row.role!r}")
        if row.status not in STATUSES:
            raise InvalidStructure(f"learner {row.learner!r}: expected one of {sorted(STATUSES)}, got {row.status!r}")


def _key(kind: str, key: str, longest: int) -> None:
    if not KEY.match(key):
        raise InvalidStructure(f"{kind} key: expected letters, digits, hyphens, underscores, got {key!r}")
    if len(key) > longest:
        raise InvalidStructure(f"{kind} key {key[:40]!r}…: expected at most {longest} characters, got {len(key)}")


def _text(name: str, text: str, longest: int) -> None:
    if UNSTORABLE.search(text):
        raise InvalidStructure(f"{name}: holds a character that no database stores (NUL or half a surrogate pair)")
    if len(text) > longest:
        raise InvalidStructure(f"{name}: expected at most {longest} characters, got {len(text)}")


def _number(name: str, number: float | None) -> None:
    if number is not None and not isfinite(number):
        raise InvalidStructure(f"{name}: expected a finite number, got {number}")


def _time(name: str, moment: datetime | None) -> None:
    if moment is not None and moment.tzinfo is None:
        raise InvalidStructure(f"{name}: expected a time with its zone, got {moment.isoformat()}")


def _unique(kind: str, keys: Iterable[str]) -> None:
    seen: set[str] = set()
    for key in keys:
        if key in seen:
            raise InvalidStructure(f"{kind} key {key!r} occurs twice in the section")
        seen.add(key)
