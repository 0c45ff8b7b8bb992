"""The two sample institutions: who teaches what to how many. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from random import Random

from ingest.adapters.sample import events as sample_events
from ingest.adapters.sample.learners import SampleLearner, learners
from ingest.adapters.sample.outline import Outline, outline
from ingest.adapters.sample.subjects import BIOLOGY, CALCULUS, STATISTICS, Subject
from ingest.records import EnrollmentRecord, EventRecord, SectionRecord

WEEKS_UNDER_WAY = 8
PASSWORD = "lectern-demo"  # noqa: S105  of a demonstration that serves on loopback only


@dataclass(frozen=True, slots=True)
class SampleSection:
    subject: Subject
    slug: str
    title: str
    learners: int


@dataclass(frozen=True, slots=True)
class SampleInstitution:
    slug: str
    name: str
    time_zone: str
    sections: tuple[SampleSection, ...]
    instructor: str
    colleague: str
    """Belongs to the institution and teaches nothing: shows what a stranger in the house sees."""


INSTITUTIONS = (
    SampleInstitution(
        "lakeside",
        "Lakeside University",
        "Europe/London",
        (
            SampleSection(STATISTICS, "statistics-seminar", "Introductory Statistics, evening seminar", 20),
            SampleSection(BIOLOGY, "biology-autumn", "Principles of Biology, autumn", 200),
            SampleSection(CALCULUS, "calculus-lectures", "Calculus I, lectures", 2000),
        ),
        instructor="ines",
        colleague="carl",
    ),
    SampleInstitution(
        "harbour",
        "Harbour College",
        "America/New_York",
        (SampleSection(BIOLOGY, "biology-autumn", "Biology for nurses", 24),),
        instructor="otto",
        colleague="cora",
    ),
)


@dataclass(frozen=True, slots=True)
class GeneratedSection:
    """A section's record and its events; `events()` starts again from the same seed each time it is called."""

    record: SectionRecord
    plan: Outline
    people: list[SampleLearner]
    now: datetime
    seed: str

    def events(self) -> Iterator[EventRecord]:
        return sample_events.events(self.plan, self.people, self.record.slug, self.now, Random(self.seed))  # noqa: S311


def generate(institution: SampleInstitution, section: SampleSection, now: datetime) -> GeneratedSection:
    """The same section for the same `now` (aware): eight weeks under way, two to come."""
    seed = f"{institution.slug}/{section.slug}"
    monday = now.date() - timedelta(days=now.weekday(), weeks=WEEKS_UNDER_WAY)
    starts_at = datetime.combine(monday, time(8), tzinfo=UTC)
    plan = outline(section.subject, starts_at)
    people = learners(section.learners, f"{section.subject.key[:4]}-", Random(seed))  # noqa: S311
    record = SectionRecord(
        course_key=section.subject.key,
        course_title=section.subject.title,
        slug=section.slug,
        title=section.title,
        time_zone=institution.time_zone,
        starts_at=starts_at,
        ends_at=plan.ends_at,
        containers=plan.containers,
        objectives=plan.objectives,
        enrollments=tuple(EnrollmentRecord(person.external_id, person.name, person.email) for person in people),
    )
    return GeneratedSection(record, plan, people, now, seed)
