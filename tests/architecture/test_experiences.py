"""The seven checks of the experiences: layers, no state in objects, fresh objects, two tenants, SQL, one orchestrator,
and that every page answers (the last in `tests/experiences/test_pages.py`, which needs the whole application).
"""

from __future__ import annotations

import ast
import importlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps

from courses.tenancy import TenantOwned
from experiences.registry import EXPERIENCES, Experience
from tests.architecture.sources import ROOT, python_files, shown
from tests.experiences.tenants import Cases, two_tenants
from tests.experiences.watching import held, public_methods, watching
from tests.plugins.tenants import tenant_tables

CLASSES = tuple(kind for experience in EXPERIENCES for kind in experience.classes)
METHODS = [
    pytest.param(experience, kind.__name__, name, id=f"{kind.__name__}.{name}")
    for experience in EXPERIENCES
    for kind in experience.classes
    for name in public_methods(kind)
]
SHARED_TABLES: frozenset[str] = frozenset()
"""Tables of experiences that belong to no institution: none."""
MUTATORS = {"append", "extend", "add", "update", "setdefault", "pop", "clear", "insert", "remove", "discard", "popitem"}

# ---- 1. layers -----------------------------------------------------------------------------------------------


def imports_of(path: Path) -> set[str]:
    nodes = list(ast.walk(ast.parse(path.read_text())))
    plain = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    return plain | {node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module}


@pytest.mark.proves("O-11")
@pytest.mark.parametrize("experience", EXPERIENCES, ids=lambda each: each.package)
def test_a_service_asks_no_database(experience: Experience) -> None:
    path = ROOT / experience.service.__module__.replace(".", "/")
    imported = imports_of(path.with_suffix(".py"))

    assert {name for name in imported if name.startswith(("django", "courses.models", "courses.tenancy"))} == set()


@pytest.mark.proves("O-11", "O-13")
def test_calculators_import_nothing_but_pure_values() -> None:
    allowed = re.compile(
        r"experiences\.calculators|oracles\.(payloads|contract)|snapshot\.(contract|numbers|proficiency)"
    )
    own = re.compile(r"(courses|coordinator|dashboard_project|django|experiences|ingest|oracles|snapshot)\b")

    found = {
        shown(path): {name for name in imports_of(path) if own.match(name) and not allowed.match(name)}
        for path in python_files("experiences/calculators")
    }

    assert {path: names for path, names in found.items() if names} == {}


@pytest.mark.proves("O-11")
def test_no_experience_names_another_ones_package() -> None:
    packages = {experience.package for experience in EXPERIENCES}
    found = [
        f"{shown(path)}: {name}"
        for package in packages
        for path in python_files(f"experiences/{package}")
        for name in imports_of(path)
        if name.startswith("experiences.") and name.split(".")[1] in packages - {package}
    ]

    assert found == []


# ---- names ---------------------------------------------------------------------------------------------------


@pytest.mark.proves("O-12")
@pytest.mark.parametrize("experience", EXPERIENCES, ids=lambda each: each.package)
def test_names_follow_from_the_package(experience: Experience) -> None:
    name = "".join(part.title() for part in experience.package.split("_"))

    assert experience.service.__name__ == f"{name}Service"
    if experience.orchestrator is not None:
        assert experience.orchestrator.__name__ == f"{name}DataOrchestrator"
        assert experience.orchestrator.__module__ == f"experiences.{experience.package}.data"


@pytest.mark.proves("O-12")
def test_every_orchestrator_and_service_stands_in_the_registry() -> None:
    found = {
        node.name
        for path in python_files("experiences")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ClassDef) and node.name.endswith(("DataOrchestrator", "Service"))
    }

    assert found == {kind.__name__ for kind in CLASSES}


# ---- 2. no state in objects or modules ------------------------------------------------------------------------


def written_outside_init(kind: type) -> Iterator[str]:
    """Methods that set an attribute of their object."""
    path = ROOT / kind.__module__.replace(".", "/")
    tree = ast.parse(path.with_suffix(".py").read_text())
    (body,) = (node for node in tree.body if isinstance(node, ast.ClassDef) and node.name == kind.__name__)
    for method in body.body:
        if isinstance(method, ast.FunctionDef) and method.name not in {"__init__", "__post_init__"}:
            stores = (node for node in ast.walk(method) if isinstance(node, ast.Attribute))
            yield from (
                f"{method.name}: self.{node.attr}"
                for node in stores
                if isinstance(node.ctx, ast.Store | ast.Del) and getattr(node.value, "id", "") == "self"
            )


@pytest.mark.proves("O-07")
@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)
def test_only_the_constructor_fills_an_object(kind: type) -> None:
    assert list(written_outside_init(kind)) == []


def mutated_globals(path: Path) -> Iterator[str]:
    """Names of the module whose containers a function of it changes, or that it assigns anew."""
    tree = ast.parse(path.read_text())
    names = {
        target.id
        for node in tree.body
        for target in (node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)])
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Global):
            yield f"global {', '.join(node.names)}"
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in MUTATORS:
            yield from _named(node.func.value, names)
        if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store | ast.Del):
            yield from _named(node.value, names)


def _named(node: ast.expr, names: set[str]) -> Iterator[str]:
    if isinstance(node, ast.Name) and node.id in names and node.id.isupper():
        yield node.id


@pytest.mark.proves("O-07")
def test_no_module_keeps_anything_between_calls() -> None:
    found = {shown(path): list(mutated_globals(path)) for path in python_files("experiences")}

    assert {path: names for path, names in found.items() if names} == {}


def test_the_search_for_kept_things_finds_them(tmp_path: Path) -> None:
    module = tmp_path / "module.py"
    module.write_text("KEPT = {}\ndef f(x):\n    KEPT[x] = 1\n    KEPT.update(x)\ndef g():\n    global COUNT\n")

    assert sorted(mutated_globals(module)) == ["KEPT", "KEPT", "global COUNT"]


class Forgetful:
    """Keeps what it was told, which it must not."""

    def __init__(self) -> None:
        self.seen: list[int] = []

    def remember(self, what: int) -> None:
        self.seen.append(what)

    def refuse(self, what: int) -> None:
        self.seen.append(what)
        raise ValueError(what)


def test_the_watch_sees_an_object_that_keeps_something() -> None:
    with watching((Forgetful,)) as seen:
        Forgetful().remember(1)

    assert seen.called == {("Forgetful", "remember")}
    assert seen.changed == ["Forgetful.remember"]
    assert held(Forgetful()).keys() == {"seen"}


def test_the_watch_sees_an_object_that_keeps_something_and_raises() -> None:
    with watching((Forgetful,)) as seen, pytest.raises(ValueError, match="1"):
        Forgetful().refuse(1)

    assert seen.changed == ["Forgetful.refuse"]


# ---- 3 and 4. two tenants, for every public method -------------------------------------------------------------


def cases_of(experience: Experience) -> Cases:
    module = importlib.import_module(f"tests.experiences.{experience.package}.two_tenants")
    cases: Cases = module.CASES
    return cases


@pytest.mark.proves("O-03", "O-07")
@pytest.mark.django_db
@pytest.mark.parametrize(("experience", "kind", "method"), METHODS)
def test_a_method_called_for_one_tenant_leaves_the_other_and_its_object_as_they_were(
    experience: Experience, kind: str, method: str
) -> None:
    cases = cases_of(experience)
    assert (kind, method) in cases, f"write a case in tests/experiences/{experience.package}/two_tenants.py"
    tenants = two_tenants()

    with watching(CLASSES) as seen:
        cases[kind, method](tenants)

    assert (kind, method) in seen.called
    assert seen.changed == []


@pytest.mark.proves("O-03")
@pytest.mark.parametrize("experience", EXPERIENCES, ids=lambda each: each.package)
def test_no_case_speaks_of_a_method_that_is_gone(experience: Experience) -> None:
    there = {(kind.__name__, name) for kind in experience.classes for name in public_methods(kind)}

    assert cases_of(experience).keys() - there == set()


# ---- 5. every statement names its tenant -----------------------------------------------------------------------


@pytest.mark.proves("O-02", "O-03")
def test_every_table_of_an_experience_is_watched_for_statements_that_forget_the_tenant() -> None:
    """The watch itself stands in `tests/plugins/tenants.py` and is on wherever a test uses the database."""
    models = [model for model in apps.get_models() if model.__module__.startswith("experiences.")]
    tables = {model._meta.db_table for model in models if not issubclass(model, TenantOwned)}

    assert models
    assert tables == SHARED_TABLES
    assert all(tenant_tables().search(f'FROM "{model._meta.db_table}" ') for model in models)


# ---- 6. one orchestrator for digest and test drive -------------------------------------------------------------


@pytest.mark.proves("T-01", "G-01")
def test_the_test_drive_has_no_orchestrator_of_its_own() -> None:
    found = [shown(path) for path in python_files("experiences", "dashboard_project") if _NO_SUCH in path.read_text()]

    assert found == []
    assert [each.package for each in EXPERIENCES if each.orchestrator is None] in ([], ["test_drive"])


_NO_SUCH = "TestDrive" + "DataOrchestrator"
