"""Numbers of DataShop imports against an independent calculation from the file."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from tests import builders
from tests.ingest.datashop.exports import Export, student_steps, transactions, write
from tests.journeys.datashop_oracle import facts, read_table

pytestmark = pytest.mark.django_db(transaction=True)

CASES = {
    "transaction": (transactions, Export(), "latin-1"),
    "transaction-utf8-slash": (transactions, Export(seed=2, slash_dates=True, rows=3000), "utf-8"),
    "student-step": (student_steps, Export(seed=3, rows=3000), "latin-1"),
}
SCOPES = {
    "course": (),
    "container:unit-2": ("Unit 2",),
    "container:unit-1-einfuhrung-2": ("Unit 1", "Einführung 2"),
}


def _snapshot(section: str, scope: str) -> dict[str, object]:
    out = StringIO()
    call_command("snapshot", section=section, scope=scope, format="json", stdout=out)
    shown: dict[str, object] = json.loads(out.getvalue())
    return shown


@pytest.mark.parametrize("case", CASES)
def test_every_fact_of_a_generated_export_equals_the_calculation_from_the_file(case: str, tmp_path: Path) -> None:
    make, export, encoding = CASES[case]
    file = write(make(export), tmp_path / "export.txt", encoding)
    builders.make_institution("cmu")
    call_command("import_datashop", str(file), institution="cmu", section="course-one", stdout=StringIO())
    table = read_table(write(make(export), tmp_path / "again.txt"))

    shown = {scope: _snapshot("course-one", scope)["facts"] for scope in SCOPES}

    assert shown == {scope: facts(table, prefix) for scope, prefix in SCOPES.items()}
