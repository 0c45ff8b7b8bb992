"""Files hold one idea, functions do one thing. The numbers only go down."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from tests.architecture.sources import PACKAGES, SUPPORT, python_files, shown

LONGEST_FILE = 300
LONGEST_FUNCTION = 40
LONGEST_MEDIAN = 12

Function = ast.FunctionDef | ast.AsyncFunctionDef


def functions(path: Path) -> Iterator[Function]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, Function):
            yield node


def length(function: Function) -> int:
    """Lines from `def` to the end, without the docstring."""
    lines = (function.end_lineno or function.lineno) - function.lineno + 1
    first = function.body[0]
    has_docstring = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    return lines - ((first.end_lineno or first.lineno) - first.lineno + 1 if has_docstring else 0)


def test_no_file_is_longer_than_300_lines() -> None:
    # A test file is a list of sentences and may be as long as its subject has rules.
    lengths = {shown(path): len(path.read_text().splitlines()) for path in python_files(*PACKAGES, "scripts")}

    assert {path: lines for path, lines in lengths.items() if lines > LONGEST_FILE} == {}


def test_no_function_is_longer_than_40_lines() -> None:
    long = {
        f"{shown(path)}:{function.lineno} {function.name}": length(function)
        for path in python_files(*PACKAGES, *SUPPORT)
        for function in functions(path)
        if length(function) > LONGEST_FUNCTION
    }

    assert long == {}


def test_the_median_function_has_at_most_12_lines() -> None:
    lengths = [length(function) for path in python_files(*PACKAGES) for function in functions(path)]

    assert median(lengths) <= LONGEST_MEDIAN
