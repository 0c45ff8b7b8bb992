"""A bundle is read as a whole before anything is yielded; what is wrong has a place."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from uuid import UUID

import pytest

from ingest.adapters.bundle.reading import prepare
from ingest.errors import BrokenFile, Flaw
from ingest.importing import refuse
from ingest.records import EnrollmentRecord, EventRecord, ObjectiveRecord, Verb
from tests.ingest.bundle.files import TABLES, changed, write_folder, write_zip

Other = Mapping[str, list[str] | bytes | None]
EVENT = "00000000-0000-0000-0000-00000000000"


@pytest.mark.parametrize("write", [write_folder, write_zip])
def test_a_bundle_is_a_section_and_its_events(tmp_path: Path, write: Callable[[Path], Path]) -> None:
    prepared = prepare(write(tmp_path / "bundle"), refuse)

    section = prepared.section
    assert (section.course_key, section.slug, section.title) == ("arithmetic", "arithmetic-2026", "Autumn")
    assert (section.time_zone, section.ends_at, section.credit) == ("Europe/London", None, "Made by hand")
    assert section.starts_at == datetime(2026, 8, 31, 23, tzinfo=UTC)
    unit, hidden = section.containers
    assert [each.key for each in (unit, *unit.containers, hidden)] == ["unit-1", "module-1", "unit-2"]
    assert hidden.hidden
    assert [page.key for page in section.pages] == ["welcome"]
    (exam,) = unit.pages
    assert (exam.graded, exam.weight, exam.due_at) == (True, 40.0, datetime(2026, 10, 1, 12, tzinfo=UTC))
    (lesson,) = unit.containers[0].pages
    assert [(each.key, each.objectives) for each in lesson.activities] == [
        ("add", ("sums",)),
        ("carry", ("sums", "carrying")),
    ]
    assert section.objectives == (ObjectiveRecord("sums", "Sums", (ObjectiveRecord("carrying", "Carrying"),)),)
    assert section.enrollments == (
        EnrollmentRecord("s1", "Ada", "ada@learners.example"),
        EnrollmentRecord("s 2", "Ben", status="withdrawn"),
    )


def test_events_can_be_read_again_and_again(tmp_path: Path) -> None:
    prepared = prepare(write_folder(tmp_path / "bundle"), refuse)

    first, second = list(prepared.events()), list(prepared.events())

    assert first == second
    assert first[1:] == [
        EventRecord(
            *(UUID(int=2), "s1", Verb.ANSWERED, "lesson", datetime(2026, 9, 2, 8, tzinfo=UTC), "hand"),
            activity="add",
            success=True,
            attempts=1,
            correct=1,
            sequence=1,
        ),
        EventRecord(
            *(UUID(int=3), "s 2", Verb.SCORED, "exam", datetime(2026, 9, 3, 9, tzinfo=UTC), "hand"),
            score=8.5,
            out_of=10.0,
            result={"n": 1},
        ),
    ]


def test_a_description_may_be_missing_a_mark_of_byte_order_and_empty_lines_may_be_there(tmp_path: Path) -> None:
    with_mark = ["\ufeff" + TABLES["pages.csv"][0], *TABLES["pages.csv"][1:], ""]

    prepared = prepare(write_folder(tmp_path / "b", {"datapackage.json": None, "pages.csv": with_mark}), refuse)

    assert [page.key for page in prepared.section.pages] == ["welcome"]


def event(**other: str) -> dict[str, list[str] | bytes | None]:
    """The second event, in line 3, with other cells."""
    cells = dict(zip(TABLES["events.csv"][0].split(","), TABLES["events.csv"][2].split(","), strict=True)) | other
    return changed("events.csv", 3, ",".join(cells.values()))


def deep(levels: int) -> dict[str, list[str] | bytes | None]:
    rows = [f"c{n},{f'c{n - 1}' if n else ''},C,unit,,,false" for n in range(levels)]
    pages = [
        TABLES["pages.csv"][0],
        *(row.replace("unit-1", "c0").replace("module-1", "c1") for row in TABLES["pages.csv"][1:]),
    ]
    return {"containers.csv": [TABLES["containers.csv"][0], *rows], "pages.csv": pages}


BROKEN: list[tuple[Other, str]] = [
    ({"pages.csv": None}, "pages.csv.*it is not there"),
    ({"datapackage.json": b"[]"}, "datapackage.json: expected version 1 of the bundle in `lectern_bundle`, got None"),
    ({"datapackage.json": b'{"lectern_bundle": 2}'}, "got 2"),
    ({"datapackage.json": b"{"}, "datapackage.json: expected a JSON object"),
    ({"datapackage.json": b"[" * 100_000}, "datapackage.json: expected a JSON object"),
    ({"course.csv": TABLES["course.csv"][:1]}, "course.csv, line 1: expected one row, got 0"),
    ({"course.csv": [*TABLES["course.csv"], TABLES["course.csv"][1]]}, "course.csv, line 1: expected one row, got 2"),
    (changed("course.csv", 2, "a,A,a,A,Mars/Phobos,,,"), "course.csv, line 2, column time_zone: expected a time zone"),
    (changed("course.csv", 2, "a,A,two words,A,UTC,,,"), "course.csv, line 2, column slug"),
    (changed("pages.csv", 1, "key,title"), "pages.csv, line 1: expected the columns key,container,.*, got key,title"),
    ({"pages.csv": b""}, "pages.csv, line 1: expected the columns .*, got nothing"),
    (changed("pages.csv", 3, "lesson,module-1"), "pages.csv, line 3: expected 8 fields, got 2"),
    (changed("pages.csv", 3, "lesson,nowhere,L,false,,,,false"), "pages.csv, line 3, column container: 'nowhere'"),
    (changed("pages.csv", 3, "lesson,unit-1,L,maybe,,,,false"), "pages.csv, line 3, column graded: .* got 'maybe'"),
    (
        changed("pages.csv", 3, "welcome,,L,false,,,,false"),
        "pages.csv, line 3, column key: 'welcome' stands here twice",
    ),
    (
        changed("pages.csv", 3, "unit-1,,L,false,,,,false"),
        "pages.csv, line 3, column key: 'unit-1' is the key of a con",
    ),
    (changed("containers.csv", 3, "module-1,unit-9,M,module,,,false"), "containers.csv, line 3, column parent"),
    (changed("containers.csv", 3, "module-1,module-1,M,module,,,false"), "containers.csv, .* their own ancestors"),
    (deep(41), "containers.csv, line 42, column parent: 'c39' is level 40 already"),
    (changed("objectives.csv", 3, "carrying,carrying,C"), "objectives.csv, .* their own ancestors"),
    (changed("activities.csv", 2, "add,nowhere,A,"), "activities.csv, line 2, column page: 'nowhere'"),
    (changed("activities.csv", 2, "add,lesson,A,sums flying"), "activities.csv, line 2, column objectives: 'flying'"),
    (changed("learners.csv", 3, "s1,Ada,"), "learners.csv, line 3, column external_id: 's1' stands here twice"),
    (changed("enrollments.csv", 3, "s9,learner,enrolled"), "enrollments.csv, line 3, column learner: 's9'"),
    (changed("enrollments.csv", 3, "s1,learner,enrolled"), "enrollments.csv, line 3, column learner: 's1' stands here"),
    (changed("enrollments.csv", 3, "s 2,king,enrolled"), "column role: expected learner, instructor, assistant"),
    (event(event_id="1"), "events.csv, line 3, column event_id: expected a UUID"),
    (event(learner="s9"), "events.csv, line 3, column learner: 's9' is not enrolled"),
    (event(page="nowhere"), "events.csv, line 3, column page: 'nowhere' is not a known key"),
    (event(page="exam"), "events.csv, line 3, column activity: 'add' is not on page 'exam'"),
    (event(timestamp="2026-09-02T10:00:00"), "events.csv, line 3, column timestamp"),
    (event(timestamp="1800-09-02T10:00:00Z"), "events.csv, line 3: timestamp: expected 1970 to 2200"),
    (event(correct="2"), "events.csv, line 3: expected 0 ≤ correct ≤ attempts"),
    (event(result='"{""a"": ""\\u0000""}"'), "events.csv, line 3: result: holds a NUL"),
    ({"events.csv": b"\xff\xfe"}, "events.csv: expected UTF-8"),
    ({"events.csv": (",".join(TABLES["events.csv"][0].split(",")) + '\n"a"b,\n').encode()}, "events.csv, line .: exp"),
    (
        {"events.csv": Random(1).randbytes(1_000_000).hex().encode()},
        "events.csv, line 1: expected CSV: line 1 is longer than",
    ),
]


@pytest.mark.parametrize(("other", "words"), BROKEN, ids=[words[:60] for _, words in BROKEN])
@pytest.mark.parametrize("write", [write_folder, write_zip])
def test_a_broken_bundle_is_refused_with_its_place(
    tmp_path: Path, write: Callable[[Path, Other], Path], other: Other, words: str
) -> None:
    path = write(tmp_path / "bundle", other)

    with pytest.raises(BrokenFile, match=words):
        prepare(path, refuse)


def test_a_zip_that_is_damaged_inside_is_refused(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "bundle.zip")
    content = bytearray(path.read_bytes())
    content[content.index(b"events.csv") + 20] ^= 0xFF
    path.write_bytes(content)

    with pytest.raises(BrokenFile, match=r"events.csv.*damaged here"):
        prepare(path, refuse)


def test_events_that_cannot_be_read_are_left_out_and_told_when_asked(tmp_path: Path) -> None:
    flaws: list[Flaw] = []

    prepared = prepare(write_folder(tmp_path / "bundle", event(learner="s9")), flaws.append)

    assert [(flaw.file, flaw.line, flaw.column) for flaw in flaws] == [("events.csv", 3, "learner")]
    assert [record.event_id.int for record in prepared.events()] == [1, 3]


def test_the_outline_is_whole_or_refused_even_when_bad_events_are_left_out(tmp_path: Path) -> None:
    path = write_folder(tmp_path / "bundle", changed("pages.csv", 3, "lesson,module-1"))

    with pytest.raises(BrokenFile):
        prepare(path, lambda _: None)


@pytest.mark.parametrize("name", ["none.zip", "text.zip"])
def test_what_is_no_bundle_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "text.zip").write_text("text")

    with pytest.raises(BrokenFile, match=f"{name}: expected a ZIP"):
        prepare(tmp_path / name, refuse)


def test_what_the_source_says_of_policies_is_read_and_older_bundles_say_nothing(tmp_path: Path) -> None:
    pages = [
        f"{TABLES['pages.csv'][0]},attempts_allowed,late_work,scoring,gradebook_title",
        "exam,unit-1,Exam,true,40.0,,2026-10-01T12:00:00+00:00,false,2,reduced,best,Final exam",
    ]
    told = {
        "pages.csv": pages,
        "activities.csv": [TABLES["activities.csv"][0]],
        "events.csv": [TABLES["events.csv"][0]],
    }

    (newer,) = prepare(write_folder(tmp_path / "new", told), refuse).section.containers[0].pages
    (older,) = prepare(write_folder(tmp_path / "old"), refuse).section.containers[0].pages

    assert (newer.attempts_allowed, newer.late_work, newer.scoring) == (2, "reduced", "best")
    assert newer.gradebook_title == "Final exam"
    assert (older.attempts_allowed, older.late_work, older.scoring, older.gradebook_title) == (None, None, None, None)
