"""Sections drawn at random, stored: pages, learners, scores and events with every fault that keeps something back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from courses.models import AssessmentScore, Course, Enrollment, Institution, Learner, LearningEvent, Page, Section
from courses.models import SectionStamp as Stamp
from oracles.contract import TenantId

SOMETIMES, OFTEN = 0.15, 0.7
DAYS = 40
"""Moments lie this far from now, in both directions."""


@dataclass(slots=True)
class Drawn:
    """One institution's section after the other, from the same dice."""

    institution: Institution
    dice: Random
    now: datetime
    count: int = 0

    @property
    def tenant(self) -> TenantId:
        return TenantId(self.institution.pk)

    def section(self) -> Section:
        """Another one."""
        self.count += 1
        name = f"drawn-{self.count}"
        course = Course.objects.for_tenant(self.tenant).create(key=name, title=name)
        section = Section.objects.for_tenant(self.tenant).create(course=course, slug=name, title=name)
        Stamp.objects.for_tenant(self.tenant).create(section=section)
        pages = Page.objects.for_tenant(self.tenant).bulk_create(
            [self._page(section, place) for place in range(1, self.dice.randint(0, 7) + 1)]
        )
        learners = self._learners(section)
        self._scores(section, pages, learners)
        self._events(section, pages, learners)
        return section

    def _page(self, section: Section, place: int) -> Page:
        due = self._moment(missing=0.2)
        weight = self.dice.choice([None, 0.0, 1.0, 5.0, 50.0])
        return Page(
            section=section,
            key=f"page-{place}",
            title=f"Page {place}",
            position=place,
            graded=self.dice.random() < OFTEN,
            weight=weight,
            available_from=self._moment(missing=0.8),
            due_at=due,
            attempts_allowed=self.dice.choice([None, 1]),
            gradebook_title=self.dice.choice([None, f"Page {place}", "Otherwise"]),
            hidden=self.dice.random() < SOMETIMES,
        )

    def _learners(self, section: Section) -> list[Learner]:
        size = self.dice.randint(0, 8)
        learners = [
            Learner(external_id=f"{section.slug}-{place}", name=f"L{place}", email=self._address(section, place))
            for place in range(size)
        ]
        stored = Learner.objects.for_tenant(self.tenant).bulk_create(learners)
        enrolled = [Enrollment(section=section, learner=learner, status=self._status()) for learner in stored]
        Enrollment.objects.for_tenant(self.tenant).bulk_create(enrolled)
        return stored

    def _address(self, section: Section, place: int) -> str:
        """Now and then the one of the learner before: they look like one person."""
        return f"l{place - (self.dice.random() < SOMETIMES)}@{section.slug}.example"

    def _status(self) -> str:
        return self.dice.choices(["enrolled", "withdrawn"], [1 - SOMETIMES, SOMETIMES])[0]

    def _scores(self, section: Section, pages: Sequence[Page], learners: Sequence[Learner]) -> None:
        pairs = [(page, learner) for page in pages if page.graded for learner in learners]
        chosen = [pair for pair in pairs if self.dice.random() < 0.5]
        AssessmentScore.objects.for_tenant(self.tenant).bulk_create(
            [self._score(section, page, learner) for page, learner in chosen]
        )

    def _score(self, section: Section, page: Page, learner: Learner) -> AssessmentScore:
        score = self.dice.choice([None, 7.0, 7.0, 7.0, 12.0]) if self.dice.random() < OFTEN else None
        return AssessmentScore(
            section=section,
            page=page,
            learner=learner,
            score=score,
            out_of=None if score is None else 10.0,
            submitted_at=self._moment(missing=0.1, latest=0),
            graded_at=None if score is None else self.now,
            latest_at=self.now,
            latest_event_id=self._id(),
        )

    def _events(self, section: Section, pages: Sequence[Page], learners: Sequence[Learner]) -> None:
        """Some say the same twice, some come from the future."""
        told = self.dice.randint(0, 4) if pages and learners else 0
        LearningEvent.objects.for_tenant(self.tenant).bulk_create(
            [self._event(section, self.dice.choice(pages), self.dice.choice(learners)) for _ in range(told)]
        )

    def _event(self, section: Section, page: Page, learner: Learner) -> LearningEvent:
        return LearningEvent(
            section=section,
            page=page,
            learner=learner,
            event_id=self._id(),
            verb=LearningEvent.Verb.EXPERIENCED,
            timestamp=self._moment(missing=0) or self.now,
            stored=self.now,
            source="drawn",
            content_hash=bytes([self.dice.randint(0, 2)]) * 16,
        )

    def _moment(self, missing: float, latest: int = DAYS) -> datetime | None:
        if self.dice.random() < missing:
            return None
        return self.now + timedelta(days=self.dice.randint(-DAYS, latest), hours=1)

    def _id(self) -> UUID:
        return UUID(int=self.dice.getrandbits(128))
