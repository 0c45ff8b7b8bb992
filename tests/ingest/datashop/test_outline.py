"""The outline and the keys that come of the steps of a file."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from ingest.adapters.datashop.outline import Keys, Outline, keys, section_record
from ingest.adapters.datashop.rows import Place, Step
from ingest.records import ContainerRecord, SectionRecord
from ingest.structure.checking import check
from ingest.structure.outline import outline as numbered

AT = datetime(2024, 2, 16, 23, 30, tzinfo=UTC)
STEP = Step(
    learner="Stu_1",
    place=Place((("container", "Unit 1"), ("container", "Module 1")), "Page 1"),
    problem="q1",
    step="part 1",
    skills=("adding",),
    at=AT,
    success=True,
    attempts=1,
    correct=1,
    hints=0,
    identity="t1",
)


def at(*path: str, kind: str = "container") -> Step:
    """The step on the page at the end of this path."""
    return replace(STEP, place=Place(tuple((kind, title) for title in path[:-1]), path[-1]))


def described(*steps: Step) -> tuple[Keys, SectionRecord]:
    outline = Outline()
    for step in steps:
        outline.add(step)
    names = keys(outline)
    record = section_record(outline, names, "algebra", "Algebra")
    check(record, numbered(record))
    return names, record


def tree(containers: tuple[ContainerRecord, ...]) -> list[object]:
    """Keys, nested as the containers are; pages as text."""
    return [(each.key, [page.key for page in each.pages], tree(each.containers)) for each in containers]


def test_keys_are_the_slugs_of_the_paths() -> None:
    _, record = described(at("Unit 1", "Modul Ärger", "Page 1"), at("Unit 1", "Page 9"), at("Front page"))

    assert tree(record.containers) == [
        ("unit-1", ["unit-1-page-9"], [("unit-1-modul-arger", ["unit-1-modul-arger-page-1"], [])])
    ]
    assert [page.key for page in record.pages] == ["front-page"]


def test_the_order_is_that_of_first_appearance() -> None:
    _, record = described(at("Unit 2", "B"), at("Unit 1", "A"), at("Unit 2", "A"))

    assert tree(record.containers) == [("unit-2", ["unit-2-b", "unit-2-a"], []), ("unit-1", ["unit-1-a"], [])]


def test_paths_with_one_slug_are_numbered_the_same_in_whatever_order_they_come() -> None:
    steps = [at("Unit 1", "Page"), at("Unit-1", "Page"), at("Unit 1 Page"), at("単元", "頁"), at("単元", "章")]

    forwards, _ = described(*steps)
    backwards, _ = described(*reversed(steps))

    assert forwards == backwards
    assert forwards.containers == {("Unit 1",): "unit-1", ("Unit-1",): "unit-1-2", ("単元",): "item"}
    everything = [*forwards.containers.values(), *forwards.pages.values()]
    assert len(everything) == len(set(everything)) == 8


def test_containers_of_unnamed_kind_are_units_modules_and_sections_by_their_depth() -> None:
    _, record = described(at("a", "b", "c", "d", "page"))

    kinds, level = [], record.containers
    while level:
        kinds.append(level[0].kind)
        level = level[0].containers
    assert kinds == ["unit", "module", "section", "section"]


def test_containers_of_a_named_kind_keep_it() -> None:
    _, record = described(at("Unit u2", "page", kind="Lesson Plan"))

    assert record.containers[0].kind == "lesson-plan"


def test_one_step_is_one_activity_with_every_skill_that_any_row_gives_it() -> None:
    _, record = described(STEP, replace(STEP, skills=()), replace(STEP, skills=("carrying", "adding")))

    (page,) = record.containers[0].containers[0].pages
    (activity,) = page.activities
    assert activity.title == "q1: part 1"
    assert activity.objectives == ("adding", "carrying")
    assert [(each.key, each.title) for each in record.objectives] == [("adding", "adding"), ("carrying", "carrying")]


def test_activities_whose_names_have_one_slug_are_different() -> None:
    names, _ = described(replace(STEP, step="x+1"), replace(STEP, step="x-1"), replace(STEP, step=""))

    assert len(set(names.activities.values())) == 3
    assert all(key.startswith("q1-") for key in names.activities.values())


def test_the_same_step_on_another_page_is_another_activity() -> None:
    names, _ = described(at("Unit 1", "Page 1"), at("Unit 1", "Page 2"))

    assert len(set(names.activities.values())) == 2


def test_the_dates_are_the_days_of_the_first_and_the_last_event() -> None:
    _, record = described(replace(STEP, at=AT + timedelta(hours=1)), STEP)

    assert record.starts_at == datetime(2024, 2, 16, tzinfo=UTC)
    assert record.ends_at == datetime(2024, 2, 18, tzinfo=UTC)


def test_everybody_in_the_file_is_enrolled() -> None:
    _, record = described(STEP, replace(STEP, learner="Stu_0"), STEP)

    assert [(row.learner, row.role, row.status) for row in record.enrollments] == [
        ("Stu_1", "learner", "enrolled"),
        ("Stu_0", "learner", "enrolled"),
    ]


def test_titles_longer_than_a_database_holds_are_cut() -> None:
    step = replace(at("u" * 400, "p" * 400), problem="q" * 600, skills=("s" * 600, "s" * 601))

    _, record = described(step)

    unit = record.containers[0]
    assert unit.title == "u" * 299 + "…"
    assert len(unit.pages[0].title) == 300
    assert len(unit.pages[0].activities[0].title) == 500
    assert [len(each.title) for each in record.objectives] == [500, 500]


def test_ten_thousand_places_with_one_slug_take_no_longer_than_others() -> None:
    _, record = described(*(at("章", f"頁{'々' * number}") for number in range(10_000)))

    assert record.containers[0].pages[-1].key.startswith("item-")
    assert len(record.containers[0].pages) == 10_000
