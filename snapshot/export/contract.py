"""What a dataset is, and what the manifest says about an export. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import msgspec

from courses.contract import Semantics
from oracles.contract import OracleKey
from snapshot.contract import Capability, Fact, Readiness, Snapshot
from snapshot.export.cells import Cell

MANIFEST_VERSION = 1
DASHBOARD, ANONYMOUS = "dashboard", "anonymous"
"""Profiles: everything; everything but what names learners."""


@dataclass(frozen=True, slots=True)
class Column:
    """`kind` is the Data Package type; `words` is the data dictionary's entry."""

    name: str
    kind: str
    words: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a CSV; `facts` says which columns show a number of the page, and its fact id."""

    cells: tuple[Cell, ...]
    facts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    columns: tuple[Column, ...]
    rows: Callable[[Snapshot], Iterator[Row]]


@dataclass(frozen=True, slots=True)
class Documents:
    """Files that are no tables: name and bytes."""

    make: Callable[[Snapshot], Mapping[str, bytes]]


@dataclass(frozen=True, slots=True)
class Dataset:
    """One row of the registry."""

    id: str
    needs: Capability | None
    content: Table | Documents
    profiles: frozenset[str] = frozenset({DASHBOARD, ANONYMOUS})
    has_names: bool = False
    """Holds personal data: who exports it is written down."""
    is_expendable: bool = False
    """Its absence does not refuse an export that should be whole."""
    version: int = 1


class Inclusion(StrEnum):
    INCLUDED = "included"
    OMITTED_EMPTY = "omitted_empty"
    FAILED = "failed"
    TIMED_OUT = "timed_out"
    UNAVAILABLE = "unavailable"
    NOT_PERMITTED = "not_permitted"


@dataclass(frozen=True, slots=True)
class ExportRequest:
    """How the export is wanted. `bom`: a byte-order mark for Excel on Windows. `is_raw`: texts are not guarded."""

    profile: str = DASHBOARD
    is_partial: bool = False
    bom: bool = False
    may_see_names: bool = True
    is_raw: bool = False
    actor: str = ""
    """A pseudonym of whoever asked."""


class Place(msgspec.Struct, frozen=True):
    """Where a fact stands in the files; rows are counted from 1, the header apart."""

    file: str
    row: int
    column: str


class FileEntry(msgspec.Struct, frozen=True):
    name: str
    bytes: int
    sha256: str
    rows: int | None = None
    guarded_cells: int = 0
    """Texts that a spreadsheet would have run as formulas."""


class DatasetEntry(msgspec.Struct, frozen=True):
    id: str
    version: int
    status: Inclusion
    reason: str = ""
    """A code; empty when there is nothing to explain."""
    readiness: Readiness | None = None
    files: tuple[FileEntry, ...] = ()


class Manifest(msgspec.Struct, frozen=True):
    """`manifest.json`: what was exported, of what, how, and the numbers to check it by."""

    export_id: str
    snapshot_id: str
    institution: str
    section: str
    scope: str
    as_of: datetime | None
    generated_at: datetime
    time_zone: str
    semantics: Semantics
    config_signature: str
    stamp: Mapping[str, int]
    profile: str
    partial: bool
    """Whether an incomplete export was asked for."""
    is_whole: bool
    bom: bool
    may_see_names: bool
    actor: str
    datasets: tuple[DatasetEntry, ...]
    other_files: tuple[FileEntry, ...]
    """`datapackage.json` and `README.txt`."""
    fingerprint: str
    """Digest of the fingerprints: one word for all numbers."""
    fingerprints: Mapping[Capability, str]
    facts: Mapping[str, Fact]
    parity: Mapping[str, Place]
    oracle_statuses: Mapping[OracleKey, str]
    snapshot_version: int
    projection_version: int
    manifest_version: int = MANIFEST_VERSION
    raw: bool = False
    """Texts stand as they are, formulas too: not for spreadsheets."""
    packed_with: str = ""
    """With the same, the same files are the same ZIP, byte for byte; elsewhere each file is."""
    projection_versions: Mapping[Capability, int] = {}
    """By which version of its rule each capability was derived; 1 where nothing is said."""

    @property
    def files(self) -> tuple[FileEntry, ...]:
        """Every file of the ZIP but the manifest itself."""
        return tuple(file for dataset in self.datasets for file in dataset.files) + self.other_files
