"""Writes what a section is made of: outline, objectives, activities, roster.

    report = write_section(tenant_id, record)

Rules: rows are matched by the keys of the source; the same content again changes nothing, moves no stamp and writes
no row. What learners did never vanishes with a re-import: a page or activity that the record no longer names is
deleted only when no event refers to it; else the page stays, hidden, behind the outline, and the activity stays where
it was. Somebody no longer on the roster is withdrawn, not deleted.
"""

from __future__ import annotations

from django.db import transaction

from courses.models import Institution, SectionStamp
from ingest.hints import announce
from ingest.records import SectionRecord
from ingest.rollups.recompute import recompute
from ingest.structure.checking import check
from ingest.structure.header import find_or_make_section, lock_stamps
from ingest.structure.nodes import write_nodes
from ingest.structure.outline import outline
from ingest.structure.report import Counts, StructureReport, Work
from ingest.structure.roster import sections_sharing, write_roster
from oracles.contract import Domain, TenantId

__all__ = ["Counts", "StructureReport", "write_section"]


def write_section(tenant_id: TenantId, record: SectionRecord) -> StructureReport:
    """The section is stored as the record describes it, in one transaction.

    Raises:
        InvalidStructure: the record cannot be stored; nothing was written.

    """
    numbered = outline(record)
    check(record, numbered)
    with transaction.atomic():
        _take_turn(tenant_id)
        section, head = find_or_make_section(tenant_id, record)
        work = Work(tenant_id, section.pk)
        sharing = sections_sharing(tenant_id, record) - {section.pk}
        lock_stamps(tenant_id, head.touched | sharing | {section.pk})
        work.count("course", head.course)
        work.count("section", head.section)
        write_nodes(work, numbered)
        write_roster(work, record)
        _recompute(work)
        _move(tenant_id, {section.pk}, work.moved)
        _move(tenant_id, sharing, {Domain.ROSTER})
        _move(tenant_id, head.touched - {section.pk}, {Domain.STRUCTURE})
    return StructureReport(section.pk, section.slug, work.counts, frozenset(work.moved))


def _take_turn(tenant_id: TenantId) -> None:
    """One structure at a time in an institution: courses and learners are shared, and two writers that both find a key
    missing would both make it. Events are written meanwhile: their checks of keys only share the row.
    """
    Institution.objects.select_for_update(no_key=True).filter(pk=tenant_id).values_list("pk").first()


def _recompute(work: Work) -> None:
    """Progress and evidence follow the activities and objectives that pages have now."""
    if work.stale_pages and recompute(work.tenant_id, work.section_id, work.stale_pages).touched:
        work.moved |= {Domain.PROGRESS, Domain.EVIDENCE, Domain.SCORES}


def _move(tenant_id: TenantId, sections: set[int] | frozenset[int], domains: set[Domain]) -> None:
    for stamp in SectionStamp.objects.for_tenant(tenant_id).filter(section_id__in=sections) if domains else ():
        for domain in domains:
            setattr(stamp, domain.value, getattr(stamp, domain.value) + 1)
        SectionStamp.objects.for_tenant(tenant_id).filter(pk=stamp.pk).update(
            **{domain.value: getattr(stamp, domain.value) for domain in domains}
        )
        announce(tenant_id, [stamp.section_id])
