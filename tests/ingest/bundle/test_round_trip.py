"""Exported, imported elsewhere and exported again, a section is the same, byte by byte."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from hashlib import sha256
from io import StringIO
from itertools import count
from pathlib import Path
from zipfile import ZipFile

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from hypothesis import HealthCheck, given, settings

from coordinator.writes.contract import Outcome
from courses.models import Institution, LearningEvent, Section, SectionStamp
from ingest.adapters.bundle.reading import prepare
from ingest.adapters.bundle.writing import write_bundle
from ingest.importing import Prepared, refuse, write
from ingest.models import DeadLetter
from oracles.contract import TenantId
from tests.ingest.bundle.files import write_folder
from tests.ingest.bundle.sections import Whole, wholes
from tests.ingest.datashop.exports import Export, transactions
from tests.ingest.datashop.exports import write as write_export
from tests.ingest.oulad.files import write_zip as write_oulad
from tests.ingest.records import LESSON, READING, SECTION, answer, event

NAMES = count()


def digest(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest()


def store(institution: Institution, whole: Whole) -> None:
    """The section as the records describe it."""
    write(TenantId(institution.pk), Prepared(whole.section, lambda: whole.events), lambda _: None)


def exported(institution: Institution, folder: Path) -> Path:
    """The institution's only section as a bundle."""
    mine = TenantId(institution.pk)
    out = folder / f"{next(NAMES)}.zip"
    write_bundle(mine, Section.objects.for_tenant(mine).get(), out)
    return out


def imported(institution: Institution, path: Path) -> dict[Outcome, int]:
    report = write(TenantId(institution.pk), prepare(path, refuse), lambda _: None)
    return dict(report.outcomes)


def events_of(institution: Institution) -> list[dict[str, object]]:
    """Every event with the keys of what it names, but when it was stored."""
    rows = LearningEvent.objects.for_tenant(TenantId(institution.pk)).order_by("timestamp", "sequence", "event_id")
    fields = [
        *("event_id", "learner__external_id", "verb", "page__key", "activity__key", "timestamp", "sequence"),
        *("success", "attempts", "correct", "score", "out_of", "source", "result"),
    ]
    return list(rows.values(*fields))


@contextmanager
def undone() -> Iterator[None]:
    """What is stored meanwhile is gone afterwards: examples do not see each other."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(whole=wholes())
def test_any_section_comes_back_as_it_was(
    institution: Institution, other_institution: Institution, tmp_path: Path, whole: Whole
) -> None:
    with undone():
        store(institution, whole)
        out = exported(institution, tmp_path)

        outcomes = imported(other_institution, out)

        assert outcomes.get(Outcome.WRITTEN, 0) == len(whole.events) == sum(outcomes.values())
        assert prepare(out, refuse).section == replace(
            whole.section, enrollments=tuple(sorted(whole.section.enrollments, key=lambda row: row.learner))
        )
        assert events_of(other_institution) == events_of(institution)
        assert digest(exported(other_institution, tmp_path)) == digest(out)


def test_a_section_made_of_a_datashop_file_comes_back_as_it_was(
    institution: Institution, other_institution: Institution, tmp_path: Path
) -> None:
    path = write_export(transactions(Export(rows=800)), tmp_path / "export.txt")
    options = {"institution": "lakeside", "section": "algebra", "stdout": StringIO()}
    call_command("import_datashop", str(path), **options)
    out = exported(institution, tmp_path)

    imported(other_institution, out)

    assert digest(exported(other_institution, tmp_path)) == digest(out)
    call_command("rebuild_rollups", institution="harbour", check=True, stdout=StringIO())


def test_a_section_made_of_an_oulad_file_comes_back_as_it_was(
    institution: Institution, other_institution: Institution, tmp_path: Path
) -> None:
    path = write_oulad(tmp_path / "oulad.zip")
    call_command("import_oulad", str(path), institution="lakeside", presentation="2013J", stdout=StringIO())
    out = exported(institution, tmp_path)

    imported(other_institution, out)

    assert digest(exported(other_institution, tmp_path)) == digest(out)


def test_a_bundle_made_by_hand_is_one_of_ours_after_its_first_export(
    institution: Institution, other_institution: Institution, tmp_path: Path
) -> None:
    imported(institution, write_folder(tmp_path / "bundle"))
    out = exported(institution, tmp_path)

    assert imported(other_institution, out) == {Outcome.WRITTEN: 3}
    assert digest(exported(other_institution, tmp_path)) == digest(out)


def test_pages_that_were_put_away_and_activities_that_moved_come_back_too(
    institution: Institution, other_institution: Institution, tmp_path: Path
) -> None:
    store(institution, Whole(SECTION, (event(1), answer(2, success=True), answer(3, "carry", success=False))))
    unit, finals = SECTION.containers
    moved = replace(READING, key="notes", activities=LESSON.activities[:1])
    rest = replace(LESSON, activities=LESSON.activities[1:])
    module = replace(unit.containers[0], pages=(rest,))
    store(
        institution,
        Whole(replace(SECTION, containers=(replace(unit, containers=(module,), pages=(moved,)), finals)), ()),
    )
    out = exported(institution, tmp_path)

    assert imported(other_institution, out) == {Outcome.WRITTEN: 3}
    assert digest(exported(other_institution, tmp_path)) == digest(out)
    call_command("rebuild_rollups", institution="harbour", check=True, stdout=StringIO())


def test_a_section_that_is_imported_where_it_came_from_changes_nothing(
    institution: Institution, tmp_path: Path
) -> None:
    store(institution, Whole(SECTION, (event(1), answer(2, success=True))))
    mine = TenantId(institution.pk)
    before = list(SectionStamp.objects.for_tenant(mine).values())

    outcomes = imported(institution, exported(institution, tmp_path))

    assert outcomes == {Outcome.DEDUPLICATED: 2}
    assert list(SectionStamp.objects.for_tenant(mine).values()) == before
    assert not DeadLetter.objects.for_tenant(mine).exists()


def test_the_description_tells_the_rows_and_the_form_of_every_column(institution: Institution, tmp_path: Path) -> None:
    store(institution, Whole(SECTION, (event(1),)))

    with ZipFile(exported(institution, tmp_path)) as archive:
        package = json.loads(archive.read("datapackage.json"))
        headers = {name: archive.read(name).decode().split("\r\n")[0] for name in archive.namelist()}

    assert (package["name"], package["lectern_bundle"]) == (SECTION.slug, 1)
    resources = {each["path"]: each for each in package["resources"]}
    assert {
        path: ",".join(field["name"] for field in each["schema"]["fields"]) for path, each in resources.items()
    } == {name: header for name, header in headers.items() if name != "datapackage.json"}
    assert {path: each["rows"] for path, each in resources.items()} == {
        "course.csv": 1,
        "containers.csv": 3,
        "pages.csv": 3,
        "objectives.csv": 2,
        "activities.csv": 2,
        "learners.csv": 3,
        "enrollments.csv": 3,
        "events.csv": 1,
    }


def test_the_command_writes_the_file_whole_or_not_at_all(institution: Institution, tmp_path: Path) -> None:
    store(institution, Whole(SECTION, (event(1),)))
    out, printed = tmp_path / "bundle.zip", StringIO()

    call_command("export_bundle", section=SECTION.slug, out=out, json=True, stdout=printed)

    assert json.loads(printed.getvalue())["rows"]["events"] == 1
    kept = digest(out)
    for options, words in (
        ({"out": out}, "exists already"),
        ({"out": tmp_path / "nowhere" / "b.zip"}, "could not be written: No such file"),
        ({"out": tmp_path / "b.zip", "section": "geometry"}, "geometry"),
        ({"out": tmp_path / "b.zip", "institution": "harbour"}, "harbour"),
    ):
        with pytest.raises(CommandError, match=words):
            call_command("export_bundle", **{"section": SECTION.slug, **options}, stdout=StringIO())
    assert [path.name for path in tmp_path.iterdir()] == ["bundle.zip"]
    assert digest(out) == kept
