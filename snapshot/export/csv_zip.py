"""Builds the ZIP: CSV files, `manifest.json`, `datapackage.json`, `README.txt`. Pure: bytes in memory, zero queries.

Equal snapshot and request, equal bytes: fixed order, fixed times, fixed compression, no clock.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from snapshot import fingerprint as digests
from snapshot.contract import Snapshot
from snapshot.export.archive import PACKED_WITH, zipped
from snapshot.export.contract import Dataset, DatasetEntry, ExportRequest, Inclusion, Manifest
from snapshot.export.datasets import DATASETS, datasets_for
from snapshot.export.describing import data_package, readme
from snapshot.export.files import File, files_of, plain_file
from snapshot.export.inclusion import NO_ROWS, Decision, ExportRefused, decide

__all__ = ["MANIFEST", "ExportRequest", "build_table", "build_zip", "named_rows"]

MANIFEST = "manifest.json"

type Made = tuple[Decision, tuple[File, ...]]


def build_zip(snapshot: Snapshot, request: ExportRequest) -> tuple[bytes, Manifest]:
    """The ZIP and its manifest.

    Raises:
        ExportRefused: something cannot be made and the request does not accept a partial export.
        KeyError: there is no such profile.
    """
    made = [_made(snapshot, each, request) for each in decide(snapshot, datasets_for(request.profile), request)]
    words = {
        "datapackage.json": as_json(data_package(snapshot, made, request)),
        "README.txt": readme(snapshot, [decision for decision, _ in made], request).encode(),
    }
    others = tuple(plain_file(name, content) for name, content in words.items())
    manifest = _manifest(snapshot, request, made, others)
    contents = {file.entry.name: file.content for _, files in made for file in files}
    return zipped({**contents, **words, MANIFEST: as_json(manifest)}), manifest


def build_table(snapshot: Snapshot, dataset: Dataset, request: ExportRequest) -> File:
    """The file of one table, byte for byte as it stands in the ZIP.

    Raises:
        ExportRefused: it cannot be made, is not permitted, or has no rows.
    """
    ((decision, files),) = (_made(snapshot, each, request) for each in decide(snapshot, [dataset], request))
    if not files:
        raise ExportRefused([decision])
    return files[0]


def named_rows(manifest: Manifest) -> int:
    """How many rows of the export name a learner."""
    naming = {dataset.id for dataset in DATASETS if dataset.has_names}
    return sum(file.rows or 0 for entry in manifest.datasets if entry.id in naming for file in entry.files)


def as_json(value: Mapping[str, object] | Manifest) -> bytes:
    """One text for one value, for people to read."""
    return msgspec.json.format(msgspec.json.encode(value, order="deterministic"), indent=2) + b"\n"


def _made(snapshot: Snapshot, decision: Decision, request: ExportRequest) -> Made:
    if decision.inclusion is not Inclusion.INCLUDED:
        return decision, ()
    files = files_of(snapshot, decision.dataset, request)
    if files:
        return decision, files
    return Decision(decision.dataset, Inclusion.OMITTED_EMPTY, NO_ROWS, decision.readiness), ()


def _manifest(snapshot: Snapshot, request: ExportRequest, made: Sequence[Made], others: tuple[File, ...]) -> Manifest:
    about = snapshot.metadata
    return Manifest(
        export_id=_export_id(snapshot, request),
        snapshot_id=snapshot.snapshot_id,
        institution=about.institution,
        section=about.section,
        scope=snapshot.scope.address,
        as_of=about.as_of,
        generated_at=about.generated_at,
        time_zone=about.time_zone,
        semantics=about.semantics,
        config_signature=snapshot.config_signature,
        stamp=snapshot.stamp,
        profile=request.profile,
        partial=request.is_partial,
        is_whole=all(decision.is_whole for decision, _ in made if not decision.dataset.is_expendable),
        bom=request.bom,
        may_see_names=request.may_see_names,
        actor=request.actor,
        datasets=tuple(_entry(decision, files) for decision, files in made),
        other_files=tuple(file.entry for file in others),
        fingerprint=digests.digest({kind.value: value for kind, value in snapshot.fingerprints.items()}),
        fingerprints=snapshot.fingerprints,
        facts=snapshot.facts,
        parity={fact: place for _, files in made for file in files for fact, place in file.places.items()},
        oracle_statuses=snapshot.oracle_statuses,
        snapshot_version=snapshot.snapshot_version,
        projection_version=snapshot.projection_version,
        projection_versions=snapshot.projection_versions,
        raw=request.is_raw,
        packed_with=PACKED_WITH,
    )


def _export_id(snapshot: Snapshot, request: ExportRequest) -> str:
    """Says of two files whether they are the same export of the same snapshot."""
    choices = [request.profile, request.is_partial, request.bom, request.is_raw, request.may_see_names, request.actor]
    return digests.digest([snapshot.snapshot_id, *choices])[:16]


def _entry(decision: Decision, files: tuple[File, ...]) -> DatasetEntry:
    return DatasetEntry(
        id=decision.dataset.id,
        version=decision.dataset.version,
        status=decision.inclusion,
        reason=decision.reason,
        readiness=decision.readiness,
        files=tuple(file.entry for file in files),
    )
