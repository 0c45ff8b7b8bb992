"""Reads an export back and says what is wrong with it. Pure: the file alone, no data.

Whoever can rewrite every checksum can rewrite the manifest too; that the facts follow from the data is therefore
checked against the data, by whoever has it (`verify_export`).
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from io import StringIO

import msgspec

from snapshot import fingerprint as digests
from snapshot.contract import Capability, Fact
from snapshot.export.archive import PACKED_WITH, zipped
from snapshot.export.contract import MANIFEST_VERSION, Manifest
from snapshot.export.csv_zip import MANIFEST
from snapshot.export.opening import Unreadable, files_in

FACTS = "dashboard_facts.csv"


class NotAnExport(Exception):
    """The file is no export that this version can read; the message says why."""


class Damaged(NotAnExport):
    """It was an export once: the file has been changed so that it cannot be read any more."""


@dataclass(frozen=True, slots=True)
class Export:
    manifest: Manifest
    contents: Mapping[str, bytes]
    """Every file but the manifest."""
    is_repacked: bool = False
    """It was packed with what packs here, and packed here it would have other bytes."""

    def problems(self) -> Iterator[str]:
        """Where the files contradict the manifest, or the manifest itself; nothing when it holds together."""
        if self.is_repacked:
            yield "it has other bytes than the same files had when they were packed"
        expected = {file.name: file.sha256 for file in self.manifest.files}
        for name in sorted(expected.keys() ^ self.contents.keys()):
            yield f"{name} is missing" if name in expected else f"{name} is not in the manifest"
        for name in sorted(expected.keys() & self.contents.keys()):
            if sha256(self.contents[name]).hexdigest() != expected[name]:
                yield f"{name} has another checksum"
        yield from self._wrong_digests()
        yield from self._wrong_cells()

    def _wrong_digests(self) -> Iterator[str]:
        for capability, value in self.manifest.fingerprints.items():
            if capability is not Capability.AI_CONTEXT:
                mine = {k: v for k, v in self.manifest.facts.items() if k.startswith(f"{capability.value}.")}
                version = self.manifest.projection_versions.get(capability, 1)
                if digests.of_facts(capability, mine, version) != value:
                    yield f"the facts of {capability.value} have another fingerprint"

    def _wrong_cells(self) -> Iterator[str]:
        tables = {name: _rows(content) for name, content in self.contents.items() if name.endswith(".csv")}
        for fact, place in self.manifest.parity.items():
            rows = tables.get(place.file, [])
            cell = rows[place.row - 1].get(place.column) if 0 < place.row <= len(rows) else None
            if cell != _text(self.manifest.facts.get(fact)):
                yield f"{fact} is {cell or 'unknown'} in {place.file}"
        if FACTS in tables:
            yield from self._wrong_facts(tables[FACTS])

    def _wrong_facts(self, rows: Sequence[Mapping[str, str]]) -> Iterator[str]:
        listed = {row.get("fact"): row.get("value") for row in rows}
        expected = {fact: _text(value) for fact, value in self.manifest.facts.items()}
        for fact in sorted(expected, key=str):
            if listed.get(fact) != expected[fact]:
                yield f"{fact} is {listed.get(fact) or 'unknown'} in {FACTS}"


def read_export(content: bytes) -> Export:
    """The manifest and the files of an export.

    Raises:
        Damaged: it was an export.
        NotAnExport: it is no ZIP, too large, or has no manifest that this version understands.
    """
    try:
        files = files_in(content)
    except Unreadable as error:
        raise (Damaged if MANIFEST.encode() in content else NotAnExport)(str(error)) from error
    manifest = _manifest(files.get(MANIFEST))
    others = {name: file for name, file in files.items() if name != MANIFEST}
    return Export(manifest, others, manifest.packed_with == PACKED_WITH and content != zipped(files))


def _manifest(content: bytes | None) -> Manifest:
    if content is None:
        raise NotAnExport(f"it has no {MANIFEST}")
    try:
        found = msgspec.json.decode(content, type=Manifest)
    except msgspec.MsgspecError as error:
        raise Damaged(f"its {MANIFEST} cannot be read ({error})") from error
    if found.manifest_version != MANIFEST_VERSION:
        raise NotAnExport(f"its manifest has version {found.manifest_version}, expected {MANIFEST_VERSION}")
    return found


def _rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(content.decode("utf-8-sig", errors="replace"), newline="")))


def _text(value: Fact) -> str:
    if value is None:
        return ""
    return f"{value:.1f}" if isinstance(value, float) else str(value)
