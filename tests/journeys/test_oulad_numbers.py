"""Real course data: every fact of the command equals a calculation straight from the CSV files."""

from __future__ import annotations

import json
import os
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from tests import builders
from tests.journeys.oulad_oracle import Facts, read_presentation

DATA = Path(os.environ.get("LECTERN_DATA") or Path(__file__).parents[3] / "shared" / "data") / "oulad"

SCOPES: dict[str, dict[str, tuple[str, ...]]] = {
    "AAA": {
        "course": (),
        "container:assessments": ("assessments",),
        "container:resource": ("resource",),
        "container:tma": ("assessments", "tma"),
        "container:oucontent-no-week": ("oucontent", "oucontent-no-week"),
        "container:oucontent-week-1": ("oucontent", "oucontent-week-1"),
    },
    "BBB": {
        "course": (),
        "container:assessments": ("assessments",),
        "container:subpage": ("subpage",),
        "container:cma": ("assessments", "cma"),
        "container:exam": ("assessments", "exam"),
        "container:resource-no-week": ("resource", "resource-no-week"),
        "container:resource-week-14": ("resource", "resource-week-14"),
    },
}

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not DATA.is_dir(), reason=f"no OULAD files in {DATA}: set LECTERN_DATA to the data folder"),
]


def imported(module: str) -> Path:
    path = DATA / f"oulad-{module}-2013J.zip"
    builders.make_institution("ou")
    call_command("import_oulad", str(path), institution="ou", stdout=StringIO())
    return path


def shown(section: str, scope: str) -> Facts:
    out = StringIO()
    call_command("snapshot", section=section, scope=scope, format="json", stdout=out)
    return dict(json.loads(out.getvalue())["facts"])


@pytest.mark.parametrize("module", SCOPES)
def test_every_fact_equals_the_calculation_from_the_files(module: str) -> None:
    by_hand = read_presentation(imported(module))

    found = {scope: shown(f"{module.lower()}-2013j", scope) for scope in SCOPES[module]}

    assert found == {scope: by_hand.facts(*above) for scope, above in SCOPES[module].items()}
