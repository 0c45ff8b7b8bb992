"""Two snapshots side by side: every difference is found once, typed, in a stable order."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snapshot.contract import Fact, Facts
from snapshot.differences import Change, Kept, Kind, diff

FACTS = st.dictionaries(
    st.sampled_from([f"summary.fact_{number}" for number in range(8)]),
    st.none() | st.integers(0, 50) | st.decimals(0, 100, places=1).map(float),
)


def kept(facts: Facts, events: int = 0, signature: str = "a") -> Kept:
    return Kept(facts, events, signature)


def changes(before: Facts, after: Facts) -> tuple[Change, ...]:
    return diff(kept(before), kept(after)).changes


def test_equal_facts_have_no_difference() -> None:
    assert changes({"summary.class_size": 4, "summary.average_progress_pct": None}, {
        "summary.average_progress_pct": None, "summary.class_size": 4,
    }) == ()  # fmt: skip


@pytest.mark.parametrize(
    ("before", "after", "kind", "by"),
    [
        (53.6, 53.9, Kind.MOVED, 0.3),
        (12, 9, Kind.MOVED, -3),
        (0, 40.5, Kind.MOVED, 40.5),
        (None, 0, Kind.BECAME_KNOWN, None),
        (0.0, None, Kind.BECAME_UNKNOWN, None),
    ],
)
def test_a_change_says_its_kind_and_by_how_much(before: Fact, after: Fact, kind: Kind, by: Fact) -> None:
    (change,) = changes({"summary.x": before}, {"summary.x": after})

    assert (change.kind, change.by) == (kind, by)


@pytest.mark.parametrize("value", [None, 0, 12.5])
def test_appearing_and_vanishing_are_not_becoming_known_or_unknown(value: Fact) -> None:
    (appeared,) = changes({}, {"progress.unit-1.completed": value})
    (vanished,) = changes({"progress.unit-1.completed": value}, {})

    assert (appeared.kind, appeared.after, appeared.by) == (Kind.APPEARED, value, None)
    assert (vanished.kind, vanished.before, vanished.by) == (Kind.VANISHED, value, None)


def test_changes_stand_in_the_later_order_and_what_vanished_after_them() -> None:
    found = changes({"gone": 1, "b": 1, "a": 1}, {"a": 2, "new": 1, "b": 2})

    assert [change.fact for change in found] == ["a", "new", "b", "gone"]


def test_the_events_between_are_counted_and_other_settings_are_told() -> None:
    found = diff(kept({}, 100, "a"), kept({}, 130, "b"))

    assert (found.events, found.settings_changed) == (30, True)


@pytest.mark.proves("UX-b")
@given(FACTS, FACTS)
def test_the_later_facts_follow_from_the_earlier_ones_and_the_changes(before: Facts, after: Facts) -> None:
    rebuilt = dict(before)
    for change in changes(before, after):
        if change.kind is Kind.VANISHED:
            del rebuilt[change.fact]
            continue
        rebuilt[change.fact] = change.after

    assert rebuilt == after


@given(FACTS, FACTS)
def test_backwards_every_difference_is_there_with_the_opposite_sign(before: Facts, after: Facts) -> None:
    forth = {change.fact: change.by for change in changes(before, after)}
    back = {change.fact: change.by for change in changes(after, before)}

    assert back == {fact: None if by is None else -by for fact, by in forth.items()}
