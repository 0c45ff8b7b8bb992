"""`manage.py import_xapi`: files of statements, whole or with what cannot be used left out."""

from __future__ import annotations

import csv
import gzip
import json
import zipfile
from collections.abc import Callable, Sequence
from io import StringIO
from pathlib import Path
from uuid import UUID

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from courses.models import Institution, LearningEvent, Section
from ingest.models import DeadLetter
from ingest.rollups import differences
from oracles.contract import TenantId
from tests.ingest.xapi.statements import Json, answer, statement

pytestmark = pytest.mark.django_db(transaction=True)

GOOD = [statement(1), answer(2, success=False), answer(3, success=True, learner="ext-ben"), statement(4, "launched")]


def array(values: Sequence[object]) -> bytes:
    return json.dumps(values, indent=1).encode()


def lines(values: Sequence[object]) -> bytes:
    return b"\n".join(json.dumps(value).encode() for value in values) + b"\n"


def run(path: Path, **options: object) -> Json:
    out = StringIO()
    call_command("import_xapi", path, institution="lakeside", section="algebra", json=True, stdout=out, **options)
    found: Json = json.loads(out.getvalue())
    return found


def count(section: Section) -> int:
    return LearningEvent.objects.for_tenant(TenantId(section.institution_id)).count()


def packed_gz(folder: Path, content: bytes) -> Path:
    path = folder / "statements.json.gz"
    path.write_bytes(gzip.compress(content))
    return path


def packed_zip(folder: Path, content: bytes) -> Path:
    path = folder / "statements.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("export/statements.jsonl", content)
        archive.writestr("readme.txt", "about it")
    return path


def plain(folder: Path, content: bytes) -> Path:
    path = folder / "statements.json"
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("pack", [plain, packed_gz, packed_zip])
@pytest.mark.parametrize("write", [array, lines])
def test_every_form_of_file_brings_the_same_events(
    section: Section, tmp_path: Path, write: Callable[..., bytes], pack: Callable[[Path, bytes], Path]
) -> None:
    summary = run(pack(tmp_path, write(GOOD)))

    assert summary["sections"][0]["events"]["written"] == 4
    assert (count(section), differences(TenantId(section.institution_id), section.pk)) == (4, [])


@pytest.mark.proves("I-01")
def test_the_same_file_again_changes_nothing(section: Section, tmp_path: Path) -> None:
    path = plain(tmp_path, array(GOOD))
    run(path)

    again = run(path)["sections"][0]["events"]

    assert (again["written"], again["deduplicated"], count(section)) == (0, 4, 4)


def test_statements_that_name_no_section_are_about_the_one_given(section: Section, tmp_path: Path) -> None:
    assert run(plain(tmp_path, lines([statement(1, place="pages/quiz")])))["sections"][0]["events"]["written"] == 1


def test_an_id_that_is_taken_is_a_conflict_record_and_the_first_is_kept(section: Section, tmp_path: Path) -> None:
    summary = run(plain(tmp_path, lines([statement(1), statement(1, "launched")])))

    assert summary["sections"][0]["events"]["conflict"] == 1
    assert DeadLetter.objects.for_tenant(TenantId(section.institution_id)).get().reason == "conflict"


BAD: list[tuple[bytes, str]] = [
    (lines([statement(1), statement(2, learner="nobody")]), "line 2, column actor.account.name: no learner"),
    (lines([statement(1), statement(2, "danced")]), "line 2, column verb.id"),
    (lines([statement(1, timestamp=None)]), "line 1, column timestamp: is required"),
    (lines([statement(1, place="sections/geometry/pages/quiz")]), "line 1, column object.id: expected section algebra"),
    (lines([statement(1)]) + b'{"id": 1, "id": 2}\n', "line 2: expected each property once"),
    (array([statement(1), 7]), "expected an object"),
    (b"[" + json.dumps(statement(1)).encode() + b",\n oops]", "line 2: expected JSON"),
    (b"[" + json.dumps(statement(1)).encode(), "expected , or ]"),
    (array([statement(1)]) + b"x", "expected nothing after the array"),
    (b"\xff\xfe\x00", "expected UTF-8"),
    (b'["' + b"x" * (2 << 20) + b'"]', "at most 1,048,576 characters"),
    (b"[" * 100_000, "nested"),
]


@pytest.mark.proves("P10")
@pytest.mark.parametrize(("content", "reason"), BAD, ids=range(len(BAD)))
def test_a_bad_file_is_refused_with_its_place_and_changes_nothing(
    section: Section, tmp_path: Path, content: bytes, reason: str
) -> None:
    with pytest.raises(CommandError) as error:
        run(plain(tmp_path, content))

    assert reason in str(error.value)
    assert "statements.json" in str(error.value)
    assert count(section) == 0


def damaged_gz(folder: Path) -> Path:
    path = packed_gz(folder, array([statement(number) for number in range(1, 400)]))
    content = bytearray(path.read_bytes())
    content[len(content) // 2 :] = b"\0" * (len(content) // 2)
    path.write_bytes(content)
    return path


def not_gz(folder: Path) -> Path:
    path = folder / "statements.json.gz"
    path.write_bytes(b"[]")
    return path


def two_in_a_zip(folder: Path) -> Path:
    path = folder / "statements.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.json", "[]")
        archive.writestr("b.json", "[]")
    return path


def not_zip(folder: Path) -> Path:
    path = folder / "statements.zip"
    path.write_bytes(b"[]")
    return path


@pytest.mark.proves("P10")
@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (damaged_gz, "damaged"),
        (not_gz, "damaged"),
        (two_in_a_zip, "expected one file of .json, .jsonl, .ndjson in the ZIP, got 2"),
        (not_zip, "expected a ZIP"),
    ],
)
def test_a_package_that_cannot_be_opened_is_refused_in_one_line(
    section: Section, tmp_path: Path, make: Callable[[Path], Path], reason: str
) -> None:
    with pytest.raises(CommandError) as error:
        run(make(tmp_path))

    assert reason in str(error.value)
    assert "\n" not in str(error.value)
    assert count(section) == 0


def test_with_skip_bad_the_rest_is_written_and_what_was_left_out_is_listed(
    section: Section, tmp_path: Path, settings: Settings
) -> None:
    settings.VAR = tmp_path
    mixed = [statement(1), statement(2, learner="nobody"), statement(3, "danced"), 7, statement(4)]

    summary = run(plain(tmp_path, lines(mixed) + b"{oops\n" + lines([statement(5)])), skip_bad=True)

    with Path(summary["rejected_rows"]).open(newline="") as file:
        rejected = [(row["line"], row["column"]) for row in csv.DictReader(file)]
    assert rejected == [("2", "actor.account.name"), ("3", "verb.id"), ("4", ""), ("6", "")]
    assert summary["sections"][0]["events"]["written"] == count(section) == 3


def test_a_file_that_ends_early_brings_what_is_whole(section: Section, tmp_path: Path, settings: Settings) -> None:
    settings.VAR = tmp_path
    content = array([statement(1), statement(2)])[:-200]

    summary = run(plain(tmp_path, content), skip_bad=True)

    assert summary["sections"][0]["events"]["written"] == 1


@pytest.mark.proves("P4")
def test_another_institution_has_no_such_section(
    section: Section, other_institution: Institution, tmp_path: Path
) -> None:
    with pytest.raises(CommandError, match="no section 'algebra' in institution 'harbour'"):
        call_command("import_xapi", plain(tmp_path, array(GOOD)), institution="harbour", section="algebra")


def test_a_large_file_is_read_piece_by_piece(section: Section, tmp_path: Path) -> None:
    many = [statement(number, id=str(UUID(int=number))) for number in range(1, 1501)]

    summary = run(plain(tmp_path, array(many)))

    assert summary["sections"][0]["events"]["written"] == 1500
