"""The people of a section. Learners belong to the institution, enrollments to the section."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import batched

from courses.models import Enrollment, Learner
from ingest.records import EnrollmentRecord, SectionRecord
from ingest.structure.changes import CHUNK, bring
from ingest.structure.report import Counts, Work
from oracles.contract import Domain, TenantId


def sections_sharing(tenant_id: TenantId, record: SectionRecord) -> set[int]:
    """Sections that show the name of a learner whose name or e-mail this record changes."""
    wanted = {row.learner: _personal(row) for row in record.enrollments}
    renamed = [
        learner.pk
        for learner in _stored(tenant_id, wanted)
        if any(getattr(learner, name) != value for name, value in wanted[learner.external_id].items())
    ]
    sharing: set[int] = set()
    for ids in batched(renamed, CHUNK, strict=False):
        rows = Enrollment.objects.for_tenant(tenant_id).filter(learner_id__in=ids)
        sharing |= set(rows.values_list("section_id", flat=True))
    return sharing


def write_roster(work: Work, record: SectionRecord) -> None:
    """Everybody named is a learner of the institution and enrolled so; everybody else in the section is withdrawn."""
    learners = _write_learners(work, record.enrollments)
    enrollments = Enrollment.objects.for_tenant(work.tenant_id)
    stored = {
        row.learner.external_id: row for row in enrollments.filter(section=work.section_id).select_related("learner")
    }
    changes = bring(
        enrollments,
        stored,
        {
            row.learner: {"learner_id": learners[row.learner].pk, "role": row.role, "status": row.status}
            for row in record.enrollments
        },
        {"institution_id": work.tenant_id, "section_id": work.section_id},
    )
    left = [row.pk for row in changes.gone.values() if row.status != Enrollment.Status.WITHDRAWN]
    for ids in batched(left, CHUNK, strict=False):
        enrollments.filter(pk__in=ids).update(status=Enrollment.Status.WITHDRAWN)
    work.count("enrollment", Counts(changes.created, len(changes.changed), changes.unchanged, len(left)), Domain.ROSTER)


def _write_learners(work: Work, rows: Iterable[EnrollmentRecord]) -> dict[str, Learner]:
    wanted = {row.learner: _personal(row) for row in rows}
    changes = bring(
        Learner.objects.for_tenant(work.tenant_id),
        {learner.external_id: learner for learner in _stored(work.tenant_id, wanted)},
        {key: {"external_id": key, **values} for key, values in wanted.items()},
        {"institution_id": work.tenant_id},
    )
    work.count("learner", Counts(changes.created, len(changes.changed), changes.unchanged), Domain.ROSTER)
    return changes.rows


def _personal(row: EnrollmentRecord) -> dict[str, str]:
    """What the record knows about the person; what it leaves empty does not erase what is known."""
    return {name: value for name, value in (("name", row.name), ("email", row.email)) if value}


def _stored(tenant_id: TenantId, external_ids: Iterable[str]) -> Iterator[Learner]:
    for ids in batched(external_ids, CHUNK, strict=False):
        yield from Learner.objects.for_tenant(tenant_id).filter(external_id__in=ids)
