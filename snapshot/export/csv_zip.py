"""Builds the ZIP: CSV files, `manifest.json`, `datapackage.json`, `README.txt`. Pure: bytes in memory, zero queries.

Equal snapshot and request, equal bytes: fixed order, fixed times, fixed compression, no clock.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO, StringIO
from typing import TypedDict
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from oracles.contract import Loaded
from snapshot.contract import AiContextProjection, Capability, Snapshot
from snapshot.export.cells import CellWriter
from snapshot.export.datasets import Dataset, datasets_for
from snapshot.export.describing import data_package, readme
from snapshot.export.inclusion import BROKEN, Decision, ExportRefused, Inclusion, decide

MANIFEST_VERSION = 1
EPOCH = (1980, 1, 1, 0, 0, 0)
LEVEL = 6
BOM = "\ufeff"


@dataclass(frozen=True, slots=True)
class ExportRequest:
    """How the export is wanted. `bom`: a byte-order mark for Excel on Windows."""

    profile: str = "dashboard"
    is_partial: bool = False
    bom: bool = False
    may_see_names: bool = True
    actor: str = ""
    """A pseudonym of whoever asked."""


class DatasetEntry(TypedDict):
    id: str
    file: str
    status: str
    reason: str
    rows: int
    bytes: int
    sha256: str
    guarded_cells: int
    version: int


Manifest = dict[str, object]


@dataclass(frozen=True, slots=True)
class _File:
    decision: Decision
    content: bytes
    rows: int
    guarded_cells: int


def build_zip(snapshot: Snapshot, request: ExportRequest) -> tuple[bytes, Manifest]:
    """The ZIP and its manifest.

    Raises:
        ExportRefused: something cannot be made and the request does not accept a partial export.
    """
    datasets = datasets_for(request.profile)
    decisions = [decide(snapshot, dataset, may_see_names=request.may_see_names) for dataset in datasets]
    broken = [decision for decision in decisions if decision.inclusion in BROKEN]
    if broken and not request.is_partial:
        raise ExportRefused(broken)
    files = [_file(snapshot, decision, request) for decision in decisions]
    included = [file for file in files if file.decision.inclusion is Inclusion.INCLUDED]
    contents = {file.decision.dataset.file: file.content for file in included} | _ai_context(snapshot)
    manifest = _manifest(snapshot, request, files, contents)
    contents["datapackage.json"] = _json(data_package(snapshot, {f.decision.dataset: f.content for f in included}))
    contents["manifest.json"] = _json(manifest)
    contents["README.txt"] = readme(snapshot, [file.decision for file in files]).encode()
    return _zip(contents), manifest


def _file(snapshot: Snapshot, decision: Decision, request: ExportRequest) -> _File:
    if decision.inclusion is not Inclusion.INCLUDED:
        return _File(decision, b"", 0, 0)
    writer = CellWriter(snapshot.metadata.time_zone)
    rows = [[writer.write(cell) for cell in row] for row in decision.dataset.rows(snapshot)]
    if not rows:
        return _File(Decision(decision.dataset, Inclusion.OMITTED_EMPTY, "no_rows"), b"", 0, 0)
    content = _csv(decision.dataset, rows)
    return _File(decision, ((BOM if request.bom else "") + content).encode(), len(rows), writer.guarded_cells)


def _csv(dataset: Dataset, rows: Sequence[Sequence[str]]) -> str:
    """RFC 4180: comma, CRLF, quotes where needed, a header."""
    text = StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(column.name for column in dataset.columns)
    writer.writerows(rows)
    return text.getvalue()


def _ai_context(snapshot: Snapshot) -> dict[str, bytes]:
    found = snapshot.projections.get(Capability.AI_CONTEXT)
    if not isinstance(found, AiContextProjection):
        return {}
    numbers = {"scope": snapshot.scope.address, "facts": dict(snapshot.facts)}
    return {"ai_context.md": found.markdown.encode(), "ai_context.json": _json(numbers)}


def _manifest(
    snapshot: Snapshot, request: ExportRequest, files: Sequence[_File], contents: Mapping[str, bytes]
) -> Manifest:
    about = snapshot.metadata
    return {
        "manifest_version": MANIFEST_VERSION,
        "snapshot_id": snapshot.snapshot_id,
        "snapshot_version": snapshot.snapshot_version,
        "projection_version": snapshot.projection_version,
        "institution": about.institution,
        "section": about.section,
        "scope": snapshot.scope.address,
        "as_of": about.as_of.isoformat() if about.as_of else None,
        "generated_at": about.generated_at.isoformat(),
        "time_zone": about.time_zone,
        "config_signature": snapshot.config_signature,
        "completion_threshold": about.semantics.progress_threshold,
        "profile": request.profile,
        "partial": request.is_partial,
        "bom": request.bom,
        "actor": request.actor,
        "oracle_sources": {key: _source(result) for key, result in snapshot.oracles.items()},
        "fingerprints": {kind.value: value for kind, value in snapshot.fingerprints.items()},
        "facts": dict(snapshot.facts),
        "datasets": [_entry(file) for file in files],
        "files": {name: sha256(content).hexdigest() for name, content in sorted(contents.items())},
    }


def _source(result: object) -> str:
    return result.source.value if isinstance(result, Loaded) else "error"


def _entry(file: _File) -> DatasetEntry:
    dataset = file.decision.dataset
    return {
        "id": dataset.id,
        "file": dataset.file,
        "status": file.decision.inclusion.value,
        "reason": file.decision.reason,
        "rows": file.rows,
        "bytes": len(file.content),
        "sha256": sha256(file.content).hexdigest() if file.content else "",
        "guarded_cells": file.guarded_cells,
        "version": dataset.version,
    }


def _json(value: object) -> bytes:
    return (json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False) + "\n").encode()


def _zip(contents: Mapping[str, bytes]) -> bytes:
    buffer = BytesIO()
    with ZipFile(buffer, "w", ZIP_DEFLATED, compresslevel=LEVEL) as archive:
        for name in sorted(contents):
            entry = ZipInfo(name, date_time=EPOCH)
            entry.compress_type = ZIP_DEFLATED
            entry.create_system = 3  # Unix on every machine: the bytes must not depend on it
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, contents[name], compresslevel=LEVEL)
    return buffer.getvalue()
