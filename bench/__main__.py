"""`python -m bench [F1 F5 …] [--quick]`: measures, prints one table, writes bench/results/latest.json.

Exit code 0 when everything could be measured, whatever came out: figures are read by people, not by a gate.
"""

from __future__ import annotations

import argparse
import sys
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bench import results
from bench.surroundings import surroundings
from bench.table import table

if TYPE_CHECKING:
    from bench.contract import Figure, Row
    from bench.laboratory import Laboratory


def main() -> int:
    arguments = _arguments()
    with surroundings():
        from bench import classes  # noqa: PLC0415  needs Django
        from bench.figures import FIGURES  # noqa: PLC0415
        from bench.laboratory import Laboratory  # noqa: PLC0415

        wanted = _wanted(arguments.figures, FIGURES)
        classes.prepare(_say)
        with Laboratory(is_quick=arguments.quick) as laboratory:
            rows, failures = _measure(wanted, laboratory)
    print(table(rows))
    results.write(results.document(rows, datetime.now(UTC), is_quick=arguments.quick, failures=failures))
    for key, reason in failures.items():
        print(f"{key} could not be measured: {reason}", file=sys.stderr)
    return 1 if failures else 0


def _measure(figures: list[Figure], laboratory: Laboratory) -> tuple[list[Row], dict[str, str]]:
    rows: list[Row] = []
    failures: dict[str, str] = {}
    for figure in figures:
        started_at = time.monotonic()
        try:
            rows += figure.measure(laboratory)
        except Exception as error:  # noqa: BLE001  one figure that fails must not cost the others
            failures[figure.key] = f"{type(error).__name__}: {error}"
        _say(f"{figure.key} {figure.title}: {time.monotonic() - started_at:.1f} s")
    return rows, failures


def _wanted(keys: list[str], figures: tuple[Figure, ...]) -> list[Figure]:
    unknown = set(keys) - {figure.key for figure in figures}
    if unknown:
        sys.exit(f"expected some of {', '.join(figure.key for figure in figures)}, got {', '.join(sorted(unknown))}")
    return [figure for figure in figures if not keys or figure.key in keys]


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measure the performance figures.")
    parser.add_argument("figures", nargs="*", type=str.upper, help="which ones (default: all)")
    parser.add_argument("--quick", action="store_true", help="fewer repetitions")
    return parser.parse_args()


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
