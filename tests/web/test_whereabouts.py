"""Another scope of the same section is not looked up again; what was forgotten is."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from courses.access import Granted, resolve, scope_choices
from courses.models import Section
from dashboard_project.web.entry import look_around
from dashboard_project.web.whereabouts import Whereabouts

pytestmark = pytest.mark.django_db


@pytest.fixture
def course(section: Section, instructor: User) -> Granted:
    access = resolve(instructor, "lakeside", "algebra")
    assert isinstance(access, Granted)
    return access


@pytest.fixture
def whereabouts(course: Granted) -> Whereabouts:
    return Whereabouts(course, scope_choices(course.context))


@pytest.mark.proves("P4")
def test_a_scope_that_was_offered_is_what_looking_it_up_would_give(whereabouts: Whereabouts, instructor: User) -> None:
    addresses = ["course", *(f"container:unit-{number}" for number in (1, 2, 3))]

    found = [whereabouts.known(address) or whereabouts.offered(address) for address in addresses]

    assert found == [resolve(instructor, "lakeside", "algebra", address) for address in addresses]


@pytest.mark.parametrize("address", ["container:unit-9", "container:", "unit-1", "", "container:quiz"])
def test_what_was_not_offered_must_be_looked_up(whereabouts: Whereabouts, address: str) -> None:
    assert (whereabouts.known(address), whereabouts.offered(address)) == (None, None)


def test_a_hidden_unit_is_not_offered(section: Section, course: Granted) -> None:
    section.containers.filter(key="unit-2").update(hidden=True)

    whereabouts = Whereabouts(course, scope_choices(course.context))

    assert whereabouts.offered("container:unit-2") is None


def test_after_forgetting_nothing_is_known_until_somewhere_was_looked_up(
    whereabouts: Whereabouts, course: Granted
) -> None:
    choices = scope_choices(course.context)
    unit = whereabouts.offered("container:unit-1")
    assert unit is not None
    whereabouts.forget()
    forgotten = [whereabouts.known("course"), whereabouts.offered("container:unit-1")]
    whereabouts.keep(unit)  # its question was under way when all was forgotten
    late = whereabouts.known("container:unit-1")

    whereabouts.learn(replace(course, fell_back=True), choices)

    assert (forgotten, late) == ([None, None], None)
    assert whereabouts.known("course") == course
    assert whereabouts.offered("container:unit-1") == unit


def test_going_to_a_scope_that_was_offered_is_one_question(whereabouts: Whereabouts, settings: Settings) -> None:
    settings.FACTS_KEPT_DAYS = 90
    unit = whereabouts.offered("container:unit-1")
    assert unit is not None

    with CaptureQueriesContext(connection) as queries:
        granted = look_around(unit)
    whereabouts.keep(granted)

    assert len(queries) == 1
    assert whereabouts.known("container:unit-1") == granted
