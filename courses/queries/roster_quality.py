"""Learners who are on the roster twice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Lower, Trim

from courses.models import Enrollment
from courses.quality_facts import Twins
from courses.queries.people import learners_of
from oracles.contract import TenantId

MOST_TWINS = 500
"""Groups that are told apart; a roster with more has one fault, not five hundred."""


def twins(tenant_id: TenantId, section_id: int) -> tuple[Twins, ...]:
    """Learners who share an address; or a name, where one of them has no address. Four queries."""
    rows = learners_of(tenant_id, section_id).annotate(
        email=Lower(Trim("learner__email")), name=Lower(Trim("learner__name"))
    )
    by_email = _groups(rows.exclude(email=""), "email", Q())
    by_name = _groups(rows.exclude(name=""), "name", Q(nameless__gt=0))
    known = {group.learners for group in by_email}
    return (*by_email, *(group for group in by_name if group.learners not in known))


def _groups(rows: QuerySet[Enrollment], field: str, condition: Q) -> tuple[Twins, ...]:
    counted = rows.values(field).annotate(people=Count("pk"), nameless=Count("pk", filter=Q(learner__email__exact="")))
    shared = counted.filter(condition, people__gt=1).order_by(field).values_list(field, flat=True)[:MOST_TWINS]
    found = rows.filter(**{f"{field}__in": list(shared)}).order_by("learner_id").values_list(field, "learner_id")
    return tuple(Twins(tuple(learners), field) for learners in _gathered(found))


def _gathered(pairs: Iterable[tuple[str, int]]) -> list[list[int]]:
    gathered: dict[str, list[int]] = defaultdict(list)
    for value, learner in pairs:
        gathered[value].append(learner)
    return list(gathered.values())
