"""What a section has is known without asking each time, and never longer than it is so."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from courses.models import Enrollment, Institution
from ingest.directory import Directory, KnownSection
from ingest.records import EnrollmentRecord, EventRecord, PageRecord, SectionRecord
from ingest.structure import write_section
from ingest.told import ByKey, ByMailbox, Told, mailbox_fingerprint
from tests.builders import make_institution, tenant
from tests.ingest.records import SECTION, event

pytestmark = pytest.mark.django_db


@pytest.fixture
def institution() -> Institution:
    institution = make_institution()
    write_section(tenant(institution), SECTION)
    return institution


def told(record: EventRecord, section: str = SECTION.slug) -> Told:
    return Told(record, ByKey(record.learner), section)


def ask(directory: Directory, institution: Institution, *learners: str) -> KnownSection:
    asked = [told(event(number, learner)) for number, learner in enumerate(learners)]
    return directory.sections(tenant(institution), asked)[SECTION.slug]


def with_page(key: str) -> SectionRecord:
    unit = replace(SECTION.containers[0], pages=(*SECTION.containers[0].pages, PageRecord(key, key.title())))
    return replace(SECTION, containers=(unit, *SECTION.containers[1:]))


def test_pages_activities_and_objectives_are_those_of_the_section(institution: Institution) -> None:
    structure = ask(Directory(), institution, "s1").structure

    assert structure.pages == {"lesson", "reading", "exam"}
    known = {key: (one.page, set(one.objectives)) for key, one in structure.activities.items()}
    assert known == {"add": ("lesson", {"sums"}), "carry": ("lesson", {"sums", "carrying"})}


def test_only_who_was_named_and_is_on_the_roster_is_known(institution: Institution) -> None:
    known = ask(Directory(), institution, "s1", "s3", "nobody", 'it\'s "odd", {yes} \\ 😀')

    assert known.learners == {"s1", "s3"}  # who has withdrawn has a past


def test_an_odd_key_is_found_as_it_is(institution: Institution) -> None:
    odd = 'it\'s "odd", {yes} \\ 😀'
    enrolled = (*SECTION.enrollments, EnrollmentRecord(odd, "Odd"))
    write_section(tenant(institution), replace(SECTION, enrollments=enrolled))

    assert ask(Directory(), institution, odd).learners == {odd}


@pytest.mark.parametrize("key", ["s1\x00", "\x00", "\ud800"])
def test_a_key_that_no_database_stores_finds_nothing(institution: Institution, key: str) -> None:
    assert ask(Directory(), institution, key, "s1").learners == {"s1"}
    assert Directory().sections(tenant(institution), [told(event(1), key)]) == {}


def test_a_page_that_was_added_is_known_at_once(institution: Institution) -> None:
    directory = Directory()
    ask(directory, institution, "s1")

    write_section(tenant(institution), with_page("appendix"))

    assert "appendix" in ask(directory, institution, "s1").structure.pages


def test_a_page_that_was_removed_is_unknown_at_once(institution: Institution) -> None:
    directory = Directory()
    write_section(tenant(institution), with_page("appendix"))
    assert "appendix" in ask(directory, institution, "s1").structure.pages

    write_section(tenant(institution), SECTION)

    assert "appendix" not in ask(directory, institution, "s1").structure.pages


def test_who_has_left_the_roster_is_unknown_at_once(institution: Institution) -> None:
    directory = Directory()
    assert ask(directory, institution, "s2").learners == {"s2"}

    Enrollment.objects.for_tenant(tenant(institution)).filter(learner__external_id="s2").delete()

    assert ask(directory, institution, "s2").learners == frozenset()


def test_an_address_is_found_in_either_case(institution: Institution) -> None:
    sha1 = mailbox_fingerprint("ada@learners.example")
    asked = [Told(event(1), ByMailbox(sha1), SECTION.slug)]

    known = Directory().sections(tenant(institution), asked)[SECTION.slug]

    assert (known.by_mailbox, known.learners) == ({sha1: "s1"}, frozenset())


def test_another_institution_knows_nothing_of_it(institution: Institution) -> None:
    directory = Directory()
    ask(directory, institution, "s1")

    assert directory.sections(tenant(make_institution("hillside")), [told(event(1, "s1"))]) == {}


def test_a_section_of_the_same_name_elsewhere_is_another_one(institution: Institution) -> None:
    other, directory = make_institution("hillside"), Directory()
    write_section(tenant(other), with_page("appendix"))

    ours, theirs = ask(directory, institution, "s1"), ask(directory, other, "s1")

    assert ours.section_id != theirs.section_id
    assert theirs.structure.pages - ours.structure.pages == {"appendix"}


def test_a_section_that_is_not_there_is_left_out(institution: Institution) -> None:
    assert Directory().sections(tenant(institution), [told(event(1), "geometry"), told(event(2), "")]) == {}


def test_what_is_known_already_is_two_questions(institution: Institution, django_assert_num_queries: Any) -> None:
    directory = Directory()
    ask(directory, institution, "s1")

    with django_assert_num_queries(2):
        ask(directory, institution, "s1", "s2")


def test_only_so_many_sections_are_remembered(institution: Institution, django_assert_num_queries: Any) -> None:
    directory = Directory(most_structures=1)
    other = make_institution("hillside")
    write_section(tenant(other), SECTION)

    ask(directory, institution, "s1")
    ask(directory, other, "s1")

    with django_assert_num_queries(2 + 3):
        ask(directory, institution, "s1")
