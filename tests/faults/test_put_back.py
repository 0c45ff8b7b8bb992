"""Each of the twelve failures of the original has a test, and the test sees the failure when it is put back."""

from __future__ import annotations

import re

import pytest

from tests.faults.put_back import ENGINE, FAULTS, ROOT, TESTS, Fault, main

by_name = pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)


def test_there_are_twelve() -> None:
    assert [fault.name for fault in FAULTS] == [f"W-R{number}" for number in range(1, 13)]


@by_name
def test_what_a_fault_replaces_stands_in_the_engine_exactly_once(fault: Fault) -> None:
    texts = [((ROOT / ENGINE / patch.file).read_text(), patch.old) for patch in fault.patches]

    assert [text.count(old) for text, old in texts] == [1] * len(fault.patches)


@by_name
def test_the_test_that_has_to_see_it_exists(fault: Fault) -> None:
    assert re.search(rf"def {re.escape(fault.test.split('::')[-1])}\b", (ROOT / TESTS).read_text())


@pytest.mark.long
def test_every_test_is_green_without_its_fault_and_red_with_it() -> None:
    assert main([]) == 0
