"""A record that cannot be stored costs itself, with its reason, and not its neighbours."""

from __future__ import annotations

from dataclasses import replace

import pytest

from coordinator.writes.contract import Outcome
from courses.models import Institution, LearningEvent
from ingest.models import DeadLetter
from ingest.records import EventRecord, Verb
from ingest.sinks import EventSink
from ingest.structure import write_section
from oracles.contract import TenantId
from tests.ingest.records import SECTION, START, event
from tests.ingest.sinks.written import stamp

POISON = {
    "unknown_learner": event(1, learner="nobody"),
    "unknown_page": event(2, page="nowhere"),
    "unknown_activity": event(3, page="lesson", activity="none"),
    "activity_elsewhere": event(4, page="reading", activity="add"),
    "naive_time": event(5, timestamp=START.replace(tzinfo=None)),
    "out_of_range": event(6, timestamp=START.replace(year=2500)),
}
MORE_POISON = [
    event(10, learner="nul\x00"),
    event(11, page="half\ud800"),
    event(12, source="x" * 41),
    event(13, result={"note": "nul\x00"}),
    event(14, result={"note": "half \udfff"}),
    event(15, result={"n": float("nan")}),
    event(16, result={"long": "x" * 40_000}),
    event(17, attempts=-1),
    event(18, attempts=2**31),
    event(19, attempts=1, correct=2),
    event(20, sequence=2**63),
    event(21, verb=Verb.SCORED, page="exam", score=float("inf"), out_of=1.0),
    event(22, verb=Verb.SCORED, page="exam", score=1.0, out_of=float("nan")),
    replace(event(23), verb="danced"),  # type: ignore[arg-type]
]


def test_every_poisoned_record_has_its_reason(mine: TenantId, sink: EventSink) -> None:
    report = sink.write(list(POISON.values()))

    assert [rejection.code for rejection in report.rejections] == list(POISON)
    assert set(DeadLetter.objects.for_tenant(mine).values_list("reason", flat=True)) == set(POISON)


@pytest.mark.parametrize("poison", MORE_POISON, ids=lambda record: str(record.event_id.int))
def test_a_poisoned_record_costs_itself_and_not_its_neighbours(
    mine: TenantId, sink: EventSink, poison: EventRecord
) -> None:
    report = sink.write([event(1), poison, event(2)])

    assert report.outcomes == (Outcome.WRITTEN, Outcome.DEAD_LETTERED, Outcome.WRITTEN)
    assert len(DeadLetter.objects.for_tenant(mine).get().payload) < 17_000


def test_backslashes_and_whole_surrogate_pairs_are_text_like_any_other(mine: TenantId, sink: EventSink) -> None:
    report = sink.write([event(1, result={"note": "\\u0000 is not a NUL, 😀 is one character"})])

    assert report.outcomes == (Outcome.WRITTEN,)
    assert LearningEvent.objects.for_tenant(mine).get().result["note"].startswith("\\u0000 is not")


def test_a_batch_of_nothing_but_rejects_moves_no_stamp(mine: TenantId, sink: EventSink) -> None:
    before = stamp(mine)

    sink.write([event(1, learner="nobody")])

    assert stamp(mine) == before


def test_events_of_withdrawn_learners_are_stored(mine: TenantId, sink: EventSink) -> None:
    assert sink.write([event(1, learner="s3")]).outcomes == (Outcome.WRITTEN,)


def test_a_learner_of_another_institution_is_unknown_here(
    mine: TenantId, sink: EventSink, other_institution: Institution
) -> None:
    theirs = TenantId(other_institution.pk)
    newcomer = replace(SECTION.enrollments[0], learner="theirs-only")
    write_section(theirs, replace(SECTION, enrollments=(newcomer,)))

    report = sink.write([event(1, learner="theirs-only")])

    assert report.rejections[0].code == "unknown_learner"
    assert not DeadLetter.objects.for_tenant(theirs).exists()
