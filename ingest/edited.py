"""What follows when somebody edits rows by hand, in the admin site: rollups of the pages concerned, and the stamps.

Otherwise an open dashboard, and the cache, would go on showing what was there before.
"""

from __future__ import annotations

from collections.abc import Collection

from courses import models
from courses.models import SectionStamp
from courses.tenancy import TenantOwned
from courses.tenant_admin import Edit, edited
from ingest.rollups import recompute
from ingest.stamps import move
from ingest.structure.header import lock_stamps
from oracles.contract import Domain, TenantId

STRUCTURE = frozenset({Domain.STRUCTURE})
ROSTER = frozenset({Domain.ROSTER})
ROLLED_UP = STRUCTURE | {Domain.PROGRESS, Domain.EVIDENCE, Domain.SCORES}

MOVED: dict[type[TenantOwned], Collection[Domain]] = {
    models.Course: STRUCTURE,
    models.Section: STRUCTURE | {Domain.SETTINGS},
    models.Container: STRUCTURE,
    models.Page: ROLLED_UP,
    models.Objective: ROLLED_UP,
    models.Activity: ROLLED_UP,
    models.ActivityObjective: ROLLED_UP,
    models.Learner: ROSTER,
    models.Enrollment: ROSTER,
}
"""Which domains of a section a row of each kind is part of; a kind that is not here is shown on no dashboard."""


def follow(edit: Edit, **_: object) -> None:
    """The rollups of the sections say what the events say, and whoever looks at them is told. In a transaction."""
    domains = MOVED.get(edit.model)
    if domains is None:
        return
    for section_id in edit.sections:
        SectionStamp.objects.for_tenant(edit.tenant_id).get_or_create(
            section_id=section_id, defaults={"institution_id": edit.tenant_id}
        )
    lock_stamps(edit.tenant_id, edit.sections)
    if domains is ROLLED_UP:
        for section_id in edit.sections:
            recompute(TenantId(edit.tenant_id), section_id, edit.pages)
    move(edit.tenant_id, edit.sections, domains)


def listen() -> None:
    edited.connect(follow, dispatch_uid="edited by hand")
