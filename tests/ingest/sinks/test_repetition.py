"""An event counts once, however often, in whatever order and from whatever source it comes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coordinator.writes.contract import Outcome
from courses.models import Institution, LearningEvent
from ingest.models import DeadLetter
from ingest.records import EventRecord, Verb
from ingest.rollups import differences
from ingest.sinks import EventSink
from oracles.contract import TenantId
from tests.ingest.records import START, answer, event
from tests.ingest.sinks.written import make_sink, rollup_rows, stamp


@contextmanager
def rolled_back() -> Iterator[None]:
    """What is written inside is undone, so that one example does not see another's."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def test_the_same_events_again_change_nothing(mine: TenantId, sink: EventSink) -> None:
    batch = [event(1), answer(2, success=True), event(3, verb=Verb.SCORED, page="exam", score=5.0, out_of=10.0)]
    sink.write([*batch, event(9, learner="nobody")])
    before = (stamp(mine), rollup_rows(sink._section.pk), list(DeadLetter.objects.for_tenant(mine).values()))

    report = sink.write([*batch, event(9, learner="nobody")])

    assert report.outcomes == (Outcome.DEDUPLICATED,) * 3 + (Outcome.DEAD_LETTERED,)
    assert (stamp(mine), rollup_rows(sink._section.pk), list(DeadLetter.objects.for_tenant(mine).values())) == before


def test_the_same_event_told_by_another_source_is_the_same(mine: TenantId, sink: EventSink) -> None:
    sink.write([event(1)])

    report = sink.write([event(1, source="another", sequence=7)])

    assert report.outcomes == (Outcome.DEDUPLICATED,)


@pytest.mark.parametrize("together", [True, False])
def test_the_same_id_with_other_content_is_a_conflict_and_the_first_is_kept(
    mine: TenantId, sink: EventSink, *, together: bool
) -> None:
    first, second = event(1), event(1, page="exam")

    if together:
        outcomes = sink.write([first, second, first]).outcomes
    else:
        outcomes = sink.write([first]).outcomes + sink.write([second, first]).outcomes

    assert outcomes == (Outcome.WRITTEN, Outcome.CONFLICT, Outcome.DEDUPLICATED)
    assert LearningEvent.objects.for_tenant(mine).get().page.key == "reading"
    assert DeadLetter.objects.for_tenant(mine).get().reason == "conflict"


def test_the_same_event_id_in_two_institutions_is_two_events(
    mine: TenantId, sink: EventSink, other_institution: Institution
) -> None:
    theirs = make_sink(TenantId(other_institution.pk))

    assert sink.write([event(1)]).outcomes == theirs.write([event(1)]).outcomes == (Outcome.WRITTEN,)


EVENTS = (
    event(1, page="lesson"),
    answer(2, "add", success=False),
    answer(2, "add", success=True, event_id=event(3).event_id),
    answer(4, "carry", success=True),
    answer(5, "add", success=True, learner="s2"),
    event(6, verb=Verb.SUBMITTED, page="exam"),
    event(7, verb=Verb.SCORED, page="exam", score=70.0, out_of=100.0),
    event(7, verb=Verb.SCORED, page="exam", score=75.0, out_of=100.0, sequence=1, event_id=event(8).event_id),
    event(9, learner="s2", page="exam"),
    event(10, learner="s2", page="exam", verb=Verb.SUBMITTED),
    event(11),
    event(12, timestamp=START + timedelta(microseconds=5)),
)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(order=st.permutations(EVENTS), cut=st.integers(1, len(EVENTS)), repeats=st.lists(st.sampled_from(EVENTS)))
def test_any_order_and_any_repetition_gives_the_rollups_of_the_sorted_events(
    institution: Institution, order: list[EventRecord], cut: int, repeats: list[EventRecord]
) -> None:
    mine = TenantId(institution.pk)
    sink = make_sink(mine)
    section_id = sink._section.pk
    with rolled_back():
        sink.write(EVENTS)
        expected = rollup_rows(section_id)
    sink = make_sink(mine)

    with rolled_back():
        for batch in (order[:cut], repeats, order[cut:]):
            sink.write(batch)

        assert rollup_rows(section_id) == expected
        assert differences(mine, section_id) == []
