"""A wrong table of oracles is refused when it is made, with a message that says what was expected."""

from __future__ import annotations

import pytest

from oracles.contract import Domain, Oracle, OracleContext, OracleKey, Payload
from oracles.payloads import SchedulePosition
from oracles.registry import (
    DuplicateOracle,
    InvalidRegistry,
    MissingPayloadType,
    MissingVersion,
    PrerequisiteCycle,
    ReadsNothing,
    UnknownPrerequisite,
    registry,
)


def answer(context: OracleContext) -> Payload:
    return SchedulePosition()


def oracle(
    key: str,
    *requires: str,
    version: int = 1,
    payload: type[Payload] = SchedulePosition,
    reads: frozenset[Domain] = frozenset({Domain.STRUCTURE}),
) -> Oracle:
    return Oracle(
        key=OracleKey(key),
        version=version,
        reads=reads,
        payload=payload,
        load=answer,
        requires=frozenset(OracleKey(each) for each in requires),
    )


@pytest.mark.proves("O2")
def test_a_sound_table_is_found_by_key_in_the_order_given() -> None:
    table = registry([oracle("b"), oracle("a", "b")])

    assert list(table) == ["b", "a"]
    assert table[OracleKey("a")].requires == {"b"}


@pytest.mark.proves("O2")
@pytest.mark.parametrize(
    ("oracles", "error", "message"),
    [
        ([oracle("a"), oracle("a")], DuplicateOracle, "expected each key once, got a 2 times"),
        ([oracle("a", "z", "y")], UnknownPrerequisite, "expected a to require some of a, got y, z"),
        ([oracle("a", "b"), oracle("b", "a")], PrerequisiteCycle, "got the cycle"),
        ([oracle("a", "a")], PrerequisiteCycle, "a → a"),
        ([oracle("a", version=0)], MissingVersion, "expected a version of at least 1 for a, got 0"),
        ([oracle("a", payload=Payload)], MissingPayloadType, "expected a subclass of Payload for a, got Payload"),
        ([oracle("a", reads=frozenset())], ReadsNothing, "expected at least one data domain for a, got none"),
    ],
)
def test_a_wrong_row_is_refused(oracles: list[Oracle], error: type[InvalidRegistry], message: str) -> None:
    with pytest.raises(error, match=message):
        registry(oracles)


def test_a_table_cannot_be_changed_afterwards() -> None:
    table = registry([oracle("a")])

    with pytest.raises(TypeError):
        table[OracleKey("b")] = oracle("b")  # type: ignore[index]
