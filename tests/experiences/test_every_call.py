"""Every public method of the experiences, found in the registry: asked for nobody, and asked in a preview.

What is asked changes nothing, or the test has failed: so all methods of a table are asked of one section and person.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import cast

import pytest
from django.db import connection

from courses.tenancy import MissingTenant
from experiences.contract import InstructorContext, SectionContext
from experiences.registry import EXPERIENCES
from tests.experiences.calls import (
    CHANGING_A_PERSON,
    CHANGING_A_SECTION,
    OF_NOBODY,
    READING_A_PERSON,
    READING_A_SECTION,
    Key,
    Person,
    Place,
    a_person,
    a_place,
)
from tests.experiences.digest.readings import MONDAY, at_work
from tests.experiences.tenants import Side, two_tenants
from tests.experiences.test_drive.samples import drives
from tests.experiences.watching import public_methods

pytestmark = pytest.mark.django_db
WRITES = re.compile(r"\s*(INSERT|UPDATE|DELETE)\b", re.IGNORECASE)
ANSWERED = "answered"
NOBODY = None


@contextmanager
def statements() -> Iterator[list[str]]:
    """What reaches the database meanwhile."""
    said: list[str] = []

    def hear(execute: Callable[..., object], sql: str, *rest: object) -> object:
        said.append(sql)
        return execute(sql, *rest)

    with connection.execute_wrapper(hear):
        yield said


type Told = tuple[str, list[str]]
"""How a call ended, and the statements that it made."""


def asked[Context, Whom](
    calls: Mapping[Key, Callable[[Context, Whom], object]], at: Context, whom: Whom
) -> dict[str, Told]:
    """By method."""
    return {".".join(key): _told(lambda call=call: call(at, whom)) for key, call in calls.items()}  # type: ignore[misc]


def _told(call: Callable[[], object]) -> Told:
    with statements() as said:
        try:
            call()
        except (TypeError, PermissionError) as refusal:
            return f"{type(refusal).__name__}: {refusal}", said
    return ANSWERED, said


def otherwise(told: Mapping[str, Told], ending: str, unheard: re.Pattern[str]) -> dict[str, Told]:
    """Calls that did not end like that, or that made statements of a kind that they must not."""
    found = {name: (end, [sql for sql in said if unheard.match(sql)]) for name, (end, said) in told.items()}
    return {name: (end, said) for name, (end, said) in found.items() if said or not re.match(ending, end)}


@pytest.fixture
def side(db: None) -> Side:
    return two_tenants().mine


@pytest.fixture
def place(side: Side) -> Place:
    return a_place(side)


@pytest.fixture
def person(side: Side) -> Person:
    return a_person(side)


@pytest.mark.proves("O-01", "T-02")
def test_every_method_says_whether_it_changes_anything() -> None:
    there = {(kind.__name__, name) for each in EXPERIENCES for kind in each.classes for name in public_methods(kind)}
    tables = (READING_A_SECTION, CHANGING_A_SECTION, READING_A_PERSON, CHANGING_A_PERSON)
    told = [key for table in tables for key in table]

    assert {*told, *OF_NOBODY} == there
    assert len(told) == len({*told}) == len(there) - len(OF_NOBODY)


@pytest.mark.proves("O-01")
def test_no_section_is_asked_for_nobody(place: Place) -> None:
    told = asked({**READING_A_SECTION, **CHANGING_A_SECTION}, cast("SectionContext", NOBODY), place)

    assert otherwise(told, r"TypeError: expected a \w*Context", re.compile("")) == {}


@pytest.mark.proves("O-01")
def test_nothing_is_asked_of_a_person_who_is_nobody(person: Person) -> None:
    told = asked({**READING_A_PERSON, **CHANGING_A_PERSON}, cast("InstructorContext", NOBODY), person)

    assert otherwise(told, r"TypeError: expected a \w*Context", re.compile("")) == {}


@pytest.mark.proves("O-01")
def test_drives_of_no_institution_are_not_purged() -> None:
    with pytest.raises(MissingTenant):
        drives().purge(NOBODY, MONDAY)  # type: ignore[arg-type]


@pytest.mark.proves("T-02")
def test_reading_a_section_in_a_preview_writes_nothing(side: Side, place: Place) -> None:
    told = asked(READING_A_SECTION, side.at_section(is_preview=True), place)

    assert otherwise(told, ANSWERED, WRITES) == {}


@pytest.mark.proves("T-02")
def test_reading_a_person_in_a_preview_writes_nothing(side: Side, person: Person) -> None:
    told = asked(READING_A_PERSON, replace(at_work(side.user), is_preview=True), person)

    assert otherwise(told, ANSWERED, WRITES) == {}


@pytest.mark.proves("T-02")
def test_every_change_of_a_section_is_refused_in_a_preview(side: Side, place: Place) -> None:
    told = asked(CHANGING_A_SECTION, side.at_section(is_preview=True), place)

    assert otherwise(told, "PreviewRefused", WRITES) == {}


@pytest.mark.proves("T-02")
def test_every_change_of_a_person_is_refused_in_a_preview(side: Side, person: Person) -> None:
    told = asked(CHANGING_A_PERSON, replace(at_work(side.user), is_preview=True), person)

    assert otherwise(told, "PreviewRefused", WRITES) == {}


def test_a_call_that_is_not_refused_and_writes_is_told_of(side: Side, place: Place) -> None:
    discard = ("DecisionConsoleService", "discard")
    told = asked({discard: CHANGING_A_SECTION[discard]}, side.at_section(), place)

    ((ending, wrote),) = otherwise(told, "PreviewRefused", WRITES).values()
    assert ending == ANSWERED
    assert wrote
