"""The hygiene tray with what it needs of others: the waiting dead letters, and a way to try them again."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from uuid import uuid4

import structlog
from django.db import DatabaseError
from django.utils import timezone
from django.utils.translation import gettext as _

from coordinator.writes.contract import SinkUnavailable
from courses.access import resolve_for_command
from courses.models import Institution, Section
from courses.queries.people import are_names_hidden, names_of
from experiences.calculators.data_quality import DataQualityCalculator
from experiences.contract import SectionContext
from experiences.hygiene_tray.contract import FixFailed, Replayed
from experiences.hygiene_tray.data import HygieneTrayDataOrchestrator
from experiences.hygiene_tray.service import HygieneTrayService, Tools
from experiences.test_drive.sessions import is_sandbox
from ingest.letter_facts import letter_facts
from ingest.replay import Chosen, replay
from oracles.contract import TenantId
from oracles.instructor.naming import code_of

log = structlog.get_logger(__name__)


def tray_service() -> HygieneTrayService:
    """One is like the other: they keep nothing."""
    tools = Tools(clock=timezone.now, new_id=uuid4, replay=replay_letters)
    return HygieneTrayService(HygieneTrayDataOrchestrator(letter_facts), DataQualityCalculator(), tools)


def look_at_trays() -> dict[str, int]:
    """Every section of a real institution was looked at where something had moved; what is busy has its next turn."""
    service, done = tray_service(), {"looked": 0, "busy": 0}
    for context in _sections():
        try:
            done["looked"] += service.look(context)
        except DatabaseError as error:
            log.warning("tray_not_looked_at", section=context.section_id, error=type(error).__name__)
            done["busy"] += 1
    return done


def _sections() -> Iterator[SectionContext]:
    """As a command sees them; what is made up is looked at by whoever made it."""
    for institution in Institution.objects.order_by("pk"):
        tenant_id = TenantId(institution.pk)
        if not is_sandbox(tenant_id):
            rows = Section.objects.for_tenant(tenant_id).order_by("pk")
            for slug in list(rows.values_list("slug", flat=True)):
                yield SectionContext(resolve_for_command(slug, institution.slug))


def replay_letters(context: SectionContext, reason: str) -> Replayed:
    """The section's letters of this reason were tried once.

    Raises:
        FixFailed: the database gave up; letters are as they were.
    """
    try:
        report = replay(context.tenant_id, Chosen(section_id=context.section_id, reason=reason))
    except SinkUnavailable as error:
        raise FixFailed(_("The database is busy: try again.")) from error
    return Replayed(report.back, report.still_dead)


def people_called(tenant_id: TenantId, section_id: int, learners: Collection[int]) -> dict[int, str]:
    """Learner id → what the page may call them: name and id, or the code where the institution hides names."""
    told, is_hidden = names_of(tenant_id, section_id, learners), are_names_hidden(tenant_id)
    if is_hidden:
        return {learner: code_of(section_id, learner) for learner in told}
    return {learner: f"{name} ({external})" if name else external for learner, (external, name) in told.items()}
