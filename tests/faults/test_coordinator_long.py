"""The long forms of the coordinator's proofs; `make faults` runs them."""

from __future__ import annotations

import pytest

from tests.coordinator.search import search
from tests.coordinator.test_race import race
from tests.coordinator.test_state_machine import machine

pytestmark = pytest.mark.long


@pytest.mark.proves("R1", "R2", "R3", "R8", "R11", "R14", "R15", "R16", "R19")
class TestTenThousandHistories(machine(runs=10_000)):  # type: ignore[misc]
    """Random histories of up to 40 events."""


@pytest.mark.proves("R1", "R2", "R3", "R7", "R8", "R11", "R14", "R16", "NFR-REL-002")
def test_no_history_of_seven_events_breaks_an_invariant(capsys: pytest.CaptureFixture[str]) -> None:
    states, steps = search(depth=7)

    with capsys.disabled():
        print(f"\ncoordinator, every history of 7 events: {states} states, {steps} steps")  # noqa: T201
    assert states > 78_000


@pytest.mark.proves("R3", "R7", "NFR-REL-001", "NFR-REL-002", "AC-002", "F7")
async def test_a_thousand_rounds_of_rapid_choices_paint_nothing_stale() -> None:
    assert await race(rounds=1000, seed=7) == []
