"""Where the calendar says the class is."""

from __future__ import annotations

from datetime import datetime, timedelta

from courses.models import Institution, Section
from oracles.instructor import schedule_position
from oracles.instructor.schedule_position import Slot, at
from oracles.payloads import SchedulePosition
from tests.builders import make_container, make_page, make_section
from tests.oracles.instructor.rows import NOW, context_of


def day(number: int) -> datetime:
    return NOW + timedelta(days=number)


def slot(key: str, first: int | None, last: int | None) -> Slot:
    return Slot(key, key, None if first is None else day(first), None if last is None else day(last))


def position(*slots: Slot) -> str | None:
    found = at(slots, NOW)
    return found.key if found else None


def test_of_the_children_that_contain_now_the_one_that_ends_first_wins() -> None:
    assert position(slot("long", -9, 9), slot("short", -1, 1), slot("later", 2, 3)) == "short"


def test_both_ends_of_the_dates_count() -> None:
    assert position(slot("starts now", 0, 5)) == "starts now"
    assert position(slot("ends now", -5, 0), slot("next", 1, 2)) == "ends now"


def test_between_two_children_the_nearest_to_come_wins() -> None:
    assert position(slot("far", 9, 12), slot("near", 2, 30), slot("past", -5, -2)) == "near"


def test_after_the_last_child_the_one_that_ended_last_wins() -> None:
    assert position(slot("old", -9, -8), slot("recent", -20, -1)) == "recent"


def test_a_missing_start_or_end_is_open() -> None:
    assert position(slot("due later", None, 7), slot("due soon", None, 2)) == "due soon"
    assert position(slot("open-ended", -3, None), slot("to come", 1, 2)) == "open-ended"


def test_among_equals_the_first_in_the_outline_wins() -> None:
    assert position(slot("first", -1, 1), slot("second", -1, 1)) == "first"


def test_a_child_without_dates_is_not_on_the_calendar() -> None:
    assert position(slot("undated", None, None)) is None


def test_the_course_is_at_the_unit_whose_dates_contain_now(institution: Institution) -> None:
    section = make_section(institution)
    make_container(section, "past", (1, 1), starts_at=day(-9), ends_at=day(-2))
    make_container(section, "this-week", (2, 2), starts_at=day(-2), ends_at=day(5))
    make_container(section, "closed", (3, 3), starts_at=day(-1), ends_at=day(1), hidden=True)

    answer = schedule_position.load(context_of(section))

    assert answer == SchedulePosition("this-week", "This week", day(-2), day(5))


def test_a_unit_is_at_the_page_whose_dates_contain_now(institution: Institution) -> None:
    section = make_section(institution)
    unit = make_container(section, "unit", (1, 3))
    make_page(section, "reading", 2, unit, available_from=day(-9), due_at=day(-1))
    make_page(section, "quiz", 3, unit, available_from=day(-1), due_at=day(3))
    make_page(section, "elsewhere", 4, available_from=day(-1), due_at=day(1))

    answer = schedule_position.load(context_of(section, unit))

    assert answer == SchedulePosition("quiz", "Quiz", day(-1), day(3))


def test_without_dates_there_is_no_position(section: Section) -> None:
    assert schedule_position.load(context_of(section)) == SchedulePosition()
