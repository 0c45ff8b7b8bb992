"""What page and command share: a snapshot becomes a file, and who is given learners' names is written down first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256

from coordinator.ports import Meter
from courses.audit import Actor, Handover, record
from courses.contract import DashboardContext
from courses.models import AuditEntry
from dashboard_project.meters import FIGURES, record_mismatch
from snapshot.contract import Capability, Snapshot
from snapshot.export.contract import Dataset, Documents, ExportRequest, Manifest
from snapshot.export.csv_zip import build_table, build_zip, named_rows
from snapshot.export.datasets import DATASETS
from snapshot.export.inclusion import ExportRefused, decide
from snapshot.export.verification import read_export

LONGEST_NAME = 80
AI_TYPES = {"md": "text/markdown; charset=utf-8", "json": "application/json"}


@dataclass(frozen=True, slots=True)
class ExportedFile:
    """A finished file: all of its bytes, and what is to be said about them."""

    name: str
    media_type: str
    content: bytes
    action: AuditEntry.Action
    scope: str
    named_rows: int
    """Rows that name a learner."""
    is_whole: bool = True
    details: Mapping[str, object] = field(default_factory=dict)


class NumbersDiffer(Exception):
    """The file does not say what the snapshot says: a defect of ours, and nothing is handed over."""


def whole_dashboard(snapshot: Snapshot, request: ExportRequest) -> tuple[ExportedFile, Manifest]:
    """The ZIP, read back and found to say what the snapshot says.

    Raises:
        ExportRefused: it would not be whole and nobody asked for a part.
        NumbersDiffer: it would say something else.
    """
    content, manifest = build_zip(snapshot, request)
    check_parity(content)
    details = {"export_id": manifest.export_id, **_details(snapshot, request)}
    action = AuditEntry.Action.EXPORT
    name = _name(snapshot, ".zip")
    rows = named_rows(manifest)
    file = ExportedFile(
        name, "application/zip", content, action, snapshot.scope.address, rows, manifest.is_whole, details
    )
    return file, manifest


def check_parity(content: bytes, meter: Meter = FIGURES) -> None:
    """Every number in the files is the fact that the manifest names, and the facts have their fingerprints (FR-012).

    Raises:
        NumbersDiffer: one is not; each is counted.
    """
    problems = list(read_export(content).problems())
    for _ in problems:
        record_mismatch(meter)
    if problems:
        raise NumbersDiffer("; ".join(problems))


def one_table(snapshot: Snapshot, dataset: Dataset, request: ExportRequest) -> ExportedFile:
    """The file of one table, as it stands in the ZIP.

    Raises:
        ExportRefused: there is no such file, and why.
    """
    made = build_table(snapshot, dataset, request)
    rows = (made.entry.rows or 0) if dataset.has_names else 0
    details = {"dataset": dataset.id, **_details(snapshot, request)}
    action = AuditEntry.Action.EXPORT_TABLE
    name = _name(snapshot, f"-{made.entry.name}")
    return ExportedFile(
        name, "text/csv; charset=utf-8", made.content, action, snapshot.scope.address, rows, details=details
    )


def ai_document(snapshot: Snapshot, ending: str) -> ExportedFile:
    """The AI context as `md` or `json`: the file that is in the ZIP. It names nobody; what it lacks, it says.

    Raises:
        ExportRefused: there is none.
    """
    (dataset,) = (each for each in DATASETS if each.needs is Capability.AI_CONTEXT)
    request = ExportRequest(is_partial=True)
    decisions = decide(snapshot, [dataset], request)
    if not isinstance(dataset.content, Documents) or any(each.is_broken for each in decisions):
        raise ExportRefused(decisions)
    content = dataset.content.make(snapshot)[f"ai_context.{ending}"]
    action = AuditEntry.Action.EXPORT
    name = _name(snapshot, f"-ai-context.{ending}")
    return ExportedFile(name, AI_TYPES[ending], content, action, snapshot.scope.address, 0)


def write_down(context: DashboardContext, actor: Actor, file: ExportedFile, request_id: str, at: datetime) -> None:
    """If the file names learners, an audit entry says who is about to get it.

    Raises:
        NotRecorded: it could not be written; the file must not be handed over.
    """
    if file.named_rows:
        checksum = sha256(file.content).hexdigest()
        handover = Handover(file.action, file.scope, file.named_rows, checksum, request_id, file.details)
        record(context, actor, handover, at)


def _details(snapshot: Snapshot, request: ExportRequest) -> dict[str, object]:
    return {"snapshot_id": snapshot.snapshot_id, "profile": request.profile, "partial": request.is_partial}


def _name(snapshot: Snapshot, ending: str) -> str:
    """`algebra-unit-1.zip`: slugs, so ASCII; cut where a file system would not like it."""
    stem = f"{snapshot.metadata.section}-{snapshot.scope.container_key or 'course'}"
    return stem[: LONGEST_NAME - len(ending)] + ending
