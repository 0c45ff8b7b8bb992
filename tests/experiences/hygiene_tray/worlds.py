"""A section with faults, services on a clock that stands still, and the words that tests need."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from courses.contract import Role
from courses.models import ActivityObjective, AssessmentScore, Learner, Page, Section, Teaching
from courses.quality_facts import LetterFacts
from experiences.calculators.data_quality import DataQualityCalculator
from experiences.contract import SectionContext
from experiences.hygiene_tray.contract import FixFailed, Replayed
from experiences.hygiene_tray.data import HygieneTrayDataOrchestrator
from experiences.hygiene_tray.issues import Chosen, Issue
from experiences.hygiene_tray.models import TrayChange, TrayIssue
from experiences.hygiene_tray.service import HygieneTrayService, Tools
from experiences.hygiene_tray.states import Verb, Wish
from experiences.hygiene_tray.tray import Filters, Show
from ingest.letter_facts import letter_facts
from oracles.contract import TenantId
from tests import builders
from tests.oracles.instructor.rows import learners_of, objective_of, pages_of

NOW = datetime(2026, 11, 16, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)
EVERYTHING = Filters(show=Show.ALL)
START, RESOLVE, REVIEW, REOPEN = Wish(Verb.START), Wish(Verb.RESOLVE), Wish(Verb.REVIEW), Wish(Verb.REOPEN)
IGNORE = Wish(Verb.IGNORE, "it is a mock exam")


@dataclass(slots=True)
class Clock:
    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now

    def pass_time(self, by: timedelta) -> None:
        self.now += by


def no_replay(_context: SectionContext, _reason: str) -> Replayed:
    raise FixFailed("nothing is replayed here")


@dataclass(slots=True)
class World:
    """A service and its clock; `make` gives another service, as another process would have."""

    clock: Clock = field(default_factory=Clock)
    replay: Callable[[SectionContext, str], Replayed] = no_replay
    letters: Callable[[TenantId, int], tuple[LetterFacts, ...]] = letter_facts

    def make(self) -> HygieneTrayService:
        return HygieneTrayService(
            HygieneTrayDataOrchestrator(self.letters),
            DataQualityCalculator(),
            Tools(clock=self.clock, new_id=uuid4, replay=self.replay),
        )


def spoil(section: Section) -> None:
    """Two faults: the quiz has no due date, and one of three exercises of a page no objective."""
    tenant = TenantId(section.institution_id)
    Page.objects.for_tenant(tenant).filter(section=section, key="quiz").update(due_at=None, weight=100)
    pages, objective = pages_of(section), objective_of(section, "objective-1")
    for activity in pages["quiz"].activities.all():
        builders.stored(ActivityObjective, section.institution_id, activity=activity, objective=objective)
    builders.make_activity(pages["unit-1-page-1"], "loose-end")


def mend_due_date(section: Section, due_at: datetime | None = NOW + 30 * DAY) -> None:
    tenant = TenantId(section.institution_id)
    Page.objects.for_tenant(tenant).filter(section=section, key="quiz").update(due_at=due_at)
    move_stamp(section)


def move_stamp(section: Section) -> None:
    """As a write does."""
    section.stamp.refresh_from_db()
    section.stamp.structure += 1
    section.stamp.save()


def make_score(section: Section, name: str, **fields: object) -> AssessmentScore:
    learner, quiz = learners_of(section)[name], pages_of(section)["quiz"]
    values: dict[str, object] = {"score": None, "out_of": None, "latest_at": NOW, "latest_event_id": uuid4()}
    return builders.stored(
        AssessmentScore, section.institution_id, section=section, learner=learner, page=quiz, **values | fields
    )


def issue_named(service: HygieneTrayService, context: SectionContext, fault: str) -> Issue:
    found = [issue for issue in service.get_tray(context, EVERYTHING).issues if issue.fault == fault]
    assert len(found) == 1, [issue.fault for issue in service.get_tray(context, EVERYTHING).issues]
    return found[0]


def seen(issue: Issue) -> Chosen:
    return Chosen(issue.id, issue.version)


def changes_of(issue: Issue, section: Section) -> list[TrayChange]:
    rows = TrayChange.objects.for_tenant(TenantId(section.institution_id)).filter(issue=issue.id)
    return list(rows.order_by("version"))


def row_of(issue: Issue, section: Section) -> TrayIssue:
    return TrayIssue.objects.for_tenant(TenantId(section.institution_id)).get(pk=issue.id)


def make_assistant(section: Section, name: str = "amy") -> None:
    user = builders.make_user(name, section.institution)
    Teaching.objects.for_tenant(TenantId(section.institution_id)).create(
        section=section, user=user, role=Role.ASSISTANT.value
    )


def learner_named(section: Section, name: str) -> Learner:
    return learners_of(section)[name]
