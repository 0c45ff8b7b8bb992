"""A section's settings have moved: who looks at it learns that there is something to look at again."""

from __future__ import annotations

from django.db.models import F

from courses.models import SectionStamp
from oracles.contract import Scope


def move_settings(scope: Scope) -> None:
    """The counter of the settings has moved; until the transaction ends, nobody else can move it.

    Asked first in a transaction, it makes writers of one section wait for each other, as imports do.
    """
    stamps = SectionStamp.objects.for_tenant(scope.tenant_id)
    if not stamps.filter(section_id=scope.section_id).update(settings=F("settings") + 1):
        stamps.create(section_id=scope.section_id)
