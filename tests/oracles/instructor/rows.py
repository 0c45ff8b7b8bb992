"""What the tests of the oracles store and how they ask, in one word each."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from uuid import uuid4

from courses.models import (
    AssessmentScore,
    Container,
    Learner,
    LearnerActivity,
    Objective,
    ObjectiveEvidence,
    Page,
    Section,
)
from oracles.contract import OracleContext, Scope, TenantId
from tests.builders import MOMENT, make_progress

NOW = datetime(2026, 11, 9, 12, 0, tzinfo=UTC)


def context_of(section: Section, container: Container | None = None, now: datetime = NOW) -> OracleContext:
    """The context of the whole course, or of one container."""
    tenant_id = TenantId(section.institution_id)
    if container is None:
        return OracleContext(Scope(tenant_id, section.pk), None, now)
    scope = Scope(tenant_id, section.pk, container.pk, container.key)
    return OracleContext(scope, (container.position, container.last_position), now)


def pages_of(section: Section) -> Mapping[str, Page]:
    return {
        page.key: page for page in Page.objects.for_tenant(TenantId(section.institution_id)).filter(section=section)
    }


def learners_of(section: Section) -> Mapping[str, Learner]:
    rows = Learner.objects.for_tenant(TenantId(section.institution_id)).filter(enrollments__section=section)
    return {learner.name: learner for learner in rows}


def container_of(section: Section, key: str) -> Container:
    return Container.objects.for_tenant(TenantId(section.institution_id)).get(section=section, key=key)


def objective_of(section: Section, key: str) -> Objective:
    return Objective.objects.for_tenant(TenantId(section.institution_id)).get(section=section, key=key)


def make_answers(learner: Learner, page: Page, objective: Objective, *, right: int = 0, wrong: int = 0) -> None:
    """First attempts of a learner on a page for one objective, and the page done."""
    make_progress(learner, page, first_attempts=right + wrong, first_correct=right)
    make_evidence(learner, page, objective, right=right, wrong=wrong)


def make_evidence(learner: Learner, page: Page, objective: Objective, *, right: int = 0, wrong: int = 0) -> None:
    ObjectiveEvidence.objects.for_tenant(TenantId(page.institution_id)).create(
        section_id=page.section_id,
        learner=learner,
        page=page,
        objective=objective,
        first_attempts=right + wrong,
        first_correct=right,
        attempts=right + wrong,
        correct=right,
    )


def make_score(
    learner: Learner,
    page: Page,
    score: float | None,
    out_of: float | None = 100,
    submitted_at: datetime | None = MOMENT,
) -> None:
    """A submission, graded when there is a score."""
    AssessmentScore.objects.for_tenant(TenantId(page.institution_id)).create(
        section_id=page.section_id,
        learner=learner,
        page=page,
        score=score,
        out_of=out_of,
        attempts=1,
        submitted_at=submitted_at,
        graded_at=None if score is None else MOMENT,
        latest_at=MOMENT,
        latest_event_id=uuid4(),
    )


def make_last_event(learner: Learner, section: Section, at: datetime) -> None:
    LearnerActivity.objects.for_tenant(TenantId(section.institution_id)).create(
        section=section, learner=learner, last_event_at=at
    )


def mix_the_class(section: Section) -> None:
    """The golden mixture: Ada all six right, Ben the first unit right, Cleo all six wrong, Dan nothing."""
    learners = learners_of(section)
    for key, page in pages_of(section).items():
        if page.graded:
            continue
        objective = objective_of(section, "objective-1" if key.startswith("unit-1") else "objective-2")
        make_answers(learners["Ada"], page, objective, right=1)
        make_answers(learners["Cleo"], page, objective, wrong=1)
        if key.startswith("unit-1"):
            make_answers(learners["Ben"], page, objective, right=1)
