"""The digest's reads and its memory: one orchestrator for weekly digests, test drives and onboarding (E10).

The configuration decides which sections are read and over which time; what is read of a section is always the same.
It counts nothing that the tray, the console or a snapshot counts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from courses.contract import DashboardContext, Role
from courses.models import LearningEvent, Section
from experiences.contract import InstructorContext, SectionContext, require_writable, whose
from experiences.digest import memory
from experiences.digest.calendar import Window, period, window
from experiences.digest.config import DigestConfig, Segment, Trigger
from experiences.digest.contract import (
    Digest,
    DigestData,
    Progress,
    SectionData,
    Sources,
    SourceUnavailable,
)
from experiences.digest.experiments import Experiment, assign
from experiences.digest.memory import Delivery, Person, Preferences

ANSWERS_FOR_IT = frozenset({Role.INSTRUCTOR, Role.OPERATOR})
AFTER_TERM = timedelta(weeks=2)
"""How long a section is told of after its end: grades are still being given."""

type InTerm = Callable[[datetime | None, datetime | None, datetime], bool]
"""(start, end, now) of a section → whether a digest is about it."""


def _running(starts_at: datetime | None, ends_at: datetime | None, now: datetime) -> bool:
    return (starts_at is None or starts_at <= now) and (ends_at is None or now <= ends_at + AFTER_TERM)


def _not_over(_starts_at: datetime | None, ends_at: datetime | None, now: datetime) -> bool:
    return ends_at is None or now <= ends_at


def _any(_starts_at: datetime | None, _ends_at: datetime | None, _now: datetime) -> bool:
    return True


ROUTES: dict[Trigger, InTerm] = {
    Trigger.WEEKLY: _running,
    Trigger.ONBOARDING: _not_over,
    Trigger.TEST_DRIVE: _any,
}


@dataclass(frozen=True, slots=True)
class DigestDataOrchestrator:
    """Holds nothing but what it was given; whatever it remembers is in the database, by tenant."""

    sources: Sources
    hash_key: bytes
    """Of the assignment to experiments."""

    def get_digest_data(self, context: InstructorContext, config: DigestConfig, now: datetime) -> DigestData:
        """All that a digest of this configuration is made from, for this person."""
        person = _person(context)
        trigger, zone = config.trigger_type, context.time_zone
        told = window(config, memory.last_cut_off(person, trigger, period(trigger, now, zone)), now, zone)
        sections = self._sections(context, config, now)
        return DigestData(
            tenant_id=context.tenant_id,
            user_id=context.user_id,
            time_zone=context.time_zone,
            config=config,
            window=told,
            generated_at=now,
            sections=tuple(self._read(section, told, now, is_preview=context.is_preview) for section in sections),
            progress=memory.progress_of(person, config.trigger_type),
        )

    def get_preferences(self, context: InstructorContext) -> Preferences:
        """What the person wants of the digest."""
        return memory.preferences_of(_person(context))

    def store_preferences(self, context: InstructorContext, wanted: Preferences, now: datetime) -> None:
        """What the person wants is stored."""
        require_writable(context)
        memory.keep_preferences(_person(context), wanted, "person", now)

    def get_progress(self, context: InstructorContext, trigger: Trigger) -> Progress:
        """How far the person is with the digests of this kind."""
        return memory.progress_of(_person(context), trigger)

    def store_progress(self, context: InstructorContext, digest: Digest, step: str, now: datetime) -> None:
        """The person is at least at this step."""
        _require_real(context, digest)
        memory.advance(_person(context), digest, step, now)

    def is_delivered(self, context: InstructorContext, trigger: Trigger, now: datetime) -> bool:
        """Whether the digest of this period has left."""
        return memory.is_delivered(_person(context), trigger, period(trigger, now, context.time_zone))

    def store_delivery(self, context: InstructorContext, delivery: Delivery, now: datetime) -> bool:
        """The digest leaves; `False` when it had left already, whoever sent it."""
        _require_real(context, delivery.digest)
        if delivery.arm:
            memory.keep_arm(_person(context), delivery.experiment, delivery.arm, now)
        return memory.deliver(_person(context), delivery, now)

    def arm_of(self, context: InstructorContext, experiment: Experiment) -> str:
        """The arm the person is in, or would be put in; nothing is stored."""
        kept = memory.kept_arm(_person(context), experiment.name)
        return kept or assign(experiment, context.tenant_id, context.user_id, self.hash_key)

    def _sections(self, context: InstructorContext, config: DigestConfig, now: datetime) -> Iterable[DashboardContext]:
        rows = Section.objects.for_tenant(context.tenant_id)
        ids = [each.scope.section_id for each in context.sections]
        terms = {
            pk: (starts_at, ends_at)
            for pk, starts_at, ends_at in rows.filter(pk__in=ids).values_list("pk", "starts_at", "ends_at")
        }
        is_told = ROUTES[config.trigger_type]
        for each in context.sections:
            is_theirs = config.user_segment is Segment.EVERYONE or each.role in ANSWERS_FOR_IT
            if is_theirs and each.scope.section_id in terms and is_told(*terms[each.scope.section_id], now):
                yield each

    def _read(self, section: DashboardContext, told: Window, now: datetime, *, is_preview: bool) -> SectionData:
        context, before = SectionContext(section, is_preview=is_preview), told.start
        return SectionData(
            context=section,
            events=_events(section, told),
            snapshot=_unless_away(lambda: self.sources.snapshot(section)),
            trend=_unless_away(lambda: self.sources.trend(section, now)),
            pace=_unless_away(lambda: self.sources.pace(section, now)),
            pace_before=None if before is None else _unless_away(lambda: self.sources.pace(section, before)),
            tray=_unless_away(lambda: self.sources.tray(context)),
            console=_unless_away(lambda: self.sources.console(context)),
        )


def _require_real(context: InstructorContext, digest: Digest) -> None:
    """Nothing is recorded of a digest that was made as a preview, nor in one."""
    require_writable(context)
    require_writable(replace(context, is_preview=digest.config.preview_mode))


def _person(context: InstructorContext) -> Person:
    return Person(*whose(context))


def _events(section: DashboardContext, told: Window) -> int:
    """Reported within the window, whenever they happened: each is told of once."""
    rows = LearningEvent.objects.for_tenant(section.tenant_id).filter(section_id=section.scope.section_id)
    if told.start is not None:
        rows = rows.filter(stored__gt=told.start)
    return rows.filter(stored__lte=told.end).count()


def _unless_away[T](read: Callable[[], T]) -> T | None:
    try:
        return read()
    except SourceUnavailable:
        return None
