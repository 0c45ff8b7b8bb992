"""The manners of the import commands, the same for every kind of file."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from pytest_django import Settings

from courses.models import Institution, LearningEvent
from courses.tenancy import TenantOwned
from oracles.contract import TenantId
from tests.ingest.bundle import files as bundle
from tests.ingest.datashop import exports
from tests.ingest.oulad import files as oulad

Make = Callable[[Path], Path]


@dataclass(frozen=True, slots=True)
class Case:
    """A command, a sound file for it, one with a row that cannot be read, and what is said of that."""

    command: str
    options: dict[str, str]
    sound: Make
    broken: Make
    words: str
    place: tuple[str, str, str]
    """File, line and column of the bad row, as listed."""

    def run(self, path: Path, **options: object) -> str:
        """What it prints."""
        out = StringIO()
        given: dict[str, object] = {"institution": "lakeside", "stderr": StringIO(), **self.options, **options}
        call_command(self.command, str(path), stdout=out, **given)
        return out.getvalue()

    def summary(self, path: Path, **options: object) -> dict[str, object]:
        told: dict[str, object] = json.loads(self.run(path, json=True, **options))
        return told


def _export(path: Path) -> Path:
    return exports.write(exports.transactions(exports.Export(rows=120)), path / "export.txt")


def _broken_export(path: Path) -> Path:
    header, *rows = exports.transactions(exports.Export(rows=120))
    rows[6][header.index("Time")] = "noon"
    return exports.write(iter([header, *rows]), path / "export.txt")


CASES = [
    Case(
        "import_datashop",
        {"section": "algebra"},
        _export,
        _broken_export,
        "export.txt, line 8, column Time: expected a time such as .*, got 'noon'",
        ("export.txt", "8", "Time"),
    ),
    Case(
        "import_bundle",
        {},
        lambda path: bundle.write_zip(path / "bundle.zip"),
        lambda path: bundle.write_zip(
            path / "bundle.zip", bundle.changed("events.csv", 3, bundle.TABLES["events.csv"][2].replace("true", "yes"))
        ),
        "events.csv, line 3, column success: expected true or false, got 'yes'",
        ("events.csv", "3", "success"),
    ),
    Case(
        "import_oulad",
        {},
        lambda path: oulad.write_zip(path / "oulad.zip"),
        lambda path: oulad.write_zip(
            path / "oulad.zip",
            {"studentVle.csv": [*oulad.TABLES["studentVle.csv"], "ZZZ,2013J,11,501,soon,4"]},
        ),
        "studentVle.csv, line 9, column date: expected a whole number, got 'soon'",
        ("studentVle.csv", "9", "date"),
    ),
]


@pytest.fixture(params=CASES, ids=lambda case: case.command)
def case(request: pytest.FixtureRequest, institution: Institution, settings: Settings, tmp_path: Path) -> Case:
    settings.VAR = tmp_path / "var"
    found: Case = request.param
    return found


def everything(institution: Institution) -> dict[str, list[dict[str, object]]]:
    """Every row that the institution has, in every table."""
    tables = [model for model in apps.get_models() if issubclass(model, TenantOwned)]
    rows = {
        table.__name__: [
            dict(row) for row in table.objects.for_tenant(TenantId(institution.pk)).order_by("pk").values()
        ]
        for table in tables
    }
    return {name: each for name, each in rows.items() if each}


def test_a_broken_file_is_refused_with_file_line_column_and_reason_and_nothing_is_written(
    case: Case, institution: Institution, tmp_path: Path
) -> None:
    with pytest.raises(CommandError, match=case.words) as refused:
        case.run(case.broken(tmp_path))

    assert refused.value.returncode != 0
    assert "\n" not in str(refused.value)
    assert everything(institution) == {}
    assert not (tmp_path / "var").exists()


def test_bad_rows_are_left_out_when_asked_and_listed(case: Case, institution: Institution, tmp_path: Path) -> None:
    told = case.summary(case.broken(tmp_path), skip_bad=True)

    listed = Path(str(told["rejected_rows"])).read_text(encoding="utf-8").splitlines()
    assert listed[0] == "file,line,column,reason"
    assert len(listed) == 2
    assert tuple(listed[1].split(",")[:3]) == case.place
    assert LearningEvent.objects.for_tenant(TenantId(institution.pk)).exists()


def test_words_say_what_was_left_out_and_where_it_is_listed(case: Case, tmp_path: Path) -> None:
    printed = case.run(case.broken(tmp_path), skip_bad=True)

    assert "events written" in printed
    assert "rows left out are listed in" in printed


def test_the_same_file_again_writes_no_row_and_moves_no_stamp(
    case: Case, institution: Institution, tmp_path: Path
) -> None:
    path = case.sound(tmp_path)
    case.run(path)
    before = everything(institution)

    told = case.summary(path)

    assert everything(institution) == before
    sections = told["sections"]
    assert isinstance(sections, list)
    assert [section["events"]["written"] for section in sections] == [0] * len(sections)
    for section in sections:
        assert all(
            counts["created"] == counts["changed"] == counts["removed"] == 0 for counts in section["structure"].values()
        )


def test_json_counts_what_is_stored(case: Case, institution: Institution, tmp_path: Path) -> None:
    told = case.summary(case.sound(tmp_path))

    sections = told["sections"]
    assert isinstance(sections, list)
    written = sum(section["events"]["written"] for section in sections)
    assert written == LearningEvent.objects.for_tenant(TenantId(institution.pk)).count() > 0
    assert told["rejected_rows"] is None


def test_another_institution_is_not_touched(case: Case, other_institution: Institution, tmp_path: Path) -> None:
    path = case.sound(tmp_path)
    case.run(path, institution="harbour")
    before = everything(other_institution)

    case.run(path)

    assert everything(other_institution) == before


def test_two_institutions_can_have_the_same_file(
    case: Case, institution: Institution, other_institution: Institution, tmp_path: Path
) -> None:
    path = case.sound(tmp_path)

    case.run(path)
    case.run(path, institution="harbour")

    assert {name: len(rows) for name, rows in everything(institution).items()} == {
        name: len(rows) for name, rows in everything(other_institution).items()
    }


@pytest.mark.parametrize(
    ("name", "words"), [("none.zip", "none.zip: no such file"), ("text.txt", "text.txt"), ("empty.txt", "empty.txt")]
)
def test_what_is_not_there_or_something_else_is_refused(case: Case, tmp_path: Path, name: str, words: str) -> None:
    (tmp_path / "text.txt").write_text("Dear reader,\n")
    (tmp_path / "empty.txt").write_bytes(b"")

    with pytest.raises(CommandError, match=words):
        case.run(tmp_path / name)


def test_an_institution_that_is_not_there_is_told_before_the_file_is_read(case: Case, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="create_institution --slug nowhere"):
        case.run(tmp_path / "none.zip", institution="nowhere")


def test_an_error_on_a_terminal_stands_on_a_line_of_its_own(case: Case, tmp_path: Path) -> None:
    terminal = Terminal()

    with pytest.raises(CommandError):
        case.run(case.broken(tmp_path), stderr=terminal)

    assert terminal.getvalue().endswith("\n")


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


def test_progress_is_shown_on_a_terminal_and_nowhere_else(case: Case, tmp_path: Path) -> None:
    path, terminal, pipe = case.sound(tmp_path), Terminal(), StringIO()

    case.run(path, stderr=terminal)
    case.run(path, stderr=pipe)

    lines = [line.rstrip() for line in terminal.getvalue().split("\r")]
    assert lines[:2] == ["", f"checking {path.name}"]
    assert re.fullmatch(r"\[#{30}\] 100 %  (\d+) of \1 events", lines[-1])
    assert terminal.getvalue().endswith("\n")
    assert pipe.getvalue() == ""


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"section": "Two Words"}, "expected a slug such as two-words, got 'Two Words'"),
        ({"section": "x" * 121}, "expected at most 120 characters, got 121"),
        ({"kc_model": "Mine"}, "export.txt, line 1: expected KC model 'Mine', the file has Default, Single-KC"),
        ({"title": "x" * 301}, "title: expected at most 300 characters, got 301"),
    ],
)
def test_options_that_cannot_be_met_are_refused_before_anything_is_written(
    institution: Institution, tmp_path: Path, options: dict[str, str], words: str
) -> None:
    with pytest.raises(CommandError, match=words):
        CASES[0].run(_export(tmp_path), **options)

    assert everything(institution) == {}
