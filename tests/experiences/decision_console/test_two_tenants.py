"""The console's part of the two-tenant matrix: every public method has a case, and each case holds."""

from __future__ import annotations

import inspect

import pytest

from experiences.decision_console.data import DecisionConsoleDataOrchestrator
from experiences.decision_console.service import DecisionConsoleService
from tests.experiences.decision_console.two_tenants import CASES
from tests.experiences.tenants import two_tenants


@pytest.mark.proves("O-03", "K-02")
@pytest.mark.django_db
@pytest.mark.parametrize("key", CASES, ids=".".join)
def test_nothing_of_the_other_institution_comes_out_or_changes(key: tuple[str, str]) -> None:
    CASES[key](two_tenants())


@pytest.mark.proves("O-03")
@pytest.mark.parametrize("owner", [DecisionConsoleDataOrchestrator, DecisionConsoleService])
def test_a_new_public_method_needs_a_case(owner: type) -> None:
    methods = {name for name, _ in inspect.getmembers(owner, inspect.isfunction) if not name.startswith("_")}

    assert methods == {name for cls, name in CASES if cls == owner.__name__}
