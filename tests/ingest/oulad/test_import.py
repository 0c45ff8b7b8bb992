from __future__ import annotations

import json
import random
import warnings
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from django.core.management import CommandError, call_command

from courses.models import (
    AssessmentScore,
    Container,
    Enrollment,
    LearnerActivity,
    LearningEvent,
    Page,
    PageProgress,
    Section,
    SectionStamp,
)
from ingest.models import DeadLetter
from oracles.contract import TenantId
from tests.ingest.oulad.files import TABLES, write_zip


@pytest.fixture
def small(tmp_path: Path) -> Path:
    return write_zip(tmp_path / "small.zip")


def run(path: Path, **options: object) -> dict[str, object]:
    out = StringIO()
    call_command("import_oulad", str(path), institution="lakeside", json=True, stdout=out, stderr=StringIO(), **options)
    summary: dict[str, object] = json.loads(out.getvalue())
    return summary


def test_each_presentation_becomes_a_section(mine: TenantId, small: Path) -> None:
    run(small)

    sections = Section.objects.for_tenant(mine).order_by("slug")
    assert [row.slug for row in sections] == ["zzz-2013j", "zzz-2014b"]
    assert sections[0].starts_at == datetime(2013, 9, 30, 23, tzinfo=UTC)
    assert sections[0].course.key == "zzz"
    assert "CC BY 4.0" in sections[0].credit


def test_a_chosen_presentation_comes_alone(mine: TenantId, small: Path) -> None:
    run(small, module="ZZZ", presentation="2014B")

    assert [row.slug for row in Section.objects.for_tenant(mine)] == ["zzz-2014b"]


def test_the_outline_has_a_unit_per_type_a_module_per_week_and_the_assessments_last(
    mine: TenantId, small: Path
) -> None:
    run(small, presentation="2013J")

    keys = list(Container.objects.for_tenant(mine).values_list("key", flat=True))
    assert keys == [
        *("homepage", "homepage-no-week", "resource", "resource-week-3", "resource-no-week"),
        *("forumng", "forumng-no-week", "assessments", "tma", "exam"),
    ]
    pages = Page.objects.for_tenant(mine)
    assert pages.filter(container__title="Week 3").get().key == "site-501"
    graded = pages.filter(graded=True).values_list("key", "title", "weight", "due_at")
    assert list(graded) == [
        ("assessment-1", "TMA 1", 10.0, datetime(2013, 10, 20, 11, tzinfo=UTC)),
        ("assessment-2", "TMA 2", 20.0, datetime(2013, 11, 24, 12, tzinfo=UTC)),
        ("assessment-3", "Exam", 100.0, None),
    ]


def test_whoever_left_is_withdrawn_and_their_events_are_kept(mine: TenantId, small: Path) -> None:
    run(small, presentation="2013J")

    statuses = Enrollment.objects.for_tenant(mine).order_by("learner__external_id")
    assert list(statuses.values_list("learner__name", "status")) == [
        ("Student 11", "enrolled"),
        ("Student 12", "withdrawn"),
    ]
    assert LearningEvent.objects.for_tenant(mine).filter(learner__external_id="12").count() == 2


def test_repeated_rows_of_the_log_are_kept(mine: TenantId, small: Path) -> None:
    run(small, presentation="2013J")

    rows = LearningEvent.objects.for_tenant(mine).filter(page__key="site-501").order_by("sequence")
    assert [row.result for row in rows] == [{"sum_click": 4}, {"sum_click": 4}, {"sum_click": 1}]
    assert PageProgress.objects.for_tenant(mine).get(page__key="site-501").progress == 1


def test_the_latest_mark_counts_and_a_missing_one_awaits_its_grade(mine: TenantId, small: Path) -> None:
    run(small, presentation="2013J")

    rows = AssessmentScore.objects.for_tenant(mine).order_by("learner__external_id", "page__key")
    assert list(rows.values_list("learner__external_id", "page__key", "score", "out_of", "attempts")) == [
        ("11", "assessment-1", 80.0, 100.0, 2),
        ("11", "assessment-2", None, None, 1),
        ("12", "assessment-1", 55.5, 100.0, 1),
    ]


def test_rows_of_unknown_students_sites_and_assessments_are_dead_letters(mine: TenantId, small: Path) -> None:
    summary = run(small)

    reasons = sorted(DeadLetter.objects.for_tenant(mine).values_list("reason", flat=True))
    assert reasons == ["unknown_learner", "unknown_page", "unknown_page"]
    assert summary["sections"][0]["events"]["dead_lettered"] == 3  # type: ignore[index]


def test_the_same_file_again_changes_nothing(mine: TenantId, small: Path) -> None:
    def everything() -> list[object]:
        tables = (SectionStamp, LearningEvent, PageProgress, AssessmentScore, LearnerActivity, DeadLetter, Enrollment)
        return [list(table.objects.for_tenant(mine).order_by("pk").values()) for table in tables]

    run(small)
    before = everything()

    summary = run(small)

    assert everything() == before
    assert summary["sections"][0]["events"]["written"] == 0  # type: ignore[index]


def test_a_log_in_any_order_gives_the_same_events(mine: TenantId, tmp_path: Path) -> None:
    header, *lines = TABLES["studentVle.csv"]
    random.Random(4).shuffle(lines)
    equal_rows_apart = [header, *lines]
    run(write_zip(tmp_path / "sorted.zip"))
    ids = set(LearningEvent.objects.for_tenant(mine).values_list("event_id", flat=True))

    run(write_zip(tmp_path / "shuffled.zip", {"studentVle.csv": equal_rows_apart}))

    assert set(LearningEvent.objects.for_tenant(mine).values_list("event_id", flat=True)) == ids


def bad(table: str, line: int, text: str) -> dict[str, list[str] | bytes | None]:
    lines = list(TABLES[table])
    lines[line - 1] = text
    return {table: lines}


BROKEN = [
    (bad("studentVle.csv", 3, "ZZZ,2013J,11,501,soon,4"), r"studentVle.csv, line 3, column date: .* got 'soon'"),
    (bad("studentVle.csv", 4, "ZZZ,2013J,11,501"), "studentVle.csv, line 4: expected 6 fields, got 4"),
    (bad("studentVle.csv", 4, "ZZZ,2019J,11,501,1,1"), "line 4, column code_presentation: no presentation ZZZ 2019J"),
    (bad("studentVle.csv", 4, "ZZZ,2013J,11,501,99999,1"), "line 4, column date: expected a day within 3000"),
    (bad("studentAssessment.csv", 2, "1,11,18,0,good"), "studentAssessment.csv, line 2, column score"),
    (bad("vle.csv", 1, "id,code_module,code_presentation,activity_type,week_from"), "line 1, column id_site"),
    (bad("vle.csv", 3, TABLES["vle.csv"][1]), "vle.csv, line 3, column id_site: stands here twice"),
    (bad("courses.csv", 2, "ZZZ,2013X,268"), "courses.csv, line 2, column code_presentation"),
    ({"vle.csv": None}, "expected vle.csv in the ZIP"),
    ({"vle.csv": b""}, "vle.csv, line 1, column code_module: expected this column, got nothing"),
    ({"vle.csv": "id_site,ü\n".encode("latin-1")}, "vle.csv, line 1: expected UTF-8"),
    ({"../evil.csv": ["x"]}, "points out of the ZIP"),
    ({"bomb.csv": b"0" * 30_000_000}, "we do not believe it"),
]


@pytest.mark.parametrize(("changed", "words"), BROKEN, ids=[words[:40] for _, words in BROKEN])
def test_a_broken_file_is_refused_with_its_place_and_nothing_is_written(
    mine: TenantId, tmp_path: Path, changed: dict[str, list[str] | bytes | None], words: str
) -> None:
    path = write_zip(tmp_path / "broken.zip", changed)

    with pytest.raises(CommandError, match=words):
        run(path)

    assert not Section.objects.for_tenant(mine).exists()


def test_what_is_no_zip_or_damaged_or_has_doubles_is_refused(mine: TenantId, small: Path, tmp_path: Path) -> None:
    text = tmp_path / "text.zip"
    text.write_text("not a zip")
    damaged = tmp_path / "damaged.zip"
    content = bytearray(small.read_bytes())
    content[content.find(b"studentVle.csv") + 60] ^= 0xFF
    damaged.write_bytes(content)
    doubled = write_zip(tmp_path / "doubled.zip")
    with warnings.catch_warnings(), ZipFile(doubled, "a") as archive:
        warnings.simplefilter("ignore")
        archive.writestr("vle.csv", "again")

    for path, words in ((text, "expected a ZIP"), (damaged, "studentVle.csv"), (doubled, "more than once")):
        with pytest.raises(CommandError, match=words):
            run(path)
    assert not Section.objects.for_tenant(mine).exists()


def test_bad_rows_are_left_out_and_listed_when_asked(mine: TenantId, tmp_path: Path) -> None:
    path = write_zip(tmp_path / "partly.zip", bad("studentVle.csv", 3, "ZZZ,2013J,11,501,soon,4"))

    summary = run(path, skip_bad=True)

    listed = Path(str(summary["rejected_rows"])).read_text(encoding="utf-8").splitlines()
    assert listed[0] == "file,line,column,reason"
    assert listed[1].startswith("studentVle.csv,3,date,")
    assert LearningEvent.objects.for_tenant(mine).filter(page__key="site-501").count() == 2


def test_an_institution_that_is_not_there_is_named_with_the_command_that_makes_it(db: None, small: Path) -> None:
    with pytest.raises(CommandError, match="create_institution --slug lakeside"):
        run(small)


def test_a_presentation_that_is_not_in_the_file_is_refused(mine: TenantId, small: Path) -> None:
    with pytest.raises(CommandError, match="expected AAA, the file has ZZZ 2013J, ZZZ 2014B"):
        run(small, module="AAA")
