"""Plain builders of rows: what a test says is what is stored, everything else has a default."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from django.contrib.auth import get_user_model
from django.contrib.auth.models import User

from courses.models import (
    Activity,
    ActivityObjective,
    Container,
    Course,
    Enrollment,
    Institution,
    Learner,
    LearningEvent,
    Membership,
    Objective,
    Page,
    PageProgress,
    Section,
    SectionStamp,
    Teaching,
)
from courses.tenancy import TenantOwned
from oracles.contract import TenantId

MOMENT = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


def tenant(row: Institution) -> TenantId:
    return TenantId(row.pk)


def stored[M: TenantOwned](model: type[M], institution_id: int, **fields: Any) -> M:
    """A row of this institution, as given."""
    return model.objects.for_tenant(TenantId(institution_id)).create(**fields)


def make_institution(slug: str = "lakeside") -> Institution:
    return Institution.objects.create(slug=slug, name=slug.title())


def make_section(institution: Institution, slug: str = "algebra", title: str = "Algebra") -> Section:
    """An empty section of a course of its own, with its stamp."""
    mine = tenant(institution)
    course = Course.objects.for_tenant(mine).create(key=slug, title=f"{title} course")
    section = Section.objects.for_tenant(mine).create(course=course, slug=slug, title=title)
    SectionStamp.objects.for_tenant(mine).create(section=section)
    return section


def make_user(
    name: str,
    institution: Institution,
    teaches: Section | None = None,
    is_staff: bool = False,
    is_superuser: bool = False,
) -> User:
    """A user of the institution who teaches at most one section."""
    user = get_user_model().objects.create_user(
        name, password="secret-words", is_staff=is_staff, is_superuser=is_superuser
    )
    Membership.objects.for_tenant(tenant(institution)).create(user=user)
    if teaches is not None:
        Teaching.objects.for_tenant(tenant(institution)).create(section=teaches, user=user)
    return user


def make_learner(section: Section, name: str, role: str = "learner", status: str = "enrolled") -> Learner:
    mine = TenantId(section.institution_id)
    learner, _ = Learner.objects.for_tenant(mine).get_or_create(
        external_id=f"ext-{name.lower()}", defaults={"name": name, "email": f"{name.lower()}@learners.example"}
    )
    Enrollment.objects.for_tenant(mine).create(section=section, learner=learner, role=role, status=status)
    return learner


def make_container(
    section: Section, key: str, span: tuple[int, int], parent: Container | None = None, **fields: Any
) -> Container:
    return stored(
        Container,
        section.institution_id,
        **_node(section, key, span, parent),
        **fields,
    )


def make_page(section: Section, key: str, position: int, container: Container | None = None, **fields: Any) -> Page:
    return stored(
        Page,
        section.institution_id,
        section=section,
        container=container,
        key=key,
        title=_title(key),
        position=position,
        **fields,
    )


def make_objective(section: Section, key: str, span: tuple[int, int], parent: Objective | None = None) -> Objective:
    return stored(Objective, section.institution_id, **_node(section, key, span, parent))


def _node(section: Section, key: str, span: tuple[int, int], parent: Container | Objective | None) -> dict[str, Any]:
    """A place in a tree of the section: numbered from where it begins to where the last under it stands."""
    return {
        "section": section,
        "parent": parent,
        "key": key,
        "title": _title(key),
        "position": span[0],
        "last_position": span[1],
        "depth": 0 if parent is None else parent.depth + 1,
    }


def _title(key: str) -> str:
    return key.replace("-", " ").capitalize()


def make_activity(page: Page, key: str, objectives: Sequence[Objective] = ()) -> Activity:
    mine = TenantId(page.institution_id)
    activity = Activity.objects.for_tenant(mine).create(section_id=page.section_id, page=page, key=key, title=key)
    links = [ActivityObjective(activity=activity, objective=objective) for objective in objectives]
    ActivityObjective.objects.for_tenant(mine).bulk_create(links)
    return activity


def make_progress(learner: Learner, page: Page, progress: float = 1.0, **fields: Any) -> PageProgress:
    return stored(
        PageProgress,
        page.institution_id,
        section_id=page.section_id,
        learner=learner,
        page=page,
        progress=progress,
        **{"first_seen": MOMENT, "last_seen": MOMENT, **fields},
    )


def make_event(learner: Learner, page: Page, **fields: Any) -> LearningEvent:
    """A stored event as the source told it; the rollups are the test's own business."""
    return stored(
        LearningEvent,
        page.institution_id,
        section_id=page.section_id,
        learner=learner,
        page=page,
        **{
            "event_id": uuid4(),
            "verb": LearningEvent.Verb.EXPERIENCED,
            "timestamp": MOMENT,
            "stored": MOMENT,
            "source": "test",
            "content_hash": bytes(16),
            **fields,
        },
    )


def golden_section(institution: Institution, slug: str = "algebra") -> Section:
    """The fixture of the golden numbers: two units of three practice pages (one activity each, one objective per unit),
    a unit with one graded page of two activities, four learners."""
    section = make_section(institution, slug)
    for number in (1, 2):
        first = 1 + (number - 1) * 4
        unit = make_container(section, f"unit-{number}", (first, first + 3))
        objective = make_objective(section, f"objective-{number}", (number, number))
        for page_number in (1, 2, 3):
            page = make_page(section, f"unit-{number}-page-{page_number}", first + page_number, unit)
            make_activity(page, f"{page.key}-question", [objective])
    graded_unit = make_container(section, "unit-3", (9, 10))
    quiz = make_page(section, "quiz", 10, graded_unit, graded=True)
    for number in (1, 2):
        make_activity(quiz, f"quiz-question-{number}")
    for name in ("Ada", "Ben", "Cleo", "Dan"):
        make_learner(section, name)
    return section
