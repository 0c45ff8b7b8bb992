"""A section, three people, a clock that is moved, and a postman who remembers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import User
from pytest_django import Settings

from courses.access import Granted, resolve
from courses.contract import DashboardContext
from courses.models import Enrollment, Institution, Learner, Page, Section, Teaching
from experiences.contract import SectionContext
from experiences.decision_console.contract import Draft, NothingBlocked, Wording
from experiences.decision_console.data import DecisionConsoleDataOrchestrator
from experiences.decision_console.kinds import Kind
from experiences.decision_console.models import Contact
from experiences.decision_console.service import DecisionConsoleService
from experiences.decision_console.staging import Edit
from experiences.outbox.delivery import deliver_due
from oracles.contract import TenantId
from snapshot.contract import Snapshot
from tests import builders
from tests.experiences.outbox.conftest import NOW, Watch
from tests.experiences.outbox.postmen import Postman

TEXT = "Dear {first_name}, the quiz of {course} is open. {instructor}"
MESSAGE = Wording("The quiz", TEXT)


class NoSnapshots:
    """The numbers of the dashboard cannot be had."""

    def __call__(self, _context: DashboardContext) -> Snapshot:
        raise OSError("no numbers")


@dataclass
class Desk:
    """A section's console with everything around it that a test wants to move."""

    section: Section
    context: SectionContext
    clock: Watch
    service: DecisionConsoleService
    postman: Postman = field(default_factory=Postman)

    @property
    def tenant_id(self) -> TenantId:
        return TenantId(self.section.institution_id)

    @property
    def data(self) -> DecisionConsoleDataOrchestrator:
        return self.service.data

    def learner(self, name: str) -> Learner:
        return Learner.objects.for_tenant(self.tenant_id).get(enrollments__section=self.section, name=name)

    def ids(self, *names: str) -> tuple[int, ...]:
        return tuple(self.learner(name).pk for name in names)

    @property
    def quiz(self) -> Page:
        return Page.objects.for_tenant(self.tenant_id).get(section=self.section, key="quiz")

    def message(self, *names: str, wording: Wording = MESSAGE, page: int | None = None) -> Draft:
        return Draft(Kind.MESSAGE, "chosen", self.ids(*names), page=page, wording=wording)

    def staged(self, *names: str, wording: Wording = MESSAGE) -> int:
        return self.service.stage(self.context, self.message(*names, wording=wording))

    def edit(self, decision_id: int, wording: Wording, *, without: tuple[str, ...] = ()) -> None:
        decision = self.data.get_decision(self.context, decision_id)
        kept = frozenset(target.id for target in decision.targets if target.label not in without)
        self.service.edit(self.context, decision_id, Edit(decision.version, wording, kept))

    def reviewed(self, *decisions: int) -> int:
        return self.service.review(self.context, decisions)

    def approved(self, *decisions: int) -> int:
        batch = self.reviewed(*decisions)
        assert self.approve(batch)
        return batch

    def approve(self, batch: int, context: SectionContext | None = None) -> bool:
        whose = context or self.context
        seen = self.data.get_review(whose, batch).content_hash
        return self.service.approve(whose, batch, seen)

    def executed(self, *names: str) -> int:
        """Decide, review, approve, execute; the decision."""
        decision = self.staged(*names)
        self.service.execute(self.context, self.approved(decision))
        return decision

    def deliver(self, postman: Postman | None = None) -> None:
        deliver_due(self.clock, postman or self.postman)
        self.service.run_due(self.machine)

    @property
    def machine(self) -> SectionContext:
        from courses.access import resolve_for_command  # noqa: PLC0415  not a fixture of anybody

        return SectionContext(resolve_for_command(self.section.slug, self.section.institution.slug))

    def used(self, name: str) -> int:
        """Contacts of a learner that are reserved or spent."""
        rows = Contact.objects.for_tenant(self.tenant_id).filter(learner__name=name)
        return rows.exclude(state=Contact.State.RELEASED).count()

    def state(self, decision: int) -> str:
        return self.data.get_decision(self.context, decision).state.value

    def outcomes(self, decision: int) -> dict[str, str]:
        targets = self.data.get_decision(self.context, decision).targets
        return {target.label: f"{target.outcome.value} {target.why.value}".strip() for target in targets}

    def leaves(self, name: str) -> None:
        rows = Enrollment.objects.for_tenant(self.tenant_id).filter(section=self.section, learner__name=name)
        rows.update(status=Enrollment.Status.WITHDRAWN)


def context_of(user: User, section: Section) -> SectionContext:
    access = resolve(user, section.institution.slug, section.slug)
    assert isinstance(access, Granted)
    return SectionContext(access.context)


@pytest.fixture
def clock() -> Watch:
    return Watch()


type Desks = Callable[[Section, User], Desk]


@pytest.fixture
def desk_at(clock: Watch) -> Desks:
    def make(section: Section, user: User) -> Desk:
        data = DecisionConsoleDataOrchestrator(NoSnapshots(), lambda _: NothingBlocked(), clock)
        return Desk(section, context_of(user, section), clock, DecisionConsoleService(data))

    return make


@pytest.fixture
def desk(desk_at: Desks, section: Section, instructor: User) -> Desk:
    return desk_at(section, instructor)


@pytest.fixture
def assistant(section: Section, institution: Institution) -> SectionContext:
    user = builders.make_user("anna", institution, teaches=section)
    Teaching.objects.for_tenant(TenantId(institution.pk)).filter(user=user).update(role=Teaching.Role.ASSISTANT)
    return context_of(user, section)


@pytest.fixture
def second_instructor(section: Section, institution: Institution) -> SectionContext:
    return context_of(builders.make_user("ivan", institution, teaches=section), section)


def in_days(days: float) -> datetime:
    return NOW + timedelta(days=days)


__all__ = ["NOW", "UTC", "Settings"]
