"""“Not a concern until …”: an instructor's word about learners of a section, kept as it was said.

Rules:
- The newest word about a learner holds, until its moment has come; taking it back is a word too. Nothing is deleted.
- No number changes by it: a bucket's count is a fact. It is shown beside the numbers.
- A learner who is not enrolled in the section, or is of another institution, is as good as not there.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from courses.audit import Actor
from courses.contract import DashboardContext, NotAConcern
from courses.models import ConcernNote
from courses.moving import move_settings
from courses.queries.people import enrolled_among
from courses.support_settings import require_may_set
from oracles.contract import Scope

MOST = 500
"""Learners of one word: more are not chosen by hand."""


@dataclass(frozen=True, slots=True)
class Word:
    """What is said; without `until` it takes back what was said before."""

    until: datetime | None = None
    reason: str = ""


def say(context: DashboardContext, learners: Collection[int], word: Word, actor: Actor, at: datetime) -> int:
    """The word holds of those learners that are enrolled here; how many they are.

    Raises:
        NotPermitted: an assistant's context, or a command's.
    """
    require_may_set(context)
    scope = context.scope
    with transaction.atomic():
        known = _enrolled(scope, learners)
        if word.until is None:
            known = sorted(set(known) & {each.learner_id for each in holding(scope, at)})
        if not known:
            return 0
        move_settings(scope)
        ConcernNote.objects.for_tenant(scope.tenant_id).bulk_create(
            ConcernNote(
                section_id=scope.section_id,
                learner_id=learner_id,
                at=at,
                until=word.until,
                reason=word.reason,
                actor=actor.pseudonym,
                actor_name=actor.name[:150],
            )
            for learner_id in known
        )
    return len(known)


def holding(scope: Scope, now: datetime) -> tuple[NotAConcern, ...]:
    """The words that hold now in the scope's section, by learner: one query."""
    newer = _notes(scope).filter(learner_id=OuterRef("learner_id"), pk__gt=OuterRef("pk"))
    rows = _notes(scope).filter(~Exists(newer), until__gt=now).order_by("learner_id")
    return tuple(
        NotAConcern(row.learner_id, row.until, row.reason, row.actor_name) for row in rows if row.until is not None
    )


def _enrolled(scope: Scope, learners: Collection[int]) -> list[int]:
    return sorted(enrolled_among(scope.tenant_id, scope.section_id, sorted(learners)[:MOST]))


def _notes(scope: Scope) -> QuerySet[ConcernNote]:
    return ConcernNote.objects.for_tenant(scope.tenant_id).filter(section_id=scope.section_id)
