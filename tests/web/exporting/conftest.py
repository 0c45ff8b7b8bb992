"""A class in which every table has rows."""

from __future__ import annotations

import pytest

from courses.models import Section
from tests.oracles.instructor.rows import learners_of, make_evidence, objective_of, pages_of


@pytest.fixture
def mixed(mixed: Section) -> Section:
    for name in ("Ada", "Ben", "Dan"):
        make_evidence(learners_of(mixed)[name], pages_of(mixed)["quiz"], objective_of(mixed, "objective-2"), wrong=6)
    return mixed
