"""export_dashboard: whose name it is done in, what is written down, how it ends."""

from __future__ import annotations

import json
from hashlib import sha256
from io import StringIO
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db import connection

from courses.models import AuditEntry, Section
from oracles.contract import TenantId
from tests.oracles.instructor.rows import learners_of, make_score, mix_the_class, pages_of
from tests.snapshot.export.zips import contents, table

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def mixed(section: Section) -> Section:
    mix_the_class(section)
    make_score(learners_of(section)["Ada"], pages_of(section)["quiz"], 70)
    return section


def export(out: Path, *more: str) -> dict[str, object]:
    stdout = StringIO()
    call_command("export_dashboard", "--section", "algebra", "--out", str(out), "--json", *more, stdout=stdout)
    return dict(json.loads(stdout.getvalue()))


def refused(out: Path, *more: str) -> CommandError:
    with pytest.raises(CommandError) as error:
        export(out, *more)
    assert "\n" not in str(error.value)
    return error.value


def entries(section: Section) -> list[AuditEntry]:
    return list(AuditEntry.objects.for_tenant(TenantId(section.institution_id)))


@pytest.mark.proves("I8")
def test_a_file_that_names_learners_is_written_down_with_its_checksum(mixed: Section, tmp_path: Path) -> None:
    out = tmp_path / "a.zip"

    export(out, "--scope", "container:unit-1")

    (entry,) = entries(mixed)
    assert (entry.actor, entry.action, entry.section) == ("command", "export_command", "algebra")
    assert (entry.scope, entry.rows) == ("container:unit-1", 4)
    assert entry.actor_name
    assert entry.sha256 == sha256(out.read_bytes()).hexdigest()


@pytest.mark.proves("I8")
def test_what_cannot_be_written_down_is_not_exported(mixed: Section, tmp_path: Path) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE courses_auditentry RENAME TO audit_away")
        try:
            error = refused(tmp_path / "a.zip")
        finally:
            cursor.execute("ALTER TABLE audit_away RENAME TO courses_auditentry")

    assert (error.returncode, str(error)) == (4, "nothing was exported: the audit entry could not be written")
    assert list(tmp_path.iterdir()) == []


def test_in_the_name_of_the_instructor_it_is_their_entry(mixed: Section, instructor: User, tmp_path: Path) -> None:
    out = tmp_path / "a.zip"

    export(out, "--user", "ines")

    assert [(entry.actor, entry.actor_name) for entry in entries(mixed)] == [(f"user-{instructor.pk}", "ines")]
    assert json.loads(contents(out.read_bytes())["manifest.json"])["actor"] == f"user-{instructor.pk}"


@pytest.mark.proves("P4")
@pytest.mark.parametrize("name", ["carl", "otto"])
def test_in_the_name_of_somebody_who_may_not_look_nothing_is_exported(
    mixed: Section, colleague: User, outsider: User, name: str, tmp_path: Path
) -> None:
    error = refused(tmp_path / "a.zip", "--institution", "lakeside", "--user", name)

    assert error.returncode == 5
    assert list(tmp_path.iterdir()) == []
    assert entries(mixed) == []


def test_a_person_whom_nobody_knows_is_a_wrong_argument(mixed: Section, tmp_path: Path) -> None:
    error = refused(tmp_path / "a.zip", "--user", "nobody")

    assert (error.returncode, str(error)) == (1, "no user 'nobody'")


def test_raw_texts_stand_as_they_are_and_the_file_says_so(mixed: Section, tmp_path: Path) -> None:
    learner = learners_of(mixed)["Ada"]
    learner.name = "=1+1"
    learner.save()
    guarded, raw = tmp_path / "guarded.zip", tmp_path / "raw.zip"

    export(guarded)
    export(raw, "--raw")

    names = [table(out.read_bytes(), "student_support_list.csv")[0]["student_name"] for out in (guarded, raw)]
    assert names == ["'=1+1", "=1+1"]
    assert [json.loads(contents(out.read_bytes())["manifest.json"])["raw"] for out in (guarded, raw)] == [False, True]
    assert b"do not open these files in a spreadsheet" in contents(raw.read_bytes())["README.txt"]


def test_the_command_writes_no_byte_order_mark_unless_it_is_told_to(mixed: Section, tmp_path: Path) -> None:
    plain, marked = tmp_path / "plain.zip", tmp_path / "marked.zip"

    export(plain)
    export(marked, "--bom")

    begins = [contents(out.read_bytes())["student_progress.csv"][:3] for out in (plain, marked)]
    assert begins == [b"con", b"\xef\xbb\xbf"]


def test_a_part_ends_with_3_and_what_cannot_be_made_with_4(mixed: Section, tmp_path: Path) -> None:
    unreadable = "courses_objectiveevidence"
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {unreadable} RENAME TO evidence_away")
        try:
            nothing = refused(tmp_path / "nothing.zip")
            part = refused(tmp_path / "part.zip", "--partial")
        finally:
            cursor.execute(f"ALTER TABLE evidence_away RENAME TO {unreadable}")

    assert (nothing.returncode, part.returncode) == (4, 3)
    assert "challenging_learning_objectives: " in str(nothing)
    assert [out.name for out in tmp_path.iterdir()] == ["part.zip"]
