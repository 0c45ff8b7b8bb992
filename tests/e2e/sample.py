"""A section worth looking at: nine units, 52 learners with habits, four graded pages. The same at every start."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID

from courses.models import (
    AssessmentScore,
    Container,
    Learner,
    LearnerActivity,
    Membership,
    Objective,
    ObjectiveEvidence,
    Page,
    PageProgress,
    Section,
    SectionStamp,
    Teaching,
)
from oracles.contract import TenantId
from tests import builders
from tests.e2e import edges

UNITS = (
    "Foundations of measurement",
    "Rates and proportional reasoning",
    "Linear functions",
    "Systems of equations and inequalities",
    "Exponents, roots and the shape of growth",
    "Quadratics",
    "Data and uncertainty",
    "Probability",
    "Modelling project",
)
GIVEN = ("Ana", "Bilal", "Chen", "Dana", "Emeka", "Farah", "Giulia", "Hugo", "Jonas", "Keiko", "Liam", "Marta", "Noor")
FAMILY = ("Duarte", "Aziz", "Wei", "Kowalska", "Obi", "Haddad", "Ferri", "Lindqvist", "Cabral", "Weber", "Tanaka")
PAGES_PER_UNIT = 6
LEARNERS = 52
WEEK = timedelta(days=7)
USER, OPERATOR, PASSWORD = "ines", "olga", "secret-words"


@dataclass(frozen=True, slots=True)
class Lesson:
    unit: int
    page: Page
    objective: Objective


@dataclass(slots=True)
class Work:
    """What learners did, written at once."""

    progress: list[PageProgress] = field(default_factory=list)
    evidence: list[ObjectiveEvidence] = field(default_factory=list)
    scores: list[AssessmentScore] = field(default_factory=list)

    def attempt(self, learner: Learner, lesson: Lesson, skill: float, dice: random.Random, now: datetime) -> None:
        """Three first attempts on a page; a score where it is graded."""
        page, correct = lesson.page, sum(dice.random() < skill for _ in range(3))
        self.progress.append(
            PageProgress(
                section_id=page.section_id,
                learner=learner,
                page=page,
                progress=dice.choice([1, 1, 1, 0.6]),
                first_attempts=3,
                first_correct=correct,
                first_seen=now,
                last_seen=now,
            )
        )
        self.evidence.append(
            ObjectiveEvidence(
                section_id=page.section_id,
                learner=learner,
                page=page,
                objective=lesson.objective,
                first_attempts=3,
                first_correct=correct,
                attempts=3,
                correct=correct,
            )
        )
        if page.graded:
            self._score(learner, page, skill, dice, now)

    def _score(self, learner: Learner, page: Page, skill: float, dice: random.Random, now: datetime) -> None:
        self.scores.append(
            AssessmentScore(
                section_id=page.section_id,
                learner=learner,
                page=page,
                score=round(min(10.0, max(0.0, 10 * dice.gauss(skill + 0.15, 0.15))), 1),
                out_of=10,
                attempts=1,
                submitted_at=now - timedelta(days=30),
                graded_at=now,
                latest_at=now,
                latest_event_id=UUID(int=dice.getrandbits(128)),
            )
        )

    def save(self, tenant: TenantId) -> None:
        PageProgress.objects.for_tenant(tenant).bulk_create(self.progress)
        ObjectiveEvidence.objects.for_tenant(tenant).bulk_create(self.evidence)
        AssessmentScore.objects.for_tenant(tenant).bulk_create(self.scores)


def load(now: datetime | None = None) -> None:
    """Two institutions; at lakeside `ines` teaches algebra and two odd sections, `olga` operates, `carl` looks on."""
    dice = random.Random(3)
    moment = now or datetime.now(UTC)
    lakeside, harbour = builders.make_institution("lakeside"), builders.make_institution("harbour")
    section = builders.make_section(lakeside, "algebra", "Algebra, autumn")
    Section.across_tenants.filter(pk=section.pk).update(credit="Sample data from a seeded generator.")
    lessons = _outline(section, moment)
    work = Work()
    for number in range(LEARNERS):
        _learner(section, number, lessons, dice, work, moment)
    work.save(TenantId(section.institution_id))
    SectionStamp.across_tenants.filter(section=section).update(as_of=moment, progress=1)
    ines = builders.make_user(USER, lakeside, teaches=section)
    mine = TenantId(lakeside.pk)
    for one in edges.load(lakeside, moment):
        Teaching.objects.for_tenant(mine).create(section=one, user=ines)
    operator = builders.make_user(OPERATOR, lakeside)
    Membership.objects.for_tenant(mine).filter(user=operator).update(role=Membership.Role.OPERATOR)
    builders.make_user("carl", lakeside)
    builders.make_user("otto", harbour, teaches=builders.golden_section(harbour))


def _outline(section: Section, now: datetime) -> list[Lesson]:
    lessons: list[Lesson] = []
    for unit, title in enumerate(UNITS):
        first = unit * (PAGES_PER_UNIT + 1) + 1
        container = builders.make_container(section, f"unit-{unit + 1}", (first, first + PAGES_PER_UNIT))
        starts_at = now + WEEK * (unit - 4)
        Container.across_tenants.filter(pk=container.pk).update(
            title=title, starts_at=starts_at, ends_at=starts_at + WEEK
        )
        objective = builders.make_objective(section, f"objective-{unit + 1}", (unit + 1, unit + 1))
        Objective.across_tenants.filter(pk=objective.pk).update(title=f"Reason about {title.lower()}")
        lessons += [Lesson(unit, _page(section, container, unit, n, now), objective) for n in range(PAGES_PER_UNIT)]
    for lesson in lessons:
        for number in range(3):
            builders.make_activity(lesson.page, f"{lesson.page.key}-a{number}", [lesson.objective])
    return lessons


def _page(section: Section, container: Container, unit: int, number: int, now: datetime) -> Page:
    graded = number == PAGES_PER_UNIT - 1 and unit % 2 == 1
    fields: dict[str, object] = {"graded": graded, "due_at": now + WEEK * (unit - 3) if graded else None}
    name = "quiz" if graded else "page"
    position = container.position + 1 + number
    return builders.make_page(section, f"{name}-{unit + 1}-{number + 1}", position, container, **fields)


def _learner(
    section: Section, number: int, lessons: list[Lesson], dice: random.Random, work: Work, now: datetime
) -> None:
    learner = builders.make_learner(section, f"L{number:02}")
    name = f"{GIVEN[number % len(GIVEN)]} {FAMILY[number % len(FAMILY)]}"
    Learner.across_tenants.filter(pk=learner.pk).update(name=name)
    skill, reach = dice.betavariate(3, 2), dice.betavariate(4, 2) * len(UNITS)
    for lesson in lessons:
        if lesson.unit < reach and dice.random() < 0.9:
            work.attempt(learner, lesson, skill - 0.08 * lesson.unit, dice, now)
    if number % 9:
        LearnerActivity.objects.for_tenant(TenantId(section.institution_id)).create(
            section=section, learner=learner, last_event_at=now - timedelta(days=dice.choice([0, 1, 2, 3, 9, 20]))
        )
