from __future__ import annotations

import pytest

from ingest.progress import BAR, LINE, bar


@pytest.mark.parametrize(
    ("done", "total", "shown"),
    [
        (0, 1000, f"[{'·' * 30}]   0 %  0 of 1,000 events"),
        (300, 1000, f"[{'#' * 9}{'·' * 21}]  30 %  300 of 1,000 events"),
        (999, 1000, f"[{'#' * 29}·]  99 %  999 of 1,000 events"),
        (1000, 1000, f"[{'#' * 30}] 100 %  1,000 of 1,000 events"),
        (1001, 1000, f"[{'#' * 30}] 100 %  1,001 of 1,000 events"),
        (20_000, 0, "20,000 events"),
    ],
)
def test_the_bar_is_full_when_everything_is_done_and_not_before(done: int, total: int, shown: str) -> None:
    assert bar(done, total) == shown


def test_millions_of_events_fit_on_the_line() -> None:
    assert BAR < len(bar(10_655_280, 10_655_280)) <= LINE
