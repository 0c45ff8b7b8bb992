from __future__ import annotations

from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from courses.models import (
    Activity,
    ActivityObjective,
    Container,
    Enrollment,
    Institution,
    Learner,
    Objective,
    Page,
    SectionStamp,
)
from ingest.errors import InvalidStructure
from ingest.records import ActivityRecord, ContainerRecord, PageRecord, SectionRecord
from ingest.structure import write_section
from oracles.contract import Domain, TenantId
from tests.ingest.records import EXAM, LESSON, READING, SECTION


def tenant(institution: Institution) -> TenantId:
    return TenantId(institution.pk)


def spans(institution: Institution) -> dict[str, tuple[int, int]]:
    rows = Container.objects.for_tenant(tenant(institution))
    return {row.key: (row.position, row.last_position) for row in rows}


def with_lesson(page: PageRecord) -> SectionRecord:
    return replace(SECTION, containers=(ContainerRecord("unit-1", "Unit 1", "unit", pages=(page, READING, EXAM)),))


def test_a_section_is_stored_in_reading_order(institution: Institution) -> None:
    write_section(tenant(institution), SECTION)

    pages = Page.objects.for_tenant(tenant(institution))
    assert spans(institution) == {"unit-1": (1, 4), "module-1": (3, 4), "finals": (5, 6)}
    assert [(page.key, page.position) for page in pages] == [("reading", 2), ("lesson", 4), ("exam", 6)]
    assert pages.filter(container__key="module-1").get().key == "lesson"


def test_objectives_are_numbered_like_the_outline_and_linked(institution: Institution) -> None:
    write_section(tenant(institution), SECTION)

    objectives = Objective.objects.for_tenant(tenant(institution))
    assert [(row.key, row.position, row.last_position, row.depth) for row in objectives] == [
        ("sums", 1, 2, 0),
        ("carrying", 2, 2, 1),
    ]
    links = ActivityObjective.objects.for_tenant(tenant(institution))
    assert sorted(links.values_list("activity__key", "objective__key")) == [
        ("add", "sums"),
        ("carry", "carrying"),
        ("carry", "sums"),
    ]


def test_the_same_content_again_changes_nothing(institution: Institution) -> None:
    write_section(tenant(institution), SECTION)
    before = list(SectionStamp.objects.for_tenant(tenant(institution)).values())

    report = write_section(tenant(institution), SECTION)

    assert (report.created, report.changed, report.removed, report.moved) == (0, 0, 0, frozenset())
    assert list(SectionStamp.objects.for_tenant(tenant(institution)).values()) == before


def test_the_same_content_again_writes_no_row(institution: Institution) -> None:
    write_section(tenant(institution), SECTION)

    with CaptureQueriesContext(connection) as queries:
        write_section(tenant(institution), SECTION)

    written = [q["sql"] for q in queries if q["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]
    assert written == []


def test_a_new_section_moves_structure_and_roster(institution: Institution) -> None:
    report = write_section(tenant(institution), SECTION)

    assert report.moved == {Domain.STRUCTURE, Domain.ROSTER}


def test_a_renamed_page_moves_structure_alone(institution: Institution) -> None:
    write_section(tenant(institution), SECTION)

    report = write_section(tenant(institution), with_lesson(replace(LESSON, title="Lesson one")))

    assert report.tables["page"].changed
    assert report.moved == {Domain.STRUCTURE}


def test_a_page_nobody_used_is_removed_with_its_activities(institution: Institution) -> None:
    write_section(tenant(institution), SECTION)

    report = write_section(tenant(institution), replace(SECTION, containers=()))

    assert report.tables["page"].removed == 3
    assert not Activity.objects.for_tenant(tenant(institution)).exists()
    assert not Container.objects.for_tenant(tenant(institution)).exists()


def test_somebody_no_longer_on_the_roster_is_withdrawn(institution: Institution) -> None:
    write_section(tenant(institution), SECTION)

    report = write_section(tenant(institution), replace(SECTION, enrollments=SECTION.enrollments[:1]))

    rows = Enrollment.objects.for_tenant(tenant(institution)).order_by("learner__external_id")
    assert [row.status for row in rows] == ["enrolled", "withdrawn", "withdrawn"]
    assert report.tables["enrollment"].removed == 1
    assert report.moved == {Domain.ROSTER}


def test_a_new_name_moves_the_roster_of_every_section_that_shows_it(institution: Institution) -> None:
    write_section(tenant(institution), SECTION)
    other = replace(SECTION, slug="arithmetic-2027")
    second = write_section(tenant(institution), other)
    before = SectionStamp.objects.for_tenant(tenant(institution)).get(section=second.section_id)

    renamed = replace(SECTION.enrollments[0], name="Ada L.")
    write_section(tenant(institution), replace(SECTION, enrollments=(renamed, *SECTION.enrollments[1:])))

    after = SectionStamp.objects.for_tenant(tenant(institution)).get(section=second.section_id)
    assert (after.roster, after.structure) == (before.roster + 1, before.structure)


def test_an_empty_name_does_not_erase_a_known_one(institution: Institution) -> None:
    write_section(tenant(institution), SECTION)

    nameless = replace(SECTION.enrollments[0], name="", email="")
    write_section(tenant(institution), replace(SECTION, enrollments=(nameless, *SECTION.enrollments[1:])))

    ada = Learner.objects.for_tenant(tenant(institution)).get(external_id="s1")
    assert (ada.name, ada.email) == ("Ada", "ada@learners.example")


def test_institutions_with_the_same_keys_stay_apart(institution: Institution, other_institution: Institution) -> None:
    write_section(tenant(institution), SECTION)
    theirs = write_section(tenant(other_institution), SECTION)

    assert theirs.changed == 0
    assert Page.objects.for_tenant(tenant(institution)).count() == 3
    assert Page.objects.for_tenant(tenant(other_institution)).count() == 3


TWICE = ContainerRecord("lesson", "A container named like a page", "unit")
DEEP = ContainerRecord("deep-0", "Deep", "unit")
for level in range(1, 60):
    DEEP = ContainerRecord(f"deep-{level}", "Deep", "unit", (DEEP,))


@pytest.mark.parametrize(
    ("record", "words"),
    [
        (replace(SECTION, containers=(*SECTION.containers, TWICE)), "occurs twice"),
        (replace(SECTION, title="nul \x00"), "no database stores"),
        (replace(SECTION, title="half \ud800"), "no database stores"),
        (replace(SECTION, slug="Übung"), "expected letters, digits"),
        (replace(SECTION, title="x" * 301), "at most 300"),
        (replace(SECTION, containers=(DEEP,)), "at most 40 levels"),
        (replace(SECTION, enrollments=SECTION.enrollments * 2), "occurs twice"),
        (replace(SECTION, enrollments=(replace(SECTION.enrollments[0], role="king"),)), "expected a role"),
        (replace(SECTION, starts_at=SECTION.starts_at and SECTION.starts_at.replace(tzinfo=None)), "with its zone"),
        (with_lesson(replace(LESSON, activities=(ActivityRecord("a", "A", ("none",)),))), "no objective 'none'"),
        (with_lesson(replace(LESSON, weight=float("nan"))), "finite"),
    ],
)
def test_what_no_database_should_hold_is_refused_and_nothing_is_written(
    institution: Institution, record: SectionRecord, words: str
) -> None:
    with pytest.raises(InvalidStructure, match=words):
        write_section(tenant(institution), record)

    assert not SectionStamp.objects.for_tenant(tenant(institution)).exists()
