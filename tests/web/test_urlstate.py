"""The address is the state: round trips, canonical form, fallbacks."""

from __future__ import annotations

from random import Random
from urllib.parse import parse_qsl

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard_project.web.urlstate import BUCKETS, DEFAULT, PARAMETERS, Notice, ViewState, read, write

KEYS = st.from_regex(r"\A[a-z0-9][a-z0-9_-]{0,30}\Z")
STATES = st.builds(
    ViewState,
    scope=st.one_of(st.just("course"), KEYS.map(lambda key: f"container:{key}")),
    threshold=st.sampled_from(range(10, 101, 10)),
    mode=st.sampled_from(["count", "percent"]),
    page=st.integers(1, 9_999),
    bucket=st.sampled_from(["", *BUCKETS]),
    active=st.sampled_from(["", "0", "1"]),
    rows=st.integers(1, 500).map(lambda n: 20 * n),
    sort=st.sampled_from(["curriculum", "proficiency"]),
    order=st.sampled_from(["due", "recent"]),
    open=st.one_of(st.just(""), KEYS),
    live=st.sampled_from(["0", "1"]),
)


def state_of(address: str) -> tuple[ViewState, tuple[Notice, ...]]:
    return read(parse_qsl(address.removeprefix("?"), keep_blank_values=True))


@given(STATES)
def test_a_state_survives_its_address(state: ViewState) -> None:
    assert state_of(write(state)) == (state, ())


@given(STATES, st.randoms(use_true_random=False))
def test_equal_states_have_equal_addresses_whatever_the_order(state: ViewState, random: Random) -> None:
    pairs = [(p.name, str(getattr(state, p.field))) for p in PARAMETERS]
    random.shuffle(pairs)

    shuffled, _ = read(pairs)

    assert write(shuffled) == write(state)


@given(st.lists(st.tuples(st.one_of(st.sampled_from([p.name for p in PARAMETERS]), st.text()), st.text())))
def test_nothing_that_can_be_typed_raises_and_what_is_read_is_a_valid_state(pairs: list[tuple[str, str]]) -> None:
    state, _ = read(pairs)

    assert state_of(write(state)) == (state, ())


def test_the_default_view_of_the_whole_course_has_no_query() -> None:
    assert write(DEFAULT) == ""


def test_the_example_of_the_contract_is_written_as_it_stands_there() -> None:
    state = ViewState(scope="container:unit-3", threshold=70, mode="percent", bucket="struggling", order="recent")

    assert write(state) == "?scope=container:unit-3&p.threshold=70&p.mode=percent&s.bucket=struggling&a.order=recent"


@pytest.mark.parametrize(
    ("pair", "notice"),
    [
        (("scope", "unit-3"), Notice("unknown_scope", "scope")),
        (("scope", "container:"), Notice("unknown_scope", "scope")),
        (("scope", "container:../../etc"), Notice("unknown_scope", "scope")),
        (("p.threshold", "55"), Notice("invalid_value", "p.threshold")),
        (("p.threshold", "٧٠"), Notice("invalid_value", "p.threshold")),
        (("p.page", "0"), Notice("invalid_value", "p.page")),
        (("p.page", "9" * 5_000), Notice("invalid_value", "p.page")),
        (("s.bucket", "all"), Notice("invalid_value", "s.bucket")),
        (("evil", "1"), Notice("unknown_parameter")),
    ],
)
def test_what_means_nothing_falls_back_with_a_notice(pair: tuple[str, str], notice: Notice) -> None:
    assert read([pair]) == (DEFAULT, (notice,))


def test_the_last_of_two_values_counts() -> None:
    state, notices = read([("scope", "course"), ("scope", "container:unit-2")])

    assert (state.scope, notices) == ("container:unit-2", ())


def test_another_scope_lets_go_of_what_belonged_to_the_old_one() -> None:
    state = ViewState(scope="container:a", threshold=70, page=3, rows=60, open="quiz", bucket="on_track")

    moved = state.at("container:b")

    assert moved == msgspec.structs.replace(DEFAULT, scope="container:b", threshold=70, bucket="on_track")
