"""A table of oracles, checked once, when it is made: a wrong row stops the start and never a request. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from graphlib import CycleError, TopologicalSorter
from types import MappingProxyType

from oracles.contract import Oracle, OracleKey, Payload


class InvalidRegistry(Exception):
    """A row of the table contradicts itself or another row: the author's mistake."""


class DuplicateOracle(InvalidRegistry):
    """Two rows answer under one key."""


class UnknownPrerequisite(InvalidRegistry):
    """A row rests on an oracle that is not in the table."""


class PrerequisiteCycle(InvalidRegistry):
    """Rows rest on each other, so none could be asked first."""


class MissingVersion(InvalidRegistry):
    """A row has no version, so a cached payload of an older shape could not be told from a new one."""


class MissingPayloadType(InvalidRegistry):
    """A row names no payload type of its own, so its answer could not be read back from a cache."""


class ReadsNothing(InvalidRegistry):
    """A row names no data domain, so nothing would ever make its cached answer outdated."""


def registry(oracles: Sequence[Oracle]) -> Mapping[OracleKey, Oracle]:
    """The table by key, in the order given.

    Raises a subclass of InvalidRegistry when a row is wrong; the message says what was expected and what was got.
    """
    _check_keys(oracles)
    for oracle in oracles:
        _check_row(oracle)
    table = {oracle.key: oracle for oracle in oracles}
    _check_prerequisites(table)
    return MappingProxyType(table)


def _check_keys(oracles: Sequence[Oracle]) -> None:
    for key, times in Counter(oracle.key for oracle in oracles).items():
        if times > 1:
            raise DuplicateOracle(f"expected each key once, got {key} {times} times")


def _check_row(oracle: Oracle) -> None:
    if oracle.version < 1:
        raise MissingVersion(f"expected a version of at least 1 for {oracle.key}, got {oracle.version}")
    if oracle.payload is Payload or not issubclass(oracle.payload, Payload):
        raise MissingPayloadType(f"expected a subclass of Payload for {oracle.key}, got {oracle.payload.__name__}")
    if not oracle.reads:
        raise ReadsNothing(f"expected at least one data domain for {oracle.key}, got none")


def _check_prerequisites(table: Mapping[OracleKey, Oracle]) -> None:
    for oracle in table.values():
        unknown = sorted(oracle.requires - table.keys())
        if unknown:
            expected = ", ".join(sorted(table))
            raise UnknownPrerequisite(f"expected {oracle.key} to require some of {expected}, got {', '.join(unknown)}")
    try:
        TopologicalSorter({key: oracle.requires for key, oracle in table.items()}).prepare()
    except CycleError as error:
        raise PrerequisiteCycle(f"expected an order to ask in, got the cycle {' → '.join(error.args[1])}") from error
