"""Cells of a bundle: what is written is read back; what is no cell is refused with what was expected."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.adapters.bundle.cells import LARGEST, WrongCell, read_cell, write_cell
from ingest.adapters.bundle.schema import KEY, Cell, Field, Kind

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXTS
ZONES = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
VALUES: dict[Kind, st.SearchStrategy[Cell]] = {
    Kind.STRING: TEXTS,
    Kind.BOOLEAN: st.booleans(),
    Kind.INTEGER: st.integers(-LARGEST, LARGEST),
    Kind.NUMBER: st.floats(allow_nan=False, allow_infinity=False),
    Kind.DATETIME: st.datetimes(datetime(1970, 1, 2), datetime(2199, 12, 30), timezones=ZONES),
    Kind.OBJECT: st.dictionaries(TEXTS, SCALARS),
    Kind.UUID: st.uuids(),
    Kind.TIME_ZONE: st.sampled_from(["UTC", "Europe/London", "US/Eastern"]),
}


@pytest.mark.parametrize("kind", list(Kind))
@given(data=st.data())
def test_what_is_written_is_read_back(kind: Kind, data: st.DataObject) -> None:
    value = data.draw(VALUES[kind])

    assert read_cell(Field("x", kind), write_cell(value)) == value


@pytest.mark.parametrize("kind", list(Kind))
def test_an_empty_cell_is_unknown(kind: Kind) -> None:
    assert write_cell(None) == ""
    assert read_cell(Field("x", kind), "") is None


@pytest.mark.parametrize("kind", list(Kind))
def test_an_empty_cell_is_refused_where_a_value_is_needed(kind: Kind) -> None:
    with pytest.raises(WrongCell, match="got nothing"):
        read_cell(Field("x", kind, required=True), "")


def test_times_are_told_in_utc() -> None:
    moment = read_cell(Field("x", Kind.DATETIME), "2026-09-02T10:00:00+02:00")

    assert moment == datetime(2026, 9, 2, 8, tzinfo=UTC)
    assert write_cell(moment) == "2026-09-02T08:00:00+00:00"


def test_a_uuid_may_be_written_in_any_usual_way() -> None:
    assert read_cell(Field("x", Kind.UUID), "{00000000000000000000000000000001}") == UUID(int=1)


@pytest.mark.parametrize(
    ("field", "text", "reason"),
    [
        (Field("x"), "a\0b", "expected text that a database stores"),
        (Field("x", longest=3), "abcd", "expected at most 3 characters, got 4"),
        (Field("x", pattern=KEY), "two words", "expected letters, digits, hyphens, underscores, got 'two words'"),
        (Field("x", pattern=KEY), "umläut", "got 'umläut'"),
        (Field("x", pattern=KEY), "key\n", "got 'key.n'"),
        (Field("x", allowed=("a", "b")), "c", "expected a, b, got 'c'"),
        (Field("x", Kind.BOOLEAN), "True", "expected true or false, got 'True'"),
        (Field("x", Kind.INTEGER), "1.5", "expected a whole number"),
        (Field("x", Kind.INTEGER), str(LARGEST + 1), "of at most 64 bits"),
        (Field("x", Kind.INTEGER), "9" * 5000, "expected a whole number"),
        (Field("x", Kind.NUMBER), "1,5", "expected a finite number, got '1,5'"),
        (Field("x", Kind.NUMBER), "nan", "expected a finite number"),
        (Field("x", Kind.NUMBER), "1e999", "expected a finite number"),
        (Field("x", Kind.DATETIME), "2026-09-02T10:00:00", "expected a time with offset"),
        (Field("x", Kind.DATETIME), "0001-01-01T00:00:00+02:00", "expected a time with offset"),
        (Field("x", Kind.DATETIME), "soon", "expected a time with offset such as .* got 'soon'"),
        (Field("x", Kind.OBJECT), "[]", "expected a JSON object"),
        (Field("x", Kind.OBJECT), '{"a": NaN}', "expected a JSON object"),
        (Field("x", Kind.OBJECT), "[" * 100_000, "expected a JSON object"),
        (Field("x", Kind.UUID), "1", "expected a UUID, got '1'"),
        (Field("x", Kind.TIME_ZONE), "Mars/Phobos", "expected a time zone such as Europe/London, got 'Mars/Phobos'"),
    ],
)
def test_what_a_field_does_not_allow_is_refused(field: Field, text: str, reason: str) -> None:
    with pytest.raises(WrongCell, match=reason):
        read_cell(field, text)
