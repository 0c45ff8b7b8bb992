"""Anything at all may be sent: it is stored, or refused with a reason, and never breaks anything (I10)."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from datetime import UTC, datetime
from random import Random
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.adapters.caliper.envelopes import events_of
from ingest.adapters.caliper.events import told_by as told_by_event
from ingest.adapters.xapi.reading import Reader
from ingest.adapters.xapi.statements import Edition
from ingest.fields import Misfit
from ingest.json_text import NotJson, parse
from ingest.naming import named_in
from tests.ingest.caliper.test_caliper import QUIZ, envelope, graded, happened
from tests.ingest.xapi.generated import valid
from tests.ingest.xapi.statements import Client, answer, statement

pytestmark = pytest.mark.proves("P10", "security:I10")

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inside: st.lists(inside, max_size=4) | st.dictionaries(st.text(max_size=12), inside, max_size=4),
    max_leaves=12,
)
PLACES = [
    "https://school.example/sections/algebra/pages/quiz",
    "urn:lectern:section:algebra:page:unit-1-page-1",
    "urn:lectern:section:algebra:activity:quiz-question-1",
    "https://school.example/sections/%00/pages/%ff",
    "urn:lectern:page:",
]


def paths(value: Any, way: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place inside the value."""
    found = [way] if way else []
    if isinstance(value, dict):
        for name, item in value.items():
            found += paths(item, (*way, name))
    if isinstance(value, list):
        for index, item in enumerate(value):
            found += paths(item, (*way, index))
    return found


def with_another(value: Any, way: tuple[Any, ...], other: object) -> Any:
    """The value with something else at that place."""
    changed = copy.deepcopy(value)
    place = changed
    for name in way[:-1]:
        place = place[name]
    place[way[-1]] = other
    return changed


@st.composite
def nearly(draw: st.DrawFn, whole: st.SearchStrategy[Any]) -> Any:
    """A valid value of which up to three places hold anything."""
    value = draw(whole)
    for _ in range(draw(st.integers(0, 3))):
        ways = paths(value)
        if ways:
            value = with_another(value, draw(st.sampled_from(ways)), draw(JSON | st.sampled_from(PLACES)))
    return value


STATEMENTS = st.one_of(
    st.integers(0, 10_000).map(lambda seed: valid(Random(seed))),
    st.integers(1, 50).map(statement),
    st.integers(1, 50).map(lambda number: answer(number, success=True)),
    st.integers(1, 50).map(lambda number: statement(number, "completed", result={"score": {"raw": 1, "max": 2}})),
)
EVENTS = st.sampled_from([happened(1, "ViewEvent", "Viewed"), graded(2, QUIZ, 1, 2)])


def refusal_of(read: Callable[[], object]) -> str | None:
    """The reason for which it is refused; nothing if it is not. Anything else that is raised is a fault."""
    try:
        read()
    except (Misfit, NotJson) as refused:
        return str(refused)
    return None


@settings(max_examples=500, deadline=None)
@given(st.binary(max_size=200) | JSON.map(lambda value: json.dumps(value).encode()))
def test_bytes_are_json_or_refused_in_printable_words(content: bytes) -> None:
    reason = refusal_of(lambda: parse(content))

    assert reason is None or (reason and reason.isprintable())


@settings(max_examples=800, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(nearly(STATEMENTS), st.sampled_from(Edition))
def test_a_statement_tells_something_or_is_refused(value: Any, edition: Edition) -> None:
    reader = Reader(edition, datetime(2026, 11, 2, tzinfo=UTC), lambda: UUID(int=1))

    assert refusal_of(lambda: reader.read(value, "[0]")) != ""


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(nearly(EVENTS), nearly(EVENTS.map(envelope)))
def test_an_event_tells_something_or_is_refused(event: Any, whole: Any) -> None:
    assert refusal_of(lambda: told_by_event(event, "data[0]")) != ""
    assert refusal_of(lambda: events_of(whole)) != ""


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=60) | st.sampled_from(PLACES))
def test_any_identifier_names_something_or_nothing(identifier: str) -> None:
    assert all(key for _, key in named_in(identifier))


@pytest.mark.django_db(transaction=True)
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(nearly(STATEMENTS), max_size=4) | nearly(STATEMENTS) | JSON)
def test_the_endpoint_stores_or_refuses_and_never_breaks(client: Client, content: Any) -> None:
    assert client.post(content).status in {200, 400, 409, 413, 429}


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
@settings(max_examples=5_000, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.binary(max_size=400) | nearly(st.lists(STATEMENTS, max_size=4)).map(lambda value: json.dumps(value).encode()))
def test_the_endpoint_never_breaks_in_the_long_run(client: Client, body: bytes) -> None:
    assert client.post(body).status < 500
    assert client.post(body, "/api/caliper/events").status < 500
