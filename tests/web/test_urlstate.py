"""The address is the state: round trips, canonical form, fallbacks."""

from __future__ import annotations

from random import Random
from urllib.parse import parse_qsl

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard_project.web.urlstate import (
    BUCKETS,
    DEFAULT,
    LISTS,
    PARAMETERS,
    PICKS,
    SIDES,
    Notice,
    ViewState,
    read,
    write,
)

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
    bar=st.one_of(st.just(""), KEYS),
    side=st.sampled_from(SIDES),
    bar_rows=st.integers(1, 500).map(lambda n: 20 * n),
    listed=st.one_of(st.just(""), st.tuples(KEYS, st.sampled_from(LISTS)).map(":".join)),
    listed_rows=st.integers(1, 500).map(lambda n: 20 * n),
    only=st.one_of(
        st.just(""),
        st.sampled_from(BUCKETS).map("bucket:{}".format),
        st.tuples(st.just("progress"), KEYS, st.sampled_from(SIDES)).map(":".join),
        st.tuples(st.just("assessment"), KEYS, st.sampled_from(LISTS)).map(":".join),
    ),
    pick=st.sampled_from(["", *PICKS]),
    live=st.sampled_from(["0", "1"]),
)


def state_of(address: str) -> tuple[ViewState, tuple[Notice, ...]]:
    return read(parse_qsl(address.removeprefix("?"), keep_blank_values=True))


@given(STATES)
def test_a_state_survives_its_address(state: ViewState) -> None:
    assert state_of(write(state)) == (state, ())


@pytest.mark.proves("U2", "UX-13")
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


@pytest.mark.proves("U3")
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


@pytest.mark.proves("ROW-T3", "UX-1")
def test_another_scope_lets_go_of_its_lists_and_of_a_filter_that_was_only_of_the_old_one() -> None:
    looked_at = ViewState(page=2, bar="unit-1", bar_rows=40, listed="quiz:late", listed_rows=60, pick="progress")
    of_a_bar = msgspec.structs.replace(looked_at, only="progress:unit-1:todo")
    of_a_bucket = msgspec.structs.replace(looked_at, only="bucket:struggling")

    assert of_a_bar.at("container:b") == ViewState(scope="container:b")
    assert of_a_bucket.at("container:b") == ViewState(scope="container:b", only="bucket:struggling")


@pytest.mark.proves("ROW-T3")
def test_another_threshold_keeps_the_page_of_bars_and_the_open_list() -> None:
    state, _ = read([("p.threshold", "60")], ViewState(page=2, bar="unit-8", bar_rows=40))

    assert state == ViewState(threshold=60, page=2, bar="unit-8", bar_rows=40)


@pytest.mark.parametrize(("name", "value"), [("p.open", "unit-2"), ("p.side", "done"), ("f", "bucket:on_track")])
def test_another_list_begins_at_its_first_rows_with_nobody_selected(name: str, value: str) -> None:
    state, _ = read([(name, value)], ViewState(bar="unit-1", bar_rows=60, pick="progress"))

    assert state.pick == ""
    assert state.bar_rows == (60 if name == "f" else 20)


def test_an_address_that_says_how_many_rows_is_believed() -> None:
    assert state_of("?p.open=unit-1&p.rows=60&pick=progress")[0] == ViewState(
        bar="unit-1", bar_rows=60, pick="progress"
    )


@pytest.mark.parametrize(
    "only",
    ["everybody", "bucket:gifted", "progress:unit-1", "progress:unit-1:late", "assessment::todo", "bucket:on_track:x"],
)
def test_a_filter_that_means_nothing_falls_back_with_a_notice(only: str) -> None:
    assert read([("f", only)]) == (DEFAULT, (Notice("invalid_value", "f"),))
