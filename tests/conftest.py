"""The cast: the instructor may, the colleague (same institution, other courses) and the outsider may not."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest
from django.conf import settings as django_settings
from django.contrib.auth.models import User
from pytest_django import Settings

from courses.models import Institution, Section
from dashboard_project import wiring
from tests import builders

# Of a failing example Hypothesis writes a patch, where libcst is installed; beside zope.interface that raises, and the
# run ends without a word of the failure. Without this module it says what failed, and writes no patch.
sys.modules["hypothesis.extra._patching"] = None  # type: ignore[assignment]

pytest_plugins = [
    "tests.plugins.history",
    "tests.plugins.postgresql",
    "tests.plugins.tenants",
    "tests.plugins.valkey",
    "tests.plugins.workers",
]


@pytest.fixture(autouse=True)
def _fast_passwords(settings: Settings) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(scope="session", autouse=True)
def _nothing_is_kept_behind_the_page() -> None:
    """A thread that remembers what was shown would outlive its test; who tests the memory calls it."""
    django_settings.FACTS_KEPT_DAYS = 0


@pytest.fixture
def parts_end() -> Iterator[None]:
    """Rows of one test have the ids of another's: what the process keeps of them must not outlive it."""
    yield
    wiring.close()


@pytest.fixture
def institution(db: None) -> Institution:
    return builders.make_institution("lakeside")


@pytest.fixture
def other_institution(db: None) -> Institution:
    return builders.make_institution("harbour")


@pytest.fixture
def section(institution: Institution) -> Section:
    return builders.golden_section(institution)


@pytest.fixture
def instructor(institution: Institution, section: Section) -> User:
    return builders.make_user("ines", institution, teaches=section)


@pytest.fixture
def colleague(institution: Institution, section: Section) -> User:
    return builders.make_user("carl", institution)


@pytest.fixture
def outsider(other_institution: Institution) -> User:
    return builders.make_user("otto", other_institution, teaches=builders.golden_section(other_institution))
