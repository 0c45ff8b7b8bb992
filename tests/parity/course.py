"""A course to look for parity in, and what stands in it: titles and keys, read straight from the tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from django.contrib.auth.models import User

from courses.models import Container, LearnerActivity, Membership, Objective, Page, Section, Teaching
from oracles.contract import TenantId

COURSE = "course"
NEVER = datetime.max.replace(tzinfo=UTC)

type Node = Container | Page


@dataclass(frozen=True, slots=True)
class Course:
    """A section, somebody who teaches it, and its visible outline."""

    section: Section
    instructor: User
    containers: Sequence[Container]
    pages: Sequence[Page]
    objectives: Sequence[Objective]
    last_events: Sequence[datetime]
    """The newest event of every learner who has one."""

    @property
    def path(self) -> str:
        return f"/s/{self.section.institution.slug}/{self.section.slug}/"

    @property
    def scopes(self) -> list[str]:
        return [COURSE, *(f"container:{each.key}" for each in self.containers)]

    def children(self, scope: str) -> list[Node]:
        """What hangs directly under a scope, in the order of the outline."""
        parent = None if scope == COURSE else self._container(scope).pk
        below: list[Node] = [each for each in self.containers if each.parent_id == parent]
        pages = [each for each in self.pages if each.container_id == parent]
        return sorted([*below, *pages], key=lambda each: each.position)

    def graded(self, scope: str) -> list[Page]:
        """The graded pages in a scope: by due date, undated last, then as in the outline."""
        inside = range(10**9)
        if scope != COURSE:
            top = self._container(scope)
            inside = range(top.position, top.last_position + 1)
        pages = (each for each in self.pages if each.graded and each.position in inside)
        return sorted(pages, key=lambda each: (each.due_at or NEVER, each.position))

    def _container(self, scope: str) -> Container:
        return next(each for each in self.containers if f"container:{each.key}" == scope)


def taught(section: Section) -> Course:
    """The section as it stands in the tables, and an instructor of its own."""
    tenant_id = TenantId(section.institution_id)
    user = User.objects.create_user(f"teaches-{section.institution.slug}-{section.slug}")
    Membership.objects.for_tenant(tenant_id).create(user=user)
    Teaching.objects.for_tenant(tenant_id).create(section=section, user=user)
    containers = list(Container.objects.for_tenant(tenant_id).filter(section=section).order_by("position"))
    pages = Page.objects.for_tenant(tenant_id).filter(section=section, hidden=False).order_by("position")
    activity = LearnerActivity.objects.for_tenant(tenant_id).filter(section=section)
    return Course(
        section=section,
        instructor=user,
        containers=list(_visible(containers, containers)),
        pages=list(_visible(pages, containers)),
        objectives=list(Objective.objects.for_tenant(tenant_id).filter(section=section).select_related("parent")),
        last_events=sorted(activity.values_list("last_event_at", flat=True)),
    )


def _visible[N: (Container, Page)](nodes: Iterable[N], containers: Sequence[Container]) -> Iterator[N]:
    """The nodes that lie in no hidden container."""
    hidden = [range(each.position, each.last_position + 1) for each in containers if each.hidden]
    return (node for node in nodes if not any(node.position in span for span in hidden))
