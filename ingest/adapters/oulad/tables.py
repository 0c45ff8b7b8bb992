"""The CSV files of the ZIP as rows of text, read as a stream, with the line of everything that is wrong."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from zipfile import ZipFile

from ingest.errors import BrokenFile, Flaw
from ingest.importing import OnFlaw
from ingest.lines import LineTooLong, bounded
from ingest.zips import DAMAGED, checked_members

MISSING = "?"
SEPARATOR = "\x1f"
WHOLE = re.compile(r"-?[0-9]{1,9}\Z")
DECIMAL = re.compile(r"-?[0-9]{1,9}(\.[0-9]+)?\Z")
WORD = re.compile(r"[A-Za-z0-9_-]{1,40}\Z")


@dataclass(frozen=True, slots=True)
class Table:
    """A member of the ZIP: the columns we read and the form of each; `optional` ones may be missing (`?`)."""

    file: str
    columns: tuple[str, ...]
    forms: tuple[re.Pattern[str], ...]
    optional: frozenset[str] = frozenset()

    def whole_row(self) -> re.Pattern[str]:
        """Matches a sound row joined by `SEPARATOR` that has every value: one look instead of six."""
        return re.compile(SEPARATOR.join(form.pattern.removesuffix("\\Z") for form in self.forms) + "\\Z")


PRESENTATION = ("code_module", "code_presentation")
COURSES = Table("courses.csv", (*PRESENTATION, "module_presentation_length"), (WORD, WORD, WHOLE))
ASSESSMENTS = Table(
    "assessments.csv",
    (*PRESENTATION, "id_assessment", "assessment_type", "date", "weight"),
    (WORD, WORD, WHOLE, WORD, WHOLE, DECIMAL),
    frozenset({"date", "weight"}),
)
VLE = Table(
    "vle.csv",
    (*PRESENTATION, "id_site", "activity_type", "week_from"),
    (WORD, WORD, WHOLE, WORD, WHOLE),
    frozenset({"week_from"}),
)
STUDENTS = Table("studentInfo.csv", (*PRESENTATION, "id_student"), (WORD, WORD, WHOLE))
REGISTRATIONS = Table(
    "studentRegistration.csv",
    (*PRESENTATION, "id_student", "date_unregistration"),
    (WORD, WORD, WHOLE, WHOLE),
    frozenset({"date_unregistration"}),
)
MARKS = Table(
    "studentAssessment.csv",
    ("id_assessment", "id_student", "date_submitted", "is_banked", "score"),
    (WHOLE, WHOLE, WHOLE, WHOLE, DECIMAL),
    frozenset({"score"}),
)
CLICKS = Table(
    "studentVle.csv",
    (*PRESENTATION, "id_student", "id_site", "date", "sum_click"),
    (WORD, WORD, WHOLE, WHOLE, WHOLE, WHOLE),
)
TABLES = (COURSES, ASSESSMENTS, VLE, STUDENTS, REGISTRATIONS, MARKS, CLICKS)
type Line = tuple[int, list[str]]


def check_zip(path: Path) -> None:
    """The file is a ZIP that we unpack, with every table in it.

    Raises:
        BrokenFile: it is not.

    """
    checked_members(path, [table.file for table in TABLES])


def rows(path: Path, table: Table, on_flaw: OnFlaw) -> Iterator[Line]:
    """Line number and the table's columns as text; a missing value is an empty string.

    Raises:
        BrokenFile: the member cannot be read as CSV at all, or `on_flaw` refuses a row.

    """
    line = 1
    try:
        with ZipFile(path) as archive, archive.open(table.file) as member:
            text = io.TextIOWrapper(member, encoding="utf-8-sig", newline="")
            reader = csv.reader(bounded(text), strict=True)
            places = _places(table, next(reader, []))
            width, sound = len(places[1]), table.whole_row()
            for row in reader:
                line = reader.line_num
                if not row:
                    continue  # an empty line, as editors leave at the end
                if len(row) != width:
                    on_flaw(Flaw(table.file, line, "", f"expected {width} fields, got {len(row)}"))
                    continue
                values = [row[place] for place in places[0]]
                if sound.match(SEPARATOR.join(values)) or _is_sound(table, values, line, on_flaw):
                    yield line, values
    except DAMAGED as error:
        raise BrokenFile(Flaw(table.file, line, "", f"the ZIP is damaged here: {error}")) from error
    except UnicodeDecodeError as error:
        raise BrokenFile(Flaw(table.file, line, "", f"expected UTF-8: {error.reason} after this line")) from error
    except (csv.Error, LineTooLong) as error:
        raise BrokenFile(Flaw(table.file, line + 1, "", f"expected CSV: {error}")) from error


def _places(table: Table, header: Sequence[str]) -> tuple[list[int], Sequence[str]]:
    missing = [column for column in table.columns if column not in header]
    if missing:
        raise BrokenFile(Flaw(table.file, 1, missing[0], f"expected this column, got {', '.join(header) or 'nothing'}"))
    return [header.index(column) for column in table.columns], header


def _is_sound(table: Table, values: list[str], line: int, on_flaw: OnFlaw) -> bool:
    """Every value has its form; missing ones become empty where they may be missing."""
    for place, form in enumerate(table.forms):
        text = values[place]
        if form.match(text):
            continue
        column = table.columns[place]
        if text in {MISSING, ""} and column in table.optional:
            values[place] = ""
            continue
        kind = {WHOLE: "a whole number", DECIMAL: "a number", WORD: "a code"}[form]
        on_flaw(Flaw(table.file, line, column, f"expected {kind}, got {text[:60]!r}"))
        return False
    return True
