"""The package and the manifest in the ZIP describe every file of it."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest
from frictionless import Package

from snapshot.contract import Snapshot
from snapshot.export.contract import ExportRequest, Manifest
from snapshot.export.csv_zip import build_zip
from tests.snapshot.classroom import MIXED, Classroom, metadata
from tests.snapshot.export.zips import PARTIAL, WHOLE, contents, snapshot_of

FORMULAS = ("=1+1", "+1", "-1+1", "@SUM(A1)", 'O\'Neill, "Ann"', "a\r\nb")
SLUG = msgspec.structs.replace(metadata(), section="Algebra_2")


@pytest.mark.proves("UX-17")
@pytest.mark.parametrize("request_", [WHOLE, ExportRequest(bom=True), ExportRequest(is_raw=True), PARTIAL])
@pytest.mark.parametrize(
    "snapshot",
    [
        snapshot_of(),
        snapshot_of(about=SLUG),
        snapshot_of(Classroom()),
        snapshot_of(Classroom(names=())),
        snapshot_of(Classroom(MIXED, unit="unit-1")),
        snapshot_of(Classroom(scores=(70.0,), unit="unit-3")),
        snapshot_of(Classroom(names=FORMULAS)),
    ],
    ids=["golden", "slug", "idle", "empty", "unit", "quiz", "formulas"],
)
def test_every_package_describes_its_files(snapshot: Snapshot, request_: ExportRequest, tmp_path: Path) -> None:
    files = contents(build_zip(snapshot, request_)[0])
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)

    report = Package(str(tmp_path / "datapackage.json")).validate()

    described = {each["path"] for each in json.loads(files["datapackage.json"])["resources"]}
    assert report.valid, report.flatten(["type", "message"])
    assert described == {name for name in files if name.endswith(".csv")}


def test_the_manifest_in_the_zip_is_the_one_returned() -> None:
    content, manifest = build_zip(snapshot_of(), WHOLE)

    assert msgspec.json.decode(contents(content)["manifest.json"], type=Manifest) == manifest
    assert json.loads(contents(content)["manifest.json"])["semantics"]["support"]["inactivity_days"] == 7
