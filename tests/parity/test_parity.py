"""The page, its CSV files and the command line say the same numbers, whatever is chosen.

Courses of four kinds, random scopes and settings; the long form is `tests/faults/test_parity_long.py`.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.parity.loading import datashop_course, sample_course
from tests.parity.search import search

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.proves("snapshot:AC-002", "snapshot:FR-012", "snapshot:NFR-COR-001", "reliability:R17"),
]

SHORT = 15


def test_the_sample_institution_says_the_same_everywhere() -> None:
    assert search(sample_course("harbour", "biology-autumn"), SHORT).mismatches == ""


def test_a_datashop_course_says_the_same_everywhere(tmp_path: Path) -> None:
    assert search(datashop_course(tmp_path), SHORT).mismatches == ""
