"""Files with bytes changed anywhere, cut anywhere: they are read or refused, and never end in a traceback."""

from __future__ import annotations

import gzip
import warnings
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.adapters.bundle import reading as bundle
from ingest.adapters.datashop import adapter as datashop
from ingest.adapters.oulad import adapter as oulad
from ingest.errors import BrokenFile, InvalidStructure
from ingest.importing import Prepared, Skipped
from ingest.structure.checking import check
from ingest.structure.outline import outline
from tests.ingest.bundle.files import contents, write_folder
from tests.ingest.bundle.files import write_zip as write_bundle
from tests.ingest.datashop.exports import Export, student_steps, transactions, write
from tests.ingest.oulad.files import TABLES
from tests.ingest.oulad.files import write_zip as write_oulad

Read = Callable[[Path], list[Prepared]]


def as_datashop(path: Path) -> list[Prepared]:
    return [datashop.prepare(path, "algebra", "Algebra", None, Skipped())]


def as_bundle(path: Path) -> list[Prepared]:
    return [bundle.prepare(path, Skipped())]


def as_oulad(path: Path) -> list[Prepared]:
    return list(oulad.prepare(path, None, None, Skipped()))


def _packed(path: Path) -> Path:
    write(transactions(Export(rows=30)), path)
    path.write_bytes(gzip.compress(path.read_bytes()))
    return path


def in_a_bundle(table: str) -> tuple[Callable[[Path], Path], Read]:
    """One table of a bundle that is a folder."""

    def make(path: Path) -> Path:
        path.write_bytes(contents(None)[table])
        return path

    return make, lambda path: as_bundle(write_folder(path.with_name("bundle"), {table: path.read_bytes()}))


def in_oulad(table: str) -> tuple[Callable[[Path], Path], Read]:
    """One table of an OULAD file."""

    def make(path: Path) -> Path:
        path.write_text("\n".join(TABLES[table]))
        return path

    return make, lambda path: as_oulad(write_oulad(path.with_name("oulad.zip"), {table: path.read_bytes()}))


FILES: dict[str, tuple[Callable[[Path], Path], Read]] = {
    "transactions": (lambda path: write(transactions(Export(rows=30)), path), as_datashop),
    "student steps": (lambda path: write(student_steps(Export(rows=30)), path), as_datashop),
    "transactions, packed": (_packed, as_datashop),
    "bundle": (write_bundle, as_bundle),
    "events of a bundle": in_a_bundle("events.csv"),
    "pages of a bundle": in_a_bundle("pages.csv"),
    "description of a bundle": in_a_bundle("datapackage.json"),
    "oulad": (write_oulad, as_oulad),
    "clicks of oulad": in_oulad("studentVle.csv"),
    "assessments of oulad": in_oulad("assessments.csv"),
}
BYTES = st.binary(min_size=1, max_size=6) | st.sampled_from([b"\0", b'"', b"\t", b"\n", b"\r", b'"\t"', b"\xff\xfe"])


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The contents of each file, unharmed."""
    folder = tmp_path_factory.mktemp("sound")
    return {name: make(folder / str(number)).read_bytes() for number, (name, (make, _)) in enumerate(FILES.items())}


@pytest.mark.parametrize("name", FILES)
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.floats(0, 1), other=BYTES, cut=st.integers(0, 40))
def test_a_damaged_file_is_read_or_refused(
    tmp_path: Path, sound: dict[str, bytes], name: str, place: float, other: bytes, cut: int
) -> None:
    content, (_, read) = sound[name], FILES[name]
    at = int(place * len(content))
    path = tmp_path / "damaged"
    path.write_bytes(content[:at] + other + content[at + cut :])

    with warnings.catch_warnings(), suppress(BrokenFile, InvalidStructure):
        warnings.simplefilter("ignore")  # of zipfile, about doubled names
        for prepared in read(path):
            check(prepared.section, outline(prepared.section))
            assert sum(1 for _ in prepared.events()) <= prepared.total + 10
