"""The words beside the numbers: `datapackage.json` (schema as data dictionary) and `README.txt`. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from snapshot.contract import Snapshot
from snapshot.export.contract import Column, Dataset, ExportRequest, Inclusion, Table
from snapshot.export.files import File
from snapshot.export.inclusion import Decision


def data_package(
    snapshot: Snapshot, made: Sequence[tuple[Decision, tuple[File, ...]]], request: ExportRequest
) -> dict[str, object]:
    """A Data Package (datapackage.org) of the CSV files that are in the ZIP."""
    tables = [(decision.dataset, file) for decision, files in made for file in files]
    return {
        "profile": "tabular-data-package",
        "name": f"{snapshot.metadata.section}-dashboard".lower(),
        "title": f"{snapshot.metadata.section_title}, {snapshot.scope.address}",
        "resources": [_resource(dataset, dataset.content, file, request) for dataset, file in tables
                      if isinstance(dataset.content, Table)],
    }  # fmt: skip


def _resource(dataset: Dataset, table: Table, file: File, request: ExportRequest) -> dict[str, object]:
    return {
        "name": dataset.id.replace("_", "-"),
        "path": file.entry.name,
        "profile": "tabular-data-resource",
        "bytes": file.entry.bytes,
        "hash": f"sha256:{file.entry.sha256}",
        "encoding": "utf-8-sig" if request.bom else "utf-8",
        "format": "csv",
        "mediatype": "text/csv",
        "dialect": {"delimiter": ",", "lineTerminator": "\r\n", "doubleQuote": True, "header": True},
        "schema": {"fields": [_field(column) for column in table.columns], "missingValues": [""]},
    }


def _field(column: Column) -> dict[str, object]:
    form = {"format": "any"} if column.kind == "datetime" else {}
    words = {"description": column.words} if column.words else {}
    return {"name": column.name, "type": column.kind, **form, **words}


GUARDED = "Text that a spreadsheet would run as a formula begins with '."
RAW = "Texts stand as they are, formulas too: do not open these files in a spreadsheet."


def readme(snapshot: Snapshot, decisions: Sequence[Decision], request: ExportRequest) -> str:
    """What a person reads first."""
    about = snapshot.metadata
    lines = [
        f"{about.course_title}: {about.section_title}",
        f"Scope: {snapshot.scope.address}",
        f"Data as of: {about.as_of.isoformat() if about.as_of else 'no event yet'}",
        f"Snapshot: {snapshot.snapshot_id}",
        "",
        "Rules: UTF-8, comma, CRLF. Percentages are 0-100 with one decimal. Times are ISO 8601 with offset.",
        f"An empty cell means unknown, never zero. {RAW if request.is_raw else GUARDED}",
        "dashboard_facts.csv holds every number of the page by its id; the other tables hold them as people read them.",
        "manifest.json lists every file with its SHA-256, and says for every number where it stands.",
        "",
    ]
    for decision in decisions:
        lines += [*_described(decision), ""]
    return "\r\n".join([*lines, about.credit, ""])


def _described(decision: Decision) -> Iterator[str]:
    dataset = decision.dataset
    if decision.inclusion is not Inclusion.INCLUDED:
        yield f"{dataset.id}: not here ({decision.inclusion.value}: {decision.reason})"
    elif isinstance(dataset.content, Table):
        yield f"{dataset.id}.csv" + ("" if decision.is_whole else f" (partial: {decision.reason})")
        yield from (
            f"  {column.name} ({column.kind}): {column.words}".rstrip(": ") for column in dataset.content.columns
        )
    else:
        yield f"{dataset.id}: the numbers in words and as JSON, without names"
