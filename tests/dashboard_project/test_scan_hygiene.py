"""The command that looks at the data of sections: what it says, and what it does with what it is told."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from courses.models import Institution, Section
from experiences.hygiene_tray.models import TrayIssue
from oracles.contract import TenantId
from tests import builders
from tests.experiences.hygiene_tray.worlds import spoil

pytestmark = [pytest.mark.django_db, pytest.mark.proves("experiences:H-01")]


def scan(*words: str) -> str:
    out = StringIO()
    call_command("scan_hygiene", *words, stdout=out)
    return out.getvalue()


def test_it_keeps_what_it_finds_and_says_so_as_json(section: Section) -> None:
    spoil(section)

    told = json.loads(scan("--section", "algebra", "--json"))

    (found,) = told.values()
    assert list(told) == ["lakeside/algebra"]
    assert (found["open"], found["kinds"]["due_dates"], found["kinds"]["objectives"]) == (2, 1, 1)
    assert found["unmeasured"]["feed"] == "not_running"
    assert found["unavailable"] == []
    assert TrayIssue.objects.for_tenant(TenantId(section.institution_id)).count() == 2


def test_without_a_section_it_looks_at_every_section_of_everybody(
    section: Section, other_institution: Institution
) -> None:
    builders.golden_section(other_institution)

    lines = scan().splitlines()

    assert [line.partition(":")[0] for line in lines] == ["harbour/algebra", "lakeside/algebra"]


def test_an_institution_narrows_it(section: Section, other_institution: Institution) -> None:
    builders.golden_section(other_institution)

    assert scan("--institution", "lakeside").startswith("lakeside/algebra: ")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--section", "nowhere"), "no section 'nowhere'"),
        (("--institution", "nowhere"), "no institution 'nowhere'"),
        (("--section", "algebra"), "several institutions have a section 'algebra'"),
    ],
)
def test_what_is_not_there_or_not_clear_is_an_error_in_one_line(
    words: tuple[str, ...], message: str, section: Section, other_institution: Institution
) -> None:
    builders.golden_section(other_institution)

    with pytest.raises(CommandError, match=message):
        scan(*words)

    assert not TrayIssue.across_tenants.exists()
