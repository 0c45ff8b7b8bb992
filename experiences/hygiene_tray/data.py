"""What the tray reads, and what it remembers. Every method is told whose section is meant; the object keeps none of it.

Facts come from the questions of `courses.queries`; dead letters from a query that the composition root hands in. A
source that fails is `None` in the facts, and only the detectors that need it cannot look. A memory that cannot be read
is an error: it is never taken for an empty one.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import DatabaseError

from courses.quality_facts import LetterFacts
from courses.queries.record_quality import grading_facts, record_facts
from courses.queries.roster_quality import twins
from courses.queries.structure_quality import page_facts, section_facts
from courses.scopes import stamp_of
from experiences.contract import SectionContext, place_of, writable_place_of
from experiences.hygiene_tray.contract import Blocks, Facts, Source
from experiences.hygiene_tray.issues import Changed, Chosen, LastLook, Look, Outcome, TrayData, blocked_by
from experiences.hygiene_tray.memory import changing, looking, ordering, reading
from experiences.hygiene_tray.memory.changing import Author
from experiences.hygiene_tray.memory.rows import state_of
from experiences.hygiene_tray.models import TrayChange
from experiences.hygiene_tray.states import DECIDING, FAILED, UNDONE, Wish, failed, moved
from experiences.patience import patiently
from oracles.contract import Scope, TenantId

log = logging.getLogger(__name__)
type LettersQuery = Callable[[TenantId, int], tuple[LetterFacts, ...]]
LOOK_AGAIN_AFTER = timedelta(hours=1)
"""Some faults come with time alone."""


class HygieneTrayDataOrchestrator:
    """Reads for the detectors, and the tray's tenant-owned memory."""

    def __init__(self, letters: LettersQuery) -> None:
        self._letters = letters

    def get_tray_data(self, context: SectionContext, now: datetime) -> TrayData:
        """Everything that is remembered of this section's tray, for the person who asks."""
        tenant, section = place_of(context)
        look = reading.last_look(tenant, section)
        return TrayData(
            institution_id=tenant,
            section_id=section,
            as_of=look.as_of,
            generated_at=now,
            issues=reading.issues(tenant, section, now),
            order=reading.order(tenant, section, context.user_id),
            look=look,
            scores=reading.scores(tenant, section),
            targets=reading.targets(tenant, section),
            undoable=reading.undoable(tenant, section, now, _only_actor(context)),
        )

    def get_signature(self, context: SectionContext) -> str:
        """How far everything that the detectors look at has come; equal means that nothing has moved."""
        tenant, section = place_of(context)
        stamp = stamp_of(Scope(tenant, section))
        letters = _try(Source.LETTERS, lambda: self._letters(tenant, section))
        targets = reading.targets(tenant, section)
        said = (stamp.structure, stamp.roster, stamp.progress, stamp.evidence, stamp.scores, letters, targets)
        return looking.digest(repr(said))

    def is_look_due(self, context: SectionContext, signature: str, now: datetime) -> bool:
        """Something has moved since the last look, or it was long ago."""
        last = reading.last_look(*place_of(context))
        return last.at is None or last.signature != signature or now - last.at >= LOOK_AGAIN_AFTER

    def get_facts(self, context: SectionContext, now: datetime) -> Facts:
        """What the detectors read. A source that fails is missing, and the log says which."""
        tenant, section = place_of(context)
        cutoff = now - reading.targets(tenant, section).grading
        return Facts(
            section=_try(Source.SECTION, lambda: section_facts(tenant, section)),
            pages=_try(Source.PAGES, lambda: page_facts(tenant, section)),
            grading=_try(Source.GRADING, lambda: grading_facts(tenant, section, cutoff)),
            twins=_try(Source.TWINS, lambda: twins(tenant, section)),
            records=_try(Source.RECORDS, lambda: record_facts(tenant, section, now)),
            letters=_try(Source.LETTERS, lambda: self._letters(tenant, section)),
        )

    def remember_look(self, context: SectionContext, look: Look, batch: UUID) -> bool:
        """The memory agrees with what was found; `False` if a newer look was there already."""
        place = looking.Place(*writable_place_of(context), context.dashboard.time_zone)
        return patiently(lambda: looking.remember(place, look, batch))

    def last_look(self, context: SectionContext) -> LastLook:
        return reading.last_look(*place_of(context))

    def change(
        self, context: SectionContext, chosen: Sequence[Chosen], wish: Wish, batch: UUID, now: datetime
    ) -> Changed:
        """Every issue that is as it was seen has moved as wished; the others are as they are."""
        place = writable_place_of(context)
        author = Author(_actor(context), _decided_by(context, chosen), wish.verb.value, batch, now)
        return patiently(lambda: changing.change(*place, chosen, lambda row: moved(state_of(row), wish, now), author))

    def mark_failed(self, context: SectionContext, chosen: Chosen, reason: str, batch: UUID, now: datetime) -> Changed:
        """The issue says that its fix failed, and why."""
        place = writable_place_of(context)
        author = Author(_actor(context), TrayChange.DecidedBy.MACHINE, FAILED, batch, now)
        return patiently(lambda: changing.change(*place, [chosen], lambda row: failed(state_of(row), reason), author))

    def undo(self, context: SectionContext, undone: UUID, batch: UUID, now: datetime) -> Changed:
        """Every issue of that batch which nobody changed since is exactly as it was; within a day."""
        place = writable_place_of(context)
        author = Author(_actor(context), TrayChange.DecidedBy.HUMAN, UNDONE, batch, now)
        return patiently(lambda: changing.undo(*place, undone, author, _only_actor(context)))

    def reorder(self, context: SectionContext, ids: Sequence[int], version: int) -> Outcome:
        """The person's own order is this one, if it is a permutation, and of the version that they saw."""
        tenant, section = writable_place_of(context)
        user = context.user_id
        if user is None:
            return Outcome.ILLEGAL
        return patiently(lambda: ordering.reorder(tenant, section, user, ids, version))

    def get_blocked(self, context: SectionContext) -> Blocks:
        """Learners, pages and activities that hang on an issue which nobody has closed."""
        return blocked_by(reading.blocking(*place_of(context)))


def _try[T](source: Source, ask: Callable[[], T]) -> T | None:
    try:
        return ask()
    except DatabaseError:
        log.exception("tray_source_failed", extra={"source": source.value})
        return None


def _actor(context: SectionContext) -> str:
    return "command" if context.user_id is None else f"user-{context.user_id}"


def _only_actor(context: SectionContext) -> str:
    """Whoever may not decide may take back only what they did themselves."""
    return "" if context.role in DECIDING else _actor(context)


def _decided_by(context: SectionContext, chosen: Sequence[Chosen]) -> TrayChange.DecidedBy:
    if context.user_id is None:
        return TrayChange.DecidedBy.MACHINE
    return TrayChange.DecidedBy.HUMAN if len(chosen) == 1 else TrayChange.DecidedBy.HUMAN_BULK
