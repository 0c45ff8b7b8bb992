"""snapshot, export_dashboard and verify_export, from rows to what a person at a terminal gets."""

from __future__ import annotations

import json
from hashlib import sha256
from io import StringIO
from pathlib import Path

import pytest
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.db import connection

from courses.models import AuditEntry, Institution, Section
from oracles.contract import TenantId
from tests import builders
from tests.oracles.instructor.rows import learners_of, make_score, mix_the_class, pages_of
from tests.snapshot.classroom import MIXED, Classroom
from tests.snapshot.export.zips import rewritten
from tests.snapshot.snapshots import assembled

pytestmark = pytest.mark.django_db(transaction=True)

KEYS = ["snapshot_id", "scope", "as_of", "fingerprints", "statuses", "facts", "projections"]


@pytest.fixture
def mixed(section: Section) -> Section:
    mix_the_class(section)
    make_score(learners_of(section)["Ada"], pages_of(section)["quiz"], 70)
    return section


def run(command: str, *arguments: str) -> str:
    out = StringIO()
    call_command(command, *arguments, stdout=out)
    return out.getvalue()


def refused(command: str, *arguments: str) -> CommandError:
    with pytest.raises(CommandError) as error:
        run(command, *arguments)
    assert "\n" not in str(error.value)
    return error.value


def export(out: Path, *more: str) -> dict[str, object]:
    return dict(json.loads(run("export_dashboard", "--section", "algebra", "--out", str(out), "--json", *more)))


@pytest.mark.parametrize(("scope", "unit"), [("course", None), ("container:unit-1", "unit-1")])
def test_snapshot_prints_the_facts_counted_by_hand(mixed: Section, scope: str, unit: str | None) -> None:
    found = json.loads(run("snapshot", "--section", "algebra", "--scope", scope, "--format", "json"))

    assert list(found) == KEYS
    assert found["scope"] == scope
    assert found["facts"] == dict(assembled(Classroom(MIXED, (70.0,), unit=unit)).facts)
    assert set(found["statuses"].values()) == {"ready"}


@pytest.mark.proves("I8")
def test_the_form_that_names_learners_is_written_down_with_its_checksum(mixed: Section) -> None:
    printed = run("snapshot", "--section", "algebra", "--scope", "container:unit-1", "--json")

    (entry,) = AuditEntry.objects.for_tenant(TenantId(mixed.institution_id))
    assert (entry.actor, entry.action, entry.section) == ("command", "snapshot_command", "algebra")
    assert (entry.scope, entry.rows) == ("container:unit-1", printed.count('"external_id"'))
    assert entry.rows == len(learners_of(mixed))
    assert entry.actor_name
    assert entry.sha256 == sha256(printed.encode()).hexdigest()


@pytest.mark.proves("I8")
def test_what_cannot_be_written_down_is_not_printed(mixed: Section) -> None:
    out = StringIO()
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE courses_auditentry RENAME TO audit_away")
        try:
            with pytest.raises(CommandError) as error:
                call_command("snapshot", "--section", "algebra", "--json", stdout=out)
        finally:
            cursor.execute("ALTER TABLE audit_away RENAME TO courses_auditentry")

    assert error.value.returncode == 4
    assert str(error.value) == "nothing is printed: the audit entry could not be written"
    assert out.getvalue() == ""


@pytest.mark.proves("I8")
def test_the_form_for_people_names_nobody_and_leaves_no_entry(mixed: Section) -> None:
    printed = run("snapshot", "--section", "algebra")

    assert not [name for name in learners_of(mixed) if name in printed]
    assert not AuditEntry.objects.for_tenant(TenantId(mixed.institution_id)).exists()


def test_json_is_the_same_as_format_json(mixed: Section) -> None:
    one, other = (
        json.loads(run("snapshot", "--section", "algebra", *form)) for form in (["--json"], ["--format", "json"])
    )

    assert one["fingerprints"] == other["fingerprints"]


def test_the_threshold_changes_what_completed_means(mixed: Section) -> None:
    found = json.loads(run("snapshot", "--section", "algebra", "--threshold", "50", "--json"))

    assert found["facts"]["progress.unit-1.completed"] == 3


def test_a_version_of_a_projection_can_be_asked_for(mixed: Section) -> None:
    found = json.loads(run("snapshot", "--section", "algebra", "--projection", "progress=1", "--json"))

    assert found["facts"]["progress.unit-1.completed"] == 3


@pytest.mark.parametrize("choice", ["progress=9", "weather=1", "progress"])
def test_a_version_that_is_not_there_is_one_line(mixed: Section, choice: str) -> None:
    assert str(refused("snapshot", "--section", "algebra", "--projection", choice)).startswith("--projection: ")


def test_for_people_unknown_is_two_dashes(section: Section) -> None:
    lines = run("snapshot", "--section", "algebra").splitlines()

    assert any(line.split() == ["summary.average_assessment_pct", "--"] for line in lines)


@pytest.mark.parametrize("arguments", [("--section", "nope"), ("--section", "algebra", "--scope", "container:nope")])
def test_what_is_not_there_is_one_line_and_not_zero(section: Section, arguments: tuple[str, ...]) -> None:
    assert refused("snapshot", *arguments).returncode == 1


def test_a_slug_of_two_institutions_wants_to_be_told_which(section: Section, other_institution: Institution) -> None:
    builders.golden_section(other_institution)

    assert "--institution" in str(refused("snapshot", "--section", "algebra"))
    assert json.loads(run("snapshot", "--section", "algebra", "--institution", "harbour", "--json"))["facts"]


@pytest.mark.proves("UX-a", "UX-16")
def test_an_export_matches_and_names_its_snapshot(mixed: Section, tmp_path: Path) -> None:
    out = tmp_path / "algebra.zip"

    summary = export(out)

    assert summary["is_whole"] is True
    assert json.loads(run("verify_export", str(out), "--json"))["verdict"] == "match"
    assert [file.name for file in tmp_path.iterdir()] == ["algebra.zip"]


def test_an_export_of_a_container_with_settings_of_its_own_matches_the_data(mixed: Section, tmp_path: Path) -> None:
    out = tmp_path / "unit.zip"
    export(out, "--scope", "container:unit-1", "--threshold", "30", "--bom")

    cache.clear()

    assert run("verify_export", str(out)) == f"{out}: match\n"


def test_an_existing_file_is_never_overwritten(mixed: Section, tmp_path: Path) -> None:
    out = tmp_path / "mine.zip"
    out.write_text("precious")

    error = refused("export_dashboard", "--section", "algebra", "--out", str(out))

    assert "exists already" in str(error)
    assert out.read_text() == "precious"


def test_a_folder_that_is_not_there_is_said(mixed: Section, tmp_path: Path) -> None:
    out = tmp_path / "nowhere" / "a.zip"

    assert "is not a folder" in str(refused("export_dashboard", "--section", "algebra", "--out", str(out)))


@pytest.mark.proves("UX-a")
def test_a_changed_file_is_tampered(mixed: Section, tmp_path: Path) -> None:
    out = tmp_path / "a.zip"
    export(out)
    out.write_bytes(rewritten(out.read_bytes(), "student_progress.csv", b",3,4,", b",4,4,"))

    error = refused("verify_export", str(out))

    assert (error.returncode, str(error).split(":")[0]) == (6, "tampered")


@pytest.mark.proves("P10")
@pytest.mark.parametrize("at", [0.1, 0.5, 0.9, 0.999])
def test_one_changed_byte_is_tampering(mixed: Section, tmp_path: Path, at: float) -> None:
    out = tmp_path / "a.zip"
    export(out)
    content = bytearray(out.read_bytes())
    content[int(at * len(content))] ^= 0x01
    out.write_bytes(content)

    assert refused("verify_export", str(out)).returncode == 6


@pytest.mark.proves("UX-i")
def test_while_the_snapshot_is_kept_moved_data_does_not_matter(mixed: Section, tmp_path: Path) -> None:
    out = tmp_path / "a.zip"
    export(out)
    move_the_data(mixed)

    assert run("verify_export", str(out)) == f"{out}: match\n"


def move_the_data(mixed: Section) -> None:
    make_score(learners_of(mixed)["Dan"], pages_of(mixed)["quiz"], 10)
    stamp = mixed.stamp
    stamp.scores += 1
    stamp.save()


@pytest.mark.proves("UX-a")
def test_data_that_moved_is_said_and_is_not_called_tampering(mixed: Section, tmp_path: Path) -> None:
    out = tmp_path / "a.zip"
    export(out)
    cache.clear()
    move_the_data(mixed)

    error = refused("verify_export", str(out))

    assert (error.returncode, str(error)) == (7, "data changed since: summary; assessments")


def test_a_section_that_is_gone_has_changed(mixed: Section, tmp_path: Path) -> None:
    out = tmp_path / "a.zip"
    export(out)
    mixed.delete()

    assert refused("verify_export", str(out)).returncode == 7


def test_a_file_that_is_no_export_is_one_line(tmp_path: Path) -> None:
    text = tmp_path / "a.txt"
    text.write_text("hello")

    assert "is not an export" in str(refused("verify_export", str(text)))
    assert "cannot be read" in str(refused("verify_export", str(tmp_path / "none.zip")))
