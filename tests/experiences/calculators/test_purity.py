"""Calculators are pure: plain values in and out, nothing kept, nothing of Django."""

from __future__ import annotations

import dataclasses
import importlib
import inspect
import pkgutil
import subprocess
import sys
from types import ModuleType

import pytest

import experiences.calculators
from tests.architecture.sources import ROOT

MODULES = [
    importlib.import_module(f"experiences.calculators.{found.name}")
    for found in pkgutil.iter_modules(experiences.calculators.__path__)
]
CALCULATORS = [
    value
    for module in MODULES
    for name, value in inspect.getmembers(module, inspect.isclass)
    if name.endswith("Calculator") and value.__module__ == module.__name__
]


def own_dataclasses(module: ModuleType) -> list[type]:
    found = inspect.getmembers(module, inspect.isclass)
    return [value for _, value in found if value.__module__ == module.__name__ and dataclasses.is_dataclass(value)]


@pytest.mark.proves("O-13")
@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_all_values_are_frozen(module: ModuleType) -> None:
    thawed = [value.__name__ for value in own_dataclasses(module) if not value.__dataclass_params__.frozen]  # type: ignore[attr-defined]

    assert thawed == []


@pytest.mark.proves("O-13", "O-12")
def test_the_calculators_are_frozen_too() -> None:
    assert {"PaceRunwayCalculator", "AttentionPriorityCalculator", "TrendCalculator", "InsightCalculator"} <= {
        calculator.__name__ for calculator in CALCULATORS
    }
    keeping = [each.__name__ for each in CALCULATORS if not dataclasses.is_dataclass(each) and "__init__" in vars(each)]
    assert keeping == []


@pytest.mark.proves("O-13", "O-11")
def test_importing_the_calculators_imports_no_django() -> None:
    names = ", ".join(module.__name__ for module in MODULES)
    code = f"import sys, {names}; sys.exit('django' in sys.modules)"

    result = subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False)

    assert result.returncode == 0
