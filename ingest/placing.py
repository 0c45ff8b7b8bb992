"""Looks up what events told by other systems name: their section, learner, page and activity, inside one institution.

Everything of a request is looked up before anything of it is written, so that an error anywhere costs nothing but the
answer. What sections have, the directory knows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from courses.models import LearningEvent
from ingest.directory import Directory, KnownSection
from ingest.fields import Misfit, shown
from ingest.known_events import known_events
from ingest.records import EventRecord
from ingest.told import ByKey, Told
from ingest.validation import Unacceptable, check, content_hash, result_json
from oracles.contract import TenantId

CONFLICT = "conflict"


@dataclass(frozen=True, slots=True)
class Placed:
    """An event whose names are known in its section."""

    tenant_id: TenantId
    section_id: int
    section_slug: str
    record: EventRecord


def place(directory: Directory, tenant_id: TenantId, told: Sequence[Told]) -> tuple[list[Placed], list[Misfit]]:
    """Every event with its place, and what is wrong with the others.

    The codes of misfits: `unknown_section`, `unknown_learner`, `unknown_page`, `unknown_activity`,
    `activity_elsewhere`, `unknown_objective`, and those of `ingest.validation`.
    """
    sections = directory.sections(tenant_id, told)
    first_times = _first_times(tenant_id, (one.record.event_id for one in told if not one.has_timestamp))
    placed: list[Placed] = []
    faults: list[Misfit] = []
    for one in told:
        try:
            placed.append(_placed(one, sections, first_times))
        except Misfit as misfit:
            faults.append(misfit)
    return placed, faults


def conflicts(tenant_id: TenantId, told: Sequence[Told], placed: Sequence[Placed]) -> list[Misfit]:
    """Events whose id is taken by an event that says something else: stored, or earlier among these."""
    met = known_events(tenant_id, [event.record.event_id for event in placed])
    faults = []
    for one, event in zip(told, placed, strict=True):
        digest = content_hash(event.record, event.section_slug, result_json(event.record))
        if met.setdefault(event.record.event_id, digest) != digest:
            reason = "an event of this id says something else; the first is kept"
            faults.append(Misfit(one.path_of("id"), reason, CONFLICT))
    return faults


def _placed(one: Told, sections: Mapping[str, KnownSection], first_times: Mapping[UUID, datetime]) -> Placed:
    section = sections.get(one.section)
    if section is None:
        reason = f"no section {shown(one.section)} here" if one.section else "expected an identifier or extension of it"
        raise Misfit(one.path_of("section"), reason, "unknown_section")
    # What came without a time happened, when it is told again, at the time of its first arrival.
    moment = one.record.timestamp if one.has_timestamp else first_times.get(one.record.event_id, one.record.timestamp)
    record = replace(one.record, learner=_learner(one, section), page=_page(one, section), timestamp=moment)
    _check_objectives(one, section)
    try:
        check(record)
        result_json(record)
    except Unacceptable as flaw:
        raise Misfit(one.path, flaw.detail, flaw.code) from flaw
    return Placed(section.tenant_id, section.section_id, section.slug, record)


def _learner(one: Told, section: KnownSection) -> str:
    at = one.path_of("learner")
    if isinstance(one.learner, ByKey):
        if one.learner.key not in section.learners:
            raise Misfit(at, f"no learner {shown(one.learner.key)} in section {section.slug}", "unknown_learner")
        return one.learner.key
    if one.learner.sha1 not in section.by_mailbox:
        raise Misfit(at, f"no learner of this address in section {section.slug}", "unknown_learner")
    key = section.by_mailbox[one.learner.sha1]
    if key is None:
        raise Misfit(at, f"several learners of section {section.slug} have this address", "unknown_learner")
    return key


def _page(one: Told, section: KnownSection) -> str:
    """The page named, or the one that the activity is on."""
    page, activity = one.record.page, one.record.activity
    if page and page not in section.structure.pages:
        raise Misfit(one.path_of("page"), f"no page {shown(page)} in section {section.slug}", "unknown_page")
    if activity is None:
        return page
    known = section.structure.activities.get(activity)
    at = one.path_of("activity")
    if known is None:
        raise Misfit(at, f"no activity {shown(activity)} in section {section.slug}", "unknown_activity")
    if page and known.page != page:
        raise Misfit(at, f"activity {shown(activity)} is not on page {shown(page)}", "activity_elsewhere")
    return known.page


def _check_objectives(one: Told, section: KnownSection) -> None:
    """Evidence counts for the objectives that the activity has here: a statement that means others is refused."""
    if not one.objectives:
        return
    known = section.structure.activities.get(one.record.activity or "")
    foreign = sorted(set(one.objectives) - (known.objectives if known else frozenset()))
    if foreign:
        about = f"activity {shown(one.record.activity)}" if one.record.activity else "a page"
        raise Misfit(one.path_of("objective"), f"{shown(foreign[0])} is no objective of {about}", "unknown_objective")


def _first_times(tenant_id: TenantId, event_ids: Iterable[UUID]) -> dict[UUID, datetime]:
    """When events of these ids happened, as far as they are stored."""
    wanted = set(event_ids)
    if not wanted:
        return {}
    rows = LearningEvent.objects.for_tenant(tenant_id).filter(event_id__in=wanted)
    return dict(rows.values_list("event_id", "timestamp"))
