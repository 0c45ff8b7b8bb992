"""Prerequisites are asked first, and the same wish always gives the same plan."""

from __future__ import annotations

import pytest

from oracles.contract import OracleKey
from oracles.plan import UnknownOracle, stages
from oracles.registry import registry
from tests.oracles.test_registry import oracle

TABLE = registry([oracle("report", "scores", "roster"), oracle("scores", "roster"), oracle("roster"), oracle("alone")])


def plan(*wanted: str) -> tuple[tuple[str, ...], ...]:
    return stages(TABLE, [OracleKey(key) for key in wanted])


@pytest.mark.proves("O3")
def test_what_an_oracle_rests_on_comes_in_an_earlier_stage() -> None:
    assert plan("report") == (("roster",), ("scores",), ("report",))


@pytest.mark.proves("O3")
def test_the_order_of_the_wish_does_not_matter() -> None:
    assert plan("alone", "scores") == plan("scores", "alone") == (("alone", "roster"), ("scores",))


def test_only_what_is_wanted_and_what_it_rests_on_is_planned() -> None:
    assert plan("alone") == (("alone",),)


def test_nothing_wanted_is_an_empty_plan() -> None:
    assert plan() == ()


def test_an_unknown_oracle_is_refused() -> None:
    with pytest.raises(UnknownOracle, match="expected one of alone, report, roster, scores, got weather"):
        plan("weather")
