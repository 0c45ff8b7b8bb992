"""Parity at full length: 300 draws on each data set; `make faults` runs it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.parity.course import Course
from tests.parity.loading import datashop_course, oulad_course, sample_course
from tests.parity.search import search

pytestmark = [
    pytest.mark.long,
    pytest.mark.django_db(transaction=True),
    pytest.mark.proves("snapshot:AC-002", "snapshot:FR-012", "snapshot:NFR-COR-001", "reliability:R17"),
]

DRAWS = 300


def look(course: Course, capsys: pytest.CaptureFixture[str]) -> str:
    """The mismatches; the figures go to the terminal."""
    found = search(course, DRAWS)
    with capsys.disabled():
        print(f"\nparity: {found}")  # noqa: T201
    return found.mismatches


@pytest.mark.parametrize("module", ["AAA", "BBB"])
def test_real_courses_say_the_same_on_page_file_and_command(module: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert look(oulad_course(module), capsys) == ""


def test_a_datashop_course_says_the_same_everywhere(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert look(datashop_course(tmp_path), capsys) == ""


@pytest.mark.parametrize(
    ("institution", "section"), [("lakeside", "biology-autumn"), ("lakeside", "statistics-seminar")]
)
def test_the_sample_institution_says_the_same_everywhere(
    institution: str, section: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert look(sample_course(institution, section), capsys) == ""
