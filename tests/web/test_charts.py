from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from dashboard_project.web.present.charts import columns, ring, share


def test_an_empty_class_draws_no_slice() -> None:
    assert [segment.path for segment in ring([0, 0, 0])] == ["", "", ""]


def test_a_full_ring_is_one_slice_that_does_not_vanish() -> None:
    whole, nothing = ring([12, 0])

    assert whole.path.startswith("M50.0 8.0A42.0 42.0 0 1 1")
    assert nothing.path == ""


@given(st.lists(st.integers(0, 5_000), min_size=1, max_size=10))
def test_columns_stay_inside_the_picture_with_room_for_their_number(counts: list[int]) -> None:
    for column in columns(counts, width=300, height=96):
        assert 0 <= column.x <= column.x + column.width <= 300
        assert 14 <= column.y <= column.y + column.height <= 96.01


@given(st.floats(-10, 1_000), st.floats(0, 1_000))
def test_a_share_is_a_width(part: float, whole: float) -> None:
    assert 0 <= share(part, whole) <= 100
