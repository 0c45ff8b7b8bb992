"""The order in which oracles can be asked: stages, each answerable once the stages before it are. Pure.

The same wish always gives the same plan: keys inside a stage are sorted.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from graphlib import TopologicalSorter

from oracles.contract import Oracle, OracleKey

Stage = tuple[OracleKey, ...]


class UnknownOracle(KeyError):
    """Somebody asked for an oracle that is not in the table."""


def stages(table: Mapping[OracleKey, Oracle], wanted: Iterable[OracleKey]) -> tuple[Stage, ...]:
    """Stages that answer `wanted` and everything it rests on; oracles of one stage do not need each other.

    Raises UnknownOracle when a wanted key is not in the table.
    """
    sorter = TopologicalSorter(_prerequisites(table, wanted))
    sorter.prepare()
    plan: list[Stage] = []
    while sorter.is_active():
        stage = tuple(sorted(sorter.get_ready()))
        plan.append(stage)
        sorter.done(*stage)
    return tuple(plan)


def _prerequisites(
    table: Mapping[OracleKey, Oracle], wanted: Iterable[OracleKey]
) -> dict[OracleKey, frozenset[OracleKey]]:
    found: dict[OracleKey, frozenset[OracleKey]] = {}
    waiting = list(wanted)
    while waiting:
        key = waiting.pop()
        if key in found:
            continue
        if key not in table:
            raise UnknownOracle(f"expected one of {', '.join(sorted(table))}, got {key}")
        found[key] = table[key].requires
        waiting.extend(found[key])
    return found
