"""The questions about a section's quality, against rows counted by hand."""

from __future__ import annotations

from datetime import timedelta

import pytest

from courses.models import Container, Enrollment, Institution, Learner, LearningEvent, Page, Section
from courses.quality_facts import EventFacts, GradingFacts, Twins
from courses.queries.people import are_names_hidden, names_of
from courses.queries.record_quality import grading_facts, record_facts
from courses.queries.roster_quality import twins
from courses.queries.structure_quality import containers_of, page_facts, pages_between, section_facts
from ingest.letter_facts import letter_facts
from ingest.models import DeadLetter
from oracles.contract import TenantId
from tests import builders
from tests.experiences.hygiene_tray.worlds import DAY, NOW, make_score
from tests.oracles.instructor.rows import learners_of, pages_of

pytestmark = [pytest.mark.django_db, pytest.mark.proves("experiences:H-01")]


@pytest.fixture
def tenant(section: Section) -> TenantId:
    return TenantId(section.institution_id)


def test_a_section_is_told_with_its_size_and_how_far_its_feed_reaches(section: Section, tenant: TenantId) -> None:
    builders.make_learner(section, "Gone", status="withdrawn")
    section.stamp.as_of = NOW
    section.stamp.save()

    facts = section_facts(tenant, section.pk)

    assert (facts.learners, facts.objectives, facts.as_of) == (4, 2, NOW)


def test_pages_come_in_order_with_their_loose_activities_and_without_what_is_hidden(
    section: Section, tenant: TenantId
) -> None:
    pages = pages_of(section)
    loose = builders.make_activity(pages["unit-1-page-2"], "loose")
    Page.objects.for_tenant(tenant).filter(key="unit-1-page-3").update(hidden=True)
    Container.objects.for_tenant(tenant).filter(key="unit-2").update(hidden=True)

    found = page_facts(tenant, section.pk)

    assert [page.key for page in found] == ["unit-1-page-1", "unit-1-page-2", "quiz"]
    assert [(page.activities, len(page.loose)) for page in found] == [(1, 0), (2, 1), (2, 2)]
    assert found[1].loose == (loose.pk,)


def test_grading_is_counted_by_page_of_enrolled_learners_only(section: Section, tenant: TenantId) -> None:
    late, early = NOW - 20 * DAY, NOW - 3 * DAY
    make_score(section, "Ada", score=12, out_of=10, submitted_at=late, graded_at=late + DAY)
    make_score(section, "Ben", submitted_at=late)
    make_score(section, "Cleo", score=-1, out_of=10, submitted_at=early, graded_at=early - DAY)
    make_score(section, "Dan", score=5, out_of=0)
    builders.make_learner(section, "Gone")
    make_score(section, "Gone", submitted_at=late)
    Enrollment.objects.for_tenant(tenant).filter(learner__name="Gone").update(status="withdrawn")

    found = grading_facts(tenant, section.pk, NOW - 14 * DAY)

    quiz = pages_of(section)["quiz"].pk
    assert found == (
        GradingFacts(
            page_id=quiz, scored=3, handed_in=3, waiting=1, overdue=1, oldest_waiting=late, above_maximum=1,
            below_zero=1, without_maximum=1,
        ),
    )  # fmt: skip


def test_learners_are_twins_by_address_or_by_a_name_of_which_one_has_none(section: Section, tenant: TenantId) -> None:
    learners = Learner.objects.for_tenant(tenant)
    learners.filter(name="Ben").update(email=" ADA@learners.example ")
    for name, key, email in (
        ("Cleo", "c2", ""),
        ("Dan", "d2", "dan2@learners.example"),
        ("", "n1", ""),
        ("", "n2", ""),
    ):
        row = builders.stored(Learner, section.institution_id, external_id=key, name=name, email=email)
        builders.stored(Enrollment, section.institution_id, section=section, learner=row)
    ids = {row.external_id: row.pk for row in learners.all()}

    found = twins(tenant, section.pk)

    assert set(found) == {
        Twins(tuple(sorted((ids["ext-ada"], ids["ext-ben"]))), "email"),
        Twins(tuple(sorted((ids["ext-cleo"], ids["c2"]))), "name"),
    }


def test_events_told_twice_are_counted_by_page_and_those_of_the_future_too(section: Section, tenant: TenantId) -> None:
    learners, pages = learners_of(section), pages_of(section)
    first, second = pages["unit-1-page-1"], pages["unit-1-page-2"]
    for learner, page, mark in (
        ("Ada", first, b"a"), ("Ada", first, b"a"), ("Ada", first, b"a"), ("Ben", first, b"b"), ("Ben", first, b"b"),
        ("Ben", second, b"c"), ("Cleo", second, b"d"),
    ):  # fmt: skip
        builders.make_event(learners[learner], page, content_hash=mark * 16)
    builders.make_event(learners["Dan"], second, content_hash=b"e" * 16, timestamp=NOW + timedelta(minutes=1))

    found = record_facts(tenant, section.pk, NOW)

    assert (found.events, found.pages, found.in_the_future) == (8, 2, 1)
    assert found.repeated == (EventFacts(first.pk, repeated=3, learners=2),)
    assert LearningEvent.objects.for_tenant(tenant).count() == 8


def test_letters_are_counted_by_reason_as_long_as_they_wait(section: Section, tenant: TenantId) -> None:
    for number, (reason, status) in enumerate(
        [("conflict", "waiting"), ("conflict", "waiting"), ("bad_text", "waiting"), ("bad_text", "replayed")]
    ):
        moment = NOW + timedelta(minutes=number)
        builders.stored(
            DeadLetter, section.institution_id, section=section, source="t", record_key="k", payload="{}",
            reason=reason, detail="d", first_failed_at=moment, last_failed_at=moment, status=status,
            digest=bytes([number]) * 16,
        )  # fmt: skip

    found = letter_facts(tenant, section.pk)

    assert [(one.reason, one.count) for one in found] == [("bad_text", 1), ("conflict", 2)]
    assert (found[1].oldest, found[1].newest) == (NOW, NOW + timedelta(minutes=1))


def test_pages_of_a_span_their_containers_and_names_are_of_this_section_only(
    section: Section, tenant: TenantId, other_institution: Institution
) -> None:
    theirs = builders.golden_section(other_institution)
    pages, foreign = pages_of(section), pages_of(theirs)
    ada, their_ada = learners_of(section)["Ada"].pk, learners_of(theirs)["Ada"].pk

    span = pages_between(tenant, section.pk, 1, 4)
    containers = containers_of(tenant, section.pk, [pages["quiz"].pk, foreign["quiz"].pk])
    names = names_of(tenant, section.pk, [ada, their_ada])

    assert span == {pages[f"unit-1-page-{number}"].pk for number in (1, 2, 3)}
    assert containers == {pages["quiz"].pk: "unit-3"}
    assert names == {ada: ("ext-ada", "Ada")}
    assert not are_names_hidden(tenant)


def test_nothing_is_told_of_a_section_in_the_name_of_another_institution(
    section: Section, other_institution: Institution
) -> None:
    theirs = TenantId(other_institution.pk)
    make_score(section, "Ada", score=12, out_of=10)

    assert page_facts(theirs, section.pk) == ()
    assert grading_facts(theirs, section.pk, NOW) == ()
    assert twins(theirs, section.pk) == ()
    assert record_facts(theirs, section.pk, NOW).events == 0
    assert letter_facts(theirs, section.pk) == ()
    with pytest.raises(Section.DoesNotExist):
        section_facts(theirs, section.pk)
