"""A kept snapshot reads back as what was shown; anything else reads as nothing."""

from __future__ import annotations

import msgspec
import pytest

from snapshot.contract import SNAPSHOT_VERSION, Capability
from snapshot.keeping import from_bytes, to_bytes
from tests.snapshot.classroom import Classroom
from tests.snapshot.snapshots import assembled


@pytest.mark.proves("UX-i")
@pytest.mark.parametrize("unit", [None, "unit-1", "unit-3"])
def test_it_reads_back_as_what_was_shown(unit: str | None) -> None:
    shown = assembled(Classroom({"Ada": {"unit-1-page-1": True}}, (70.0,), unit=unit))

    back = from_bytes(to_bytes(shown))

    assert back == msgspec.structs.replace(shown, oracles={})


def test_a_projection_that_was_not_there_is_not_there() -> None:
    shown = assembled()
    without = {kind: part for kind, part in shown.projections.items() if kind is not Capability.PROGRESS}

    back = from_bytes(to_bytes(msgspec.structs.replace(shown, projections=without)))

    assert back is not None
    assert back.projections == without


@pytest.mark.parametrize("kept", [b"", b"\x80", b"\xc1", b"nonsense", msgspec.msgpack.encode({"snapshot_version": 1})])
def test_what_is_no_snapshot_reads_as_nothing(kept: bytes) -> None:
    assert from_bytes(kept) is None


def test_another_version_reads_as_nothing() -> None:
    other = msgspec.structs.replace(assembled(), snapshot_version=SNAPSHOT_VERSION + 1)

    assert from_bytes(to_bytes(other)) is None
