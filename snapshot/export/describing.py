"""The words beside the numbers: `datapackage.json` (schema as data dictionary) and `README.txt`. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import sha256

from snapshot.contract import Snapshot
from snapshot.export.datasets import Column, Dataset
from snapshot.export.inclusion import Decision, Inclusion


def data_package(snapshot: Snapshot, files: Mapping[Dataset, bytes]) -> dict[str, object]:
    """A Data Package (datapackage.org) of the CSV files that are in the ZIP."""
    return {
        "profile": "tabular-data-package",
        "name": f"{snapshot.metadata.section}-dashboard",
        "title": f"{snapshot.metadata.section_title}, {snapshot.scope.address}",
        "resources": [_resource(dataset, content) for dataset, content in files.items()],
    }


def _resource(dataset: Dataset, content: bytes) -> dict[str, object]:
    return {
        "name": dataset.id,
        "path": dataset.file,
        "profile": "tabular-data-resource",
        "bytes": len(content),
        "hash": f"sha256:{sha256(content).hexdigest()}",
        "encoding": "utf-8",
        "format": "csv",
        "mediatype": "text/csv",
        "dialect": {"delimiter": ",", "lineTerminator": "\r\n", "header": True},
        "schema": {"fields": [_field(column) for column in dataset.columns], "missingValues": [""]},
    }


def _field(column: Column) -> dict[str, object]:
    form = {"format": "any"} if column.kind == "datetime" else {}
    words = {"description": column.words} if column.words else {}
    return {"name": column.name, "type": column.kind, **form, **words}


def readme(snapshot: Snapshot, decisions: Sequence[Decision]) -> str:
    """What a person reads first."""
    about = snapshot.metadata
    lines = [
        f"{about.course_title}: {about.section_title}",
        f"Scope: {snapshot.scope.address}",
        f"Data as of: {about.as_of.isoformat() if about.as_of else 'no event yet'}",
        f"Snapshot: {snapshot.snapshot_id}",
        "",
        "Rules: UTF-8, comma, CRLF. Percentages are 0-100 with one decimal. Times are ISO 8601 with offset.",
        "An empty cell means unknown, never zero. Text that a spreadsheet would run as a formula begins with '.",
        "manifest.json lists every file with its SHA-256 and every number shown on the page by its id.",
        "",
    ]
    for decision in decisions:
        lines += _described(decision)
    return "\r\n".join([*lines, about.credit, ""])


def _described(decision: Decision) -> list[str]:
    if decision.inclusion is not Inclusion.INCLUDED:
        return [f"{decision.dataset.file}: not here ({decision.inclusion.value}: {decision.reason})", ""]
    columns = [f"  {column.name} ({column.kind}): {column.words}" for column in decision.dataset.columns]
    return [decision.dataset.file, *columns, ""]
