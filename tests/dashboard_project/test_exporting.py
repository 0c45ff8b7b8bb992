"""A file is read back before it leaves: what does not say what the snapshot says is counted and never handed over."""

from __future__ import annotations

import pytest

from dashboard_project.exporting import NumbersDiffer, check_parity, whole_dashboard
from snapshot.export.contract import ExportRequest
from tests.fakes import FakeMeter
from tests.snapshot.export.zips import rewritten, snapshot_of

WHOLE = ExportRequest()


@pytest.mark.proves("snapshot:NFR-COR-001", "snapshot:FR-012")
@pytest.mark.parametrize("request_", [WHOLE, ExportRequest(bom=True), ExportRequest(is_raw=True)])
def test_a_file_that_says_what_the_snapshot_says_is_handed_over(request_: ExportRequest) -> None:
    meter = FakeMeter()

    file, _ = whole_dashboard(snapshot_of(), request_)

    check_parity(file.content, meter)
    assert not meter.counts


@pytest.mark.proves("snapshot:NFR-COR-001", "snapshot:FR-012", "snapshot:NFR-OPS-001")
def test_a_number_that_differs_is_counted_and_the_file_stays_here() -> None:
    file, _ = whole_dashboard(snapshot_of(), WHOLE)
    meter = FakeMeter()

    with pytest.raises(NumbersDiffer, match=r"progress\.unit-1\.completed is 3 in student_progress\.csv") as it:
        check_parity(rewritten(file.content, "student_progress.csv", b",4,4,", b",3,4,"), meter)

    assert meter.counts["parity_mismatches"] == len(str(it.value).split("; ")) > 1
