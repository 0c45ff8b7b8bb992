"""Writes docs/traceability.md: which tests prove which requirement, from their `proves` marks; `--check` only compares.

The requirements stand in docs/requirements.csv (area, id, what). Two areas may use the same id: `snapshot:AC-006` says
which is meant, else the folder of the test does. An id that is in no list (a row of a study, say) comes at the end.
"""

from __future__ import annotations

import argparse
import ast
import csv
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
REQUIREMENTS = ROOT / "docs/requirements.csv"
REPORT = ROOT / "docs/traceability.md"

AREA_OF_FOLDER = {"snapshot": "snapshot", "experiences": "experiences"}
"""Where a folder's own area comes before the order of the list."""

Key = tuple[str, str]
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class Requirement:
    """One row of the list."""

    area: str
    name: str
    what: str


@dataclass(frozen=True, slots=True)
class Proof:
    """A test and one id that it says it proves."""

    folder: str
    test: str
    name: str


def requirements() -> list[Requirement]:
    with REQUIREMENTS.open(newline="", encoding="utf-8") as file:
        return [Requirement(row["area"], row["id"], row["what"]) for row in csv.DictReader(file)]


def proofs(tests: Path) -> list[Proof]:
    return [proof for path in sorted(tests.rglob("test_*.py")) for proof in _proofs_in(path, tests)]


def _proofs_in(path: Path, tests: Path) -> Iterator[Proof]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    of_file = _module_marks(tree)
    inside = path.relative_to(tests)
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            of_class = [name for decorator in node.decorator_list for name in _names(decorator)]
            yield from (Proof(inside.parts[0], f"{inside}::{node.name}", name) for name in of_class)
        if isinstance(node, Function) and node.name.startswith("test_"):
            names = [*of_file, *(name for decorator in node.decorator_list for name in _names(decorator))]
            yield from (Proof(inside.parts[0], f"{inside}::{node.name}", name) for name in dict.fromkeys(names))


def _module_marks(tree: ast.Module) -> list[str]:
    for node in tree.body:
        if isinstance(node, ast.Assign) and any(isinstance(t, ast.Name) and t.id == "pytestmark" for t in node.targets):
            marks = node.value.elts if isinstance(node.value, ast.List | ast.Tuple) else [node.value]
            return [name for mark in marks for name in _names(mark)]
    return []


def _names(mark: ast.expr) -> list[str]:
    """The ids of `pytest.mark.proves("R7", "AC-003")`."""
    if not (isinstance(mark, ast.Call) and isinstance(mark.func, ast.Attribute) and mark.func.attr == "proves"):
        return []
    return [arg.value for arg in mark.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]


def assign(rows: list[Requirement], found: list[Proof]) -> Mapping[Key, list[str]]:
    """Tests by requirement; an unknown id has the area `other`."""
    areas: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        areas[row.name].append(row.area)
    tests: dict[Key, list[str]] = defaultdict(list)
    for proof in found:
        tests[_key(proof, areas)].append(proof.test)
    return tests


def _key(proof: Proof, areas: Mapping[str, list[str]]) -> Key:
    area, colon, name = proof.name.partition(":")
    return (area, name) if colon else (_area(proof, areas.get(proof.name, [])), proof.name)


def _area(proof: Proof, areas: list[str]) -> str:
    own = AREA_OF_FOLDER.get(proof.folder, "")
    return own if own in areas else next(iter(areas), "other")


def report(rows: list[Requirement], tests: Mapping[Key, list[str]]) -> str:
    missing = [row for row in rows if (row.area, row.name) not in tests]
    lines = ["# Traceability", "", "Written by `make traceability` from the `proves` marks of the tests.", ""]
    lines += [f"{len(rows) - len(missing)} of {len(rows)} requirements have a test that says it proves them.", ""]
    for area in dict.fromkeys(row.area for row in rows):
        lines += [f"## {area.capitalize()}", "", "| id | requirement | tests |", "|---|---|---|"]
        lines += [_line(row, tests.get((row.area, row.name), [])) for row in rows if row.area == area]
        lines += [""]
    others = sorted((key[1], found) for key, found in tests.items() if key[0] == "other")
    lines += ["## Rows of other lists", "", "| id | tests |", "|---|---|"]
    lines += [f"| {name} | {_list(found)} |" for name, found in others]
    lines += ["", "## Without a test", "", ", ".join(f"{row.area} {row.name}" for row in missing) or "None.", ""]
    return "\n".join(lines)


def _line(row: Requirement, tests: list[str]) -> str:
    return f"| {row.name} | {row.what.replace('|', '/')} | {_list(tests) or '**none**'} |"


def _list(tests: list[str]) -> str:
    """The files, with how many tests in each."""
    files: dict[str, int] = defaultdict(int)
    for test in tests:
        files[test.partition("::")[0]] += 1
    return ", ".join(f"{file} ({count})" for file, count in sorted(files.items()))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when the page is out of date")
    rows = requirements()
    text = report(rows, assign(rows, proofs(ROOT / "tests")))
    if not parser.parse_args().check:
        REPORT.write_text(text, encoding="utf-8")
        return 0
    if REPORT.exists() and REPORT.read_text(encoding="utf-8") == text:
        return 0
    sys.stderr.write("docs/traceability.md is out of date: run `make traceability`\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
