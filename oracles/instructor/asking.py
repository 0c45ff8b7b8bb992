"""How the oracles ask: statements with bound parameters, typed rows back; and who and what every number counts.

Each statement names tenant and section for every table it reads. It runs on SQLite ≥ 3.37 and PostgreSQL ≥ 15
alike. Statements count and leave moments alone: a datetime is read through the ORM, which knows each database's form.
"""

from __future__ import annotations

from typing import NamedTuple

import msgspec
from django.db import connections
from django.db.models import Exists, OuterRef, QuerySet

from courses.models import Container, Enrollment, Page
from oracles.contract import OracleContext

WHOLE_COURSE = (0, 2**31 - 1)
"""The span of the course scope: every position there can be."""

NO_CONTAINER = 0
"""Stands for the course itself where a statement compares parents; ids of rows begin at 1."""

VISIBLE_PAGES = """
    SELECT page.id, page.key, page.position, page.graded, page.due_at,
           COALESCE(page.container_id, 0) AS parent
    FROM courses_page page
    WHERE page.institution_id = %(tenant)s AND page.section_id = %(section)s
      AND page.position BETWEEN %(first)s AND %(last)s AND NOT page.hidden
      AND NOT EXISTS (
          SELECT 1 FROM courses_container closed
          WHERE closed.institution_id = %(tenant)s AND closed.section_id = %(section)s AND closed.hidden
            AND page.position BETWEEN closed.position AND closed.last_position)
"""
"""The pages that count: in scope, not hidden, under nothing hidden."""

DIRECT_CHILDREN = """
    SELECT container.key, container.position, container.last_position
    FROM courses_container container
    WHERE container.institution_id = %(tenant)s AND container.section_id = %(section)s
      AND COALESCE(container.parent_id, 0) = %(container)s
      AND NOT EXISTS (
          SELECT 1 FROM courses_container closed
          WHERE closed.institution_id = %(tenant)s AND closed.section_id = %(section)s AND closed.hidden
            AND container.position BETWEEN closed.position AND closed.last_position)
    UNION ALL
    SELECT visible_page.key, visible_page.position, visible_page.position
    FROM visible_page
    WHERE visible_page.parent = %(container)s
"""
"""The visible containers and pages directly under the scope; stands in a statement after `visible_page`."""

NAMING = """
        visible_page
        JOIN courses_activity activity
          ON activity.institution_id = %(tenant)s AND activity.section_id = %(section)s
         AND activity.page_id = visible_page.id
        JOIN courses_activityobjective link
          ON link.institution_id = %(tenant)s AND link.activity_id = activity.id"""
"""Each naming of an objective by an activity on a visible page; stands behind FROM, after `visible_page`."""

COUNTED_LEARNERS = """
    SELECT enrollment.learner_id
    FROM courses_enrollment enrollment
    WHERE enrollment.institution_id = %(tenant)s AND enrollment.section_id = %(section)s
      AND enrollment.role = 'learner' AND enrollment.status = 'enrolled'
"""
"""The population of every number: no staff, nobody who left."""

EPSILON = 1e-9
"""How far a sum of shares may be off and still reach a threshold: 0.1 + 0.2 is not 0.3, and is 30 %."""


def rows[Row: NamedTuple](context: OracleContext, row: type[Row], statement: str, **more: float | str) -> list[Row]:
    """What the statement gives for this scope, as typed rows; `more` binds what is not part of the scope."""
    with connections[context.database].cursor() as cursor:
        cursor.execute(statement, {**_bindings(context), **more})
        return msgspec.convert(cursor.fetchall(), list[row])  # type: ignore[valid-type]


def number(context: OracleContext, statement: str) -> int:
    """The one integer that the statement gives for this scope."""
    with connections[context.database].cursor() as cursor:
        cursor.execute(statement, _bindings(context))
        return msgspec.convert(cursor.fetchall(), tuple[tuple[int]])[0][0]


def _bindings(context: OracleContext) -> dict[str, float | str]:
    scope = context.scope
    first, last = context.span or WHOLE_COURSE
    return {
        "tenant": scope.tenant_id,
        "section": scope.section_id,
        "container": scope.container_id or NO_CONTAINER,
        "first": first,
        "last": last,
    }


def class_size(context: OracleContext) -> int:
    """How many learners every count is out of."""
    return number(context, f"SELECT COUNT(*) FROM ({COUNTED_LEARNERS}) counted")


def enrolled(context: OracleContext) -> QuerySet[Enrollment]:
    """The enrolments whose learners count."""
    scope = context.scope
    return (
        Enrollment.objects.for_tenant(scope.tenant_id)
        .using(context.database)
        .filter(Enrollment.counted(), section_id=scope.section_id)
    )


def learner_ids(context: OracleContext) -> QuerySet[Enrollment, int]:
    """The class, by id."""
    return enrolled(context).order_by("learner_id").values_list("learner_id", flat=True)


def visible_containers(context: OracleContext) -> QuerySet[Container]:
    """The section's containers that are not hidden and under nothing hidden, whatever the scope, in reading order."""
    return _of_section(context, Container).filter(~_under_closed(context)).order_by("position")


def visible_pages(context: OracleContext) -> QuerySet[Page]:
    """The pages that count (the ORM's form of VISIBLE_PAGES), in reading order."""
    return (
        _of_section(context, Page)
        .filter(~_under_closed(context), hidden=False, position__range=context.span or WHOLE_COURSE)
        .order_by("position")
    )


def _of_section[Node: (Container, Page)](context: OracleContext, model: type[Node]) -> QuerySet[Node]:
    scope = context.scope
    return model.objects.for_tenant(scope.tenant_id).using(context.database).filter(section_id=scope.section_id)


def _under_closed(context: OracleContext) -> Exists:
    closed = _of_section(context, Container).filter(hidden=True)
    return Exists(closed.filter(position__lte=OuterRef("position"), last_position__gte=OuterRef("position")))
