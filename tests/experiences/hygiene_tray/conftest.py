"""The instructor and an assistant at the golden section, and a service on a clock that stands still."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User

from courses.access import Granted, resolve
from courses.models import Section
from experiences.contract import SectionContext
from experiences.hygiene_tray.issues import Issue
from experiences.hygiene_tray.service import HygieneTrayService
from tests.experiences.hygiene_tray.worlds import World, issue_named, make_assistant, spoil


def at(user: User, section: Section) -> SectionContext:
    access = resolve(user, section.institution.slug, section.slug)
    assert isinstance(access, Granted)
    return SectionContext(access.context)


@pytest.fixture
def here(instructor: User, section: Section) -> SectionContext:
    """The instructor at the section."""
    return at(instructor, section)


@pytest.fixture
def assistant(section: Section) -> SectionContext:
    make_assistant(section)
    return at(User.objects.get(username="amy"), section)


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def service(world: World) -> HygieneTrayService:
    return world.make()


@pytest.fixture
def spoilt(section: Section, service: HygieneTrayService, here: SectionContext) -> Section:
    """A section with two faults, which the tray knows."""
    spoil(section)
    service.look(here)
    return section


@pytest.fixture
def missing(spoilt: Section, service: HygieneTrayService, here: SectionContext) -> Issue:
    """The quiz has no due date."""
    return issue_named(service, here, "missing_due_date")
