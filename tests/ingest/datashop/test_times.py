"""Times as exports write them, and the zones that stand beside them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from ingest.adapters.datashop.times import UnreadableTime, read_time


@pytest.mark.parametrize(
    ("text", "zone", "moment"),
    [
        ("2024-02-16 05:34:51", "", datetime(2024, 2, 16, 5, 34, 51)),
        ("2024-02-16 05:34:51.0", "UTC", datetime(2024, 2, 16, 5, 34, 51)),
        ("2024-02-16 05:34:51.25", "", datetime(2024, 2, 16, 5, 34, 51, 250_000)),
        ("2024-02-16 05:34", "", datetime(2024, 2, 16, 5, 34)),
        ("10/14/05 14:51", "", datetime(2005, 10, 14, 14, 51)),
        ("10/14/2005 14:51:09", "", datetime(2005, 10, 14, 14, 51, 9)),
        ("2005/10/14 14:51:09", "", datetime(2005, 10, 14, 14, 51, 9)),
        ("2024-02-16 05:34:51", "US/Eastern", datetime(2024, 2, 16, 10, 34, 51)),
        ("2024-07-16 05:34:51", "US/Eastern", datetime(2024, 7, 16, 9, 34, 51)),
        ("2024-02-16 05:34:51", "America/Los_Angeles", datetime(2024, 2, 16, 13, 34, 51)),
        ("2024-07-16 05:34:51", "PST", datetime(2024, 7, 16, 12, 34, 51)),
        ("2024-07-16 05:34:51", "EDT", datetime(2024, 7, 16, 9, 34, 51)),
        ("2024-02-16T05:34:51+02:00", "US/Eastern", datetime(2024, 2, 16, 3, 34, 51)),
        ("2024-02-16T05:34:51Z", "US/Eastern", datetime(2024, 2, 16, 5, 34, 51)),
    ],
)
def test_a_time_is_read_in_its_zone_and_told_in_utc(text: str, zone: str, moment: datetime) -> None:
    assert read_time(text, zone) == moment.replace(tzinfo=UTC)


def test_a_clock_time_that_occurs_twice_is_the_earlier_one() -> None:
    assert read_time("2024-11-03 01:30:00", "US/Eastern") == datetime(2024, 11, 3, 5, 30, tzinfo=UTC)


def test_a_clock_time_that_was_jumped_over_has_the_offset_from_before() -> None:
    assert read_time("2024-03-10 02:30:00", "US/Eastern") == datetime(2024, 3, 10, 7, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "zone", "reason"),
    [
        ("", "", "expected a time such as"),
        ("yesterday", "", "got 'yesterday'"),
        ("2024-13-01 00:00:00", "", "expected a time such as"),
        ("2024-02-16 05:34:51", "Mars/Phobos", "got 'Mars/Phobos'"),
        ("2024-02-16 05:34:51", "../../etc/passwd", "expected a time zone name"),
        ("1869-01-01 00:00:00", "", "expected a time between 1970 and 2200"),
        ("9999-12-31T23:59:59-23:00", "", "expected a time between 1970 and 2200"),
        ("0001-01-01T00:00:00+23:00", "", "expected a time between 1970 and 2200"),
    ],
)
def test_what_is_no_time_of_a_course_is_refused_with_what_was_expected(text: str, zone: str, reason: str) -> None:
    with pytest.raises(UnreadableTime, match=reason):
        read_time(text, zone)
