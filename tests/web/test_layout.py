"""A layout is restored as far as it still means something, and changes only as it was asked to."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard_project.web.layout import CHANGES, ROW_OF, ROWS, SHARES, Layout, NoSuchChange, changed, restored

pytestmark = pytest.mark.proves("L1")
USUAL = ("progress", "student_support", "challenging_objectives", "assessments")


def after(*changes: tuple[str, str], layout: Layout | None = None) -> Layout:
    layout = layout or Layout()
    for name, value in changes:
        layout = changed(layout, name, value)
    return layout


def test_without_anything_saved_engagement_stands_before_content() -> None:
    assert restored([], [], {}) == Layout()
    assert Layout().order == USUAL


@pytest.mark.parametrize(
    ("saved", "order"),
    [
        (["assessments", "progress"], ("assessments", "challenging_objectives", "progress", "student_support")),
        (["gone", "student_support"], ("student_support", "progress", "challenging_objectives", "assessments")),
        (["progress", "progress", "assessments"], (*USUAL[:2], "assessments", "challenging_objectives")),
        (["summary", None, 7], USUAL),
    ],
)  # fmt: skip
def test_known_tiles_stand_as_they_were_saved_and_new_ones_last_in_their_row(
    saved: list[object], order: tuple[str, ...]
) -> None:
    assert restored(saved, [], {}).order == order


def test_what_was_saved_of_something_that_is_gone_is_left_out() -> None:
    layout = restored([], ["gone", "progress"], {"gone": 40, "content": 40, "engagement": 99})

    assert layout.collapsed == {"progress"}
    assert layout.shares == {"engagement": 60, "content": 40}


def test_a_tile_changes_places_with_the_other_one_of_its_row() -> None:
    assert after(("later", "progress")).order == ("student_support", "progress", *USUAL[2:])
    assert after(("earlier", "assessments")).order == (*USUAL[:2], "assessments", "challenging_objectives")
    assert after(("place", "student_support:progress")).order == ("student_support", "progress", *USUAL[2:])


def test_a_row_changes_places_with_the_other_one_and_keeps_its_own_order() -> None:
    layout = after(("later", "progress"), ("later", "engagement"))

    assert layout.order == ("challenging_objectives", "assessments", "student_support", "progress")


@pytest.mark.parametrize("what", ["progress", "engagement"])
def test_the_first_one_cannot_go_further_up(what: str) -> None:
    assert after(("earlier", what)) == Layout()


def test_a_width_stays_with_its_tile_when_the_tiles_change_places() -> None:
    layout = after(("share", "engagement:70"), ("later", "progress"))
    assert layout.shares["engagement"] == 70

    layout = after(("share", "engagement:45"), layout=layout)

    assert layout.shares["engagement"] == 55


def test_collapsing_twice_is_collapsing_once() -> None:
    layout = after(("collapse", "progress"), ("collapse", "progress"), ("collapse", "assessments"))

    assert layout.collapsed == {"progress", "assessments"}
    assert after(("expand", "progress"), layout=layout).collapsed == {"assessments"}


def test_a_reset_layout_is_the_usual_one() -> None:
    assert after(("collapse", "progress"), ("later", "content"), ("share", "content:30"), ("reset", "1")) == Layout()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("collapse", "summary"), ("expand", ""), ("later", "gone"), ("hide", "progress"), ("place", "progress"),
        ("place", "progress:assessments"), ("place", "progress:engagement"), ("share", "engagement:25"),
        ("share", "engagement:52"), ("share", "engagement:\u0665\u0660"), ("share", "gone:50"),
        ("share", "engagement:"), ("share", "engagement:9999999"), ("", ""),
    ],
)  # fmt: skip
def test_what_means_nothing_is_refused(name: str, value: str) -> None:
    with pytest.raises(NoSuchChange):
        changed(Layout(), name, value)


WHAT = st.sampled_from([*ROW_OF, *ROWS])
CHANGE = st.one_of(
    st.tuples(st.sampled_from(["collapse", "expand"]), st.sampled_from(list(ROW_OF))),
    st.tuples(st.sampled_from(["earlier", "later"]), WHAT),
    st.tuples(st.just("share"), st.builds("{}:{}".format, st.sampled_from(list(ROWS)), st.sampled_from(SHARES))),
    st.tuples(st.just("reset"), st.just("1")),
)


@settings(deadline=None)
@given(st.lists(CHANGE, max_size=12))
def test_whatever_is_asked_every_tile_is_there_once_and_stays_in_its_row(changes: list[tuple[str, str]]) -> None:
    layout = after(*changes)

    assert sorted(layout.order) == sorted(USUAL)
    assert [ROW_OF[tile] for tile in layout.order] == [row for row in layout.rows for _ in ROWS[row]]
    assert restored(layout.order, layout.collapsed, layout.shares) == layout


def test_every_kind_of_change_is_tried_here() -> None:
    assert set(CHANGES) == {"collapse", "expand", "earlier", "later", "place", "share", "reset"}
