"""A spreadsheet opens every file, runs nothing, and sees numbers where there are numbers."""

from __future__ import annotations

import random
import re
import shutil
import subprocess
from pathlib import Path
from zipfile import ZipFile

import pytest

from snapshot.export.csv_zip import ExportRequest, build_zip
from tests.snapshot.classroom import MIXED, Classroom
from tests.snapshot.export.test_cells import DANGEROUS
from tests.snapshot.export.zips import contents, snapshot_of

OFFICE = shutil.which("soffice") or shutil.which("libreoffice")


pytestmark = [
    pytest.mark.proves("I1"),
    pytest.mark.skipif(OFFICE is None, reason="LibreOffice (soffice) is not on this machine: no spreadsheet was asked"),
]


def test_libreoffice_finds_no_formula_in_any_file(tmp_path: Path) -> None:
    look_through(tuple(text.replace("\0", "") for text in DANGEROUS), tmp_path)


@pytest.mark.long
def test_libreoffice_finds_no_formula_among_ten_thousand_generated_texts(tmp_path: Path) -> None:
    chance = random.Random(1)
    letters = [*"=+-@|%\t\r\n '\",;(1A", "\u200b", "\ufeff", "\uff1d", "\uff0b", "SUM(", "HYPERLINK(", "cmd|"]

    look_through(tuple("".join(chance.choices(letters, k=chance.randint(1, 12))) for _ in range(10_000)), tmp_path)


def look_through(names: tuple[str, ...], tmp_path: Path) -> None:
    """A class of learners of these names is exported, and every file opened in a spreadsheet."""
    files = contents(build_zip(snapshot_of(Classroom(MIXED, (70.0,), names=names)), ExportRequest(bom=True))[0])
    tables = [name for name in files if name.endswith(".csv")]
    for name in tables:
        (tmp_path / name).write_bytes(files[name])

    subprocess.run(
        [str(OFFICE), f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", "xlsx",
         "--outdir", str(tmp_path), *(str(tmp_path / name) for name in tables)],
        check=True, capture_output=True, timeout=300,
    )  # fmt: skip

    sheets = {name: sheet(tmp_path / name.replace(".csv", ".xlsx")) for name in tables}
    assert {name: len(re.findall(r"<f[ >]", text)) for name, text in sheets.items()} == dict.fromkeys(tables, 0)
    assert re.search(r'<c r="B2"[^>]*t="n"', sheets["student_progress.csv"])


def sheet(workbook: Path) -> str:
    with ZipFile(workbook) as archive:
        return archive.read("xl/worksheets/sheet1.xml").decode()
