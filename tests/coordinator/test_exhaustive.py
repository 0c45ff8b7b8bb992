"""No history within six events breaks an invariant; the long form goes to seven."""

from __future__ import annotations

import pytest

from tests.coordinator.search import search


@pytest.mark.proves("R1", "R2", "R3", "R7", "R8", "R11", "R14", "R16", "NFR-REL-002", "C1")
def test_no_history_of_six_events_breaks_an_invariant(capsys: pytest.CaptureFixture[str]) -> None:
    states, steps = search(depth=6)

    with capsys.disabled():
        print(f"\ncoordinator, every history of 6 events: {states} states, {steps} steps")  # noqa: T201
    assert states > 18_000
