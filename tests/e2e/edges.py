"""Two sections at the edge of what a page is made for: one with nobody in it, one whose every name is too long."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from courses.models import (
    AssessmentScore,
    Container,
    Institution,
    Learner,
    LearnerActivity,
    Objective,
    ObjectiveEvidence,
    Page,
    Section,
)
from oracles.contract import TenantId
from tests import builders

NOBODY, WORDS = "nobody", "words"
UNITS = (
    "Exponential, logarithmic and trigonometric functions, their inverses, their graphs and what they model",
    "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft",
    "面積と体積の測定",
)
NAMES = (
    "Wolfeschlegelsteinhausenbergerdorffwelchevoralternwaren",
    "Maria da Conceição Fernandes de Albuquerque e Vasconcelos Sobral Cabral de Noronha",
    "محمد بن عبد الله الأندلسي",
    "X Æ",
    "=HYPERLINK('x')",
)


def load(institution: Institution, now: datetime) -> tuple[Section, Section]:
    return _nobody(institution), _words(institution, now)


def _nobody(institution: Institution) -> Section:
    """A unit with a page, and no learner."""
    section = builders.make_section(institution, NOBODY, "Geometry, before it begins")
    unit = builders.make_container(section, "unit-1", (1, 2))
    page = builders.make_page(section, "page-1-1", 2, unit)
    builders.make_activity(page, "page-1-1-a0", [builders.make_objective(section, "objective-1", (1, 1))])
    return section


def _words(institution: Institution, now: datetime) -> Section:
    title = "An introduction to quantitative reasoning for students of the humanities and the social sciences, evening"
    section = builders.make_section(institution, WORDS, title)
    learners = [_learner(section, number, name, now) for number, name in enumerate(NAMES)]
    for unit, words in enumerate(UNITS):
        _unit(section, unit, words, learners, now)
    return section


def _learner(section: Section, number: int, name: str, now: datetime) -> Learner:
    learner = builders.make_learner(section, f"W{number}")
    Learner.across_tenants.filter(pk=learner.pk).update(name=name)
    LearnerActivity.objects.for_tenant(TenantId(section.institution_id)).create(
        section=section, learner=learner, last_event_at=now - timedelta(days=40 * number)
    )
    return learner


def _unit(section: Section, unit: int, words: str, learners: list[Learner], now: datetime) -> None:
    """One graded page, with one objective; the first learners have done it, the better the earlier."""
    tenant = TenantId(section.institution_id)
    container = builders.make_container(section, f"unit-{unit + 1}", (2 * unit + 1, 2 * unit + 2))
    Container.across_tenants.filter(pk=container.pk).update(title=words)
    page = builders.make_page(section, f"quiz-{unit + 1}", 2 * unit + 2, container, graded=True)
    Page.across_tenants.filter(pk=page.pk).update(title=f"Test: {words}")
    objective = builders.make_objective(section, f"objective-{unit + 1}", (unit + 1, unit + 1))
    Objective.across_tenants.filter(pk=objective.pk).update(title=f"Explain {words}")
    builders.make_activity(page, f"quiz-{unit + 1}-a0", [objective])
    for number, learner in enumerate(learners[:4]):
        builders.make_progress(
            learner, page, 1.0, first_attempts=4, first_correct=3 - number, first_seen=now, last_seen=now
        )
        ObjectiveEvidence.objects.for_tenant(tenant).create(
            section=section, learner=learner, page=page, objective=objective, first_attempts=4,
            first_correct=3 - number, attempts=4, correct=3 - number,
        )  # fmt: skip
        AssessmentScore.objects.for_tenant(tenant).create(
            section=section, learner=learner, page=page, score=9 - 2 * number, out_of=10, attempts=1,
            submitted_at=now, graded_at=now, latest_at=now, latest_event_id=UUID(int=100 * unit + number),
        )  # fmt: skip
