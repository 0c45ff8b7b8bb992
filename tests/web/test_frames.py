"""Untrusted frames: what is understood, and that nothing else gets through or breaks anything."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard_project.web.frames import MAX_BYTES, BadFrame, TileRetried, ViewAsked, parse
from dashboard_project.web.urlstate import DEFAULT, Notice, ViewState
from snapshot.contract import Capability

HERE = ViewState(scope="container:unit-1", threshold=70, page=2)


def test_a_bare_scope_is_enough_and_keeps_how_the_tiles_are_looked_at() -> None:
    event = parse('{"scope": "container:quiz"}', None, HERE)

    assert event == ViewAsked(ViewState(scope="container:quiz", threshold=70, page=1))


def test_the_fields_of_the_form_are_the_view() -> None:
    frame = {"scope": "container:unit-1", "p.threshold": "50", "s.bucket": "on_track", "seq": 4, "headers": {"X": "y"}}

    event = parse(json.dumps(frame), None, HERE)

    assert event == ViewAsked(ViewState("container:unit-1", 50, page=2, bucket="on_track"), seq=4)


def test_an_address_is_said_whole() -> None:
    event = parse('{"op": "address", "scope": "container:unit-1", "shown": "container:unit-1"}', None, HERE)

    assert event == ViewAsked(ViewState(scope="container:unit-1"), shown="container:unit-1")


def test_a_field_that_comes_twice_counts_as_its_last_value() -> None:
    event = parse('{"scope": ["course", "container:unit-2"]}', None, DEFAULT)

    assert event == ViewAsked(ViewState(scope="container:unit-2"))


def test_a_value_that_cannot_be_falls_back_with_a_notice() -> None:
    event = parse('{"scope": "container:unit-1", "p.threshold": "71"}', None, HERE)

    assert event == ViewAsked(
        ViewState(scope="container:unit-1", threshold=100, page=2), (Notice("invalid_value", "p.threshold"),)
    )


@pytest.mark.proves("ROW-T3")
def test_what_the_form_still_says_of_the_old_scope_is_let_go() -> None:
    here = ViewState("container:unit-1", page=2, bar="page-1", only="progress:page-1:todo", bucket="on_track")
    form = {
        "scope": "container:unit-2",
        "p.page": "2",
        "p.open": "page-1",
        "f": "progress:page-1:todo",
        "s.bucket": "on_track",
    }

    assert parse(json.dumps(form), None, here) == ViewAsked(ViewState("container:unit-2", bucket="on_track"))


def test_a_scope_can_be_asked_for_together_with_a_list_in_it() -> None:
    event = parse('{"scope": "container:unit-2", "p.open": "page-9", "p.page": 3}', None, HERE)

    assert event == ViewAsked(ViewState("container:unit-2", 70, page=3, bar="page-9"))


def test_retry_of_all_names_no_tile() -> None:
    assert parse('{"retry": "all", "scope": "course"}', None, HERE) == TileRetried(None)


def test_retry_names_its_tile() -> None:
    assert parse('{"retry": "progress", "scope": "course"}', None, HERE) == TileRetried(Capability.PROGRESS)


@pytest.mark.parametrize(("pause", "live"), [(True, "0"), ("1", "0"), (1, "0"), (False, "1"), ("false", "1"), (0, "1")])
def test_pause_is_the_live_of_the_address_said_the_other_way_round(pause: object, live: str) -> None:
    event = parse(json.dumps({"pause": pause}), None, HERE)

    assert event == ViewAsked(ViewState("container:unit-1", 70, page=2, live=live))


def test_a_paused_view_stays_paused_in_another_scope() -> None:
    event = parse('{"scope": "course"}', None, ViewState(scope="container:unit-1", live="0"))

    assert event == ViewAsked(ViewState(live="0"))


@pytest.mark.parametrize(
    "text",
    [
        "",
        '{"pause": "perhaps"}',
        '{"pause": 2}',
        '{"pause": []}',
        "null",
        "7",
        '"course"',
        "[]",
        "{",
        '{"scope": 7.5}',
        '{"scope": {"a": 1}}',
        '{"scope": null}',
        '{"op": "drop table"}',
        '{"op": 7}',
        '{"retry": "everything"}',
        '{"scope": "course", "seq": -1}',
        '{"scope": "course", "seq": "x"}',
        '{"scope": "course", "seq": 1e400}',
        "[" * 60_000,
        '{"a":' * 10_000,
        '{"scope": NaN}',
        '{"scope": "\ud800"}',
        "x" * (MAX_BYTES + 1),
    ],
)
def test_what_is_not_a_frame_is_refused(text: str) -> None:
    with pytest.raises(BadFrame):
        parse(text, None, HERE)


def test_a_binary_frame_is_refused() -> None:
    with pytest.raises(BadFrame):
        parse(None, b'{"scope": "course"}', HERE)


def test_a_frame_of_exactly_the_limit_is_read() -> None:
    frame = json.dumps({"scope": "course", "pad": ""})
    text = frame[:-2] + "x" * (MAX_BYTES - len(frame)) + '"}'

    assert parse(text, None, HERE) == ViewAsked(ViewState(scope="course", threshold=70))


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text()),
    lambda inner: st.one_of(st.lists(inner), st.dictionaries(st.text(), inner)),
    max_leaves=8,
)
NAMES = st.sampled_from(["scope", "op", "retry", "seq", "shown", "p.threshold", "s.rows", "a.open", "live", "headers"])
FRAMES = st.one_of(
    st.text(),
    JSON.map(json.dumps),
    st.dictionaries(NAMES, JSON, max_size=6).map(json.dumps),
    st.dictionaries(NAMES, st.text(max_size=12), max_size=6).map(json.dumps),
)


@settings(max_examples=2_000, deadline=None)
@given(FRAMES)
def test_any_text_is_an_event_or_a_bad_frame(text: str) -> None:
    try:
        event = parse(text, None, HERE)
    except BadFrame:
        return

    assert isinstance(event, ViewAsked | TileRetried)
