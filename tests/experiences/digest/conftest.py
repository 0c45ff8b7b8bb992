"""The cast of the digest: the instructor has an address, the colleague teaches nothing."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User

from courses.models import Section
from tests.experiences.digest.readings import HOUR, MONDAY, reported


@pytest.fixture
def ines(instructor: User, section: Section) -> User:
    """Teaches a section in which something has happened this week."""
    instructor.email = "ines@lakeside.example"
    instructor.save()
    reported(section, MONDAY - 5 * HOUR, count=3)
    return instructor


@pytest.fixture
def otto(outsider: User) -> User:
    """Teaches a section of another institution."""
    outsider.email = "otto@harbour.example"
    outsider.save()
    return outsider
