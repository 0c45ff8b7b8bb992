from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from io import StringIO

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command

from coordinator.writes.contract import Outcome
from courses.models import Institution, LearningEvent, Section
from ingest import dead_letters
from ingest.dead_letters import DeadLettersFull
from ingest.models import DeadLetter
from ingest.records import EnrollmentRecord, EventRecord
from ingest.replay import Chosen, replay
from ingest.rollups import differences
from ingest.sinks import EventSink
from ingest.structure import write_section
from oracles.contract import TenantId
from tests.clients import client_of
from tests.ingest.records import SECTION, START, event
from tests.together import at_once

LATER = START + timedelta(days=1)
NEWCOMER = EnrollmentRecord("newcomer", "Nina")

pytestmark = [pytest.mark.django_db, pytest.mark.proves("D-02")]


def give_up(tenant_id: TenantId, records: Sequence[EventRecord]) -> Section:
    report = write_section(tenant_id, SECTION)
    section = Section.objects.for_tenant(tenant_id).get(pk=report.section_id)
    EventSink(tenant_id, section, lambda: START).write(records)
    return section


def first(number: int, *, success: bool = True, learner: str = "s1", page: str = "reading") -> EventRecord:
    return event(number, learner=learner, page=page, result={"success": success})


def enrol(tenant_id: TenantId) -> None:
    write_section(tenant_id, replace(SECTION, enrollments=(*SECTION.enrollments, NEWCOMER)))


def letter_of(tenant_id: TenantId) -> DeadLetter:
    return DeadLetter.objects.for_tenant(tenant_id).get()


def test_a_record_whose_cause_was_mended_comes_back(mine: TenantId) -> None:
    section = give_up(mine, [first(1, learner="newcomer"), first(2)])
    enrol(mine)

    report = replay(mine, Chosen(), lambda: LATER)

    assert (report.outcomes, report.still_dead) == ({Outcome.WRITTEN: 1}, 0)
    assert letter_of(mine).status == DeadLetter.Status.REPLAYED
    assert LearningEvent.objects.for_tenant(mine).filter(learner__external_id="newcomer").count() == 1
    assert differences(mine, section.pk) == []


def test_a_letter_comes_back_once(mine: TenantId) -> None:
    give_up(mine, [first(1, learner="newcomer")])
    enrol(mine)
    replay(mine, Chosen())

    again = replay(mine, Chosen())

    assert again.outcomes.total() == 0
    assert LearningEvent.objects.for_tenant(mine).count() == 1


def test_a_record_that_still_cannot_be_written_keeps_its_letter_with_one_attempt_more(mine: TenantId) -> None:
    give_up(mine, [first(1, learner="newcomer")])

    report = replay(mine, Chosen(), lambda: LATER)

    kept = letter_of(mine)
    assert (report.still_dead, kept.attempts, kept.status) == (1, 2, DeadLetter.Status.WAITING)
    assert (kept.first_failed_at, kept.last_failed_at) == (START, LATER)


def test_the_letter_says_the_reason_of_today(mine: TenantId) -> None:
    give_up(mine, [first(1, learner="newcomer", page="nowhere")])
    before = letter_of(mine).reason
    enrol(mine)

    replay(mine, Chosen())

    assert before != letter_of(mine).reason == "unknown_page"


def test_a_conflict_stays_one_and_the_first_event_stands(mine: TenantId) -> None:
    give_up(mine, [first(1), first(1, success=False)])
    before = list(LearningEvent.objects.for_tenant(mine).values())

    report = replay(mine, Chosen())

    assert report.outcomes == {Outcome.CONFLICT: 1}
    assert list(LearningEvent.objects.for_tenant(mine).values()) == before


@pytest.mark.parametrize("broken", [event(1, result={"long": "x" * 40_000}), event(2, learner="half \udfff")])
def test_a_record_that_cannot_be_read_back_is_counted_and_stays(mine: TenantId, broken: EventRecord) -> None:
    give_up(mine, [broken])

    report = replay(mine, Chosen())

    assert report.still_dead == 1
    assert letter_of(mine).attempts == 2


def test_more_letters_than_fit_one_transaction_are_each_tried_once(mine: TenantId) -> None:
    give_up(mine, [first(number, learner="newcomer") for number in range(1100)])

    report = replay(mine, Chosen())

    assert report.outcomes == {Outcome.DEAD_LETTERED: 1100}
    assert set(DeadLetter.objects.for_tenant(mine).values_list("attempts", flat=True)) == {2}


def test_another_institutions_letters_are_not_touched(mine: TenantId, other_institution: Institution) -> None:
    theirs = TenantId(other_institution.pk)
    give_up(theirs, [first(1, learner="newcomer")])
    enrol(theirs)

    replay(mine, Chosen(ids=frozenset({letter_of(theirs).pk})))

    assert letter_of(theirs).status == DeadLetter.Status.WAITING


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_two_replays_at_once_bring_a_letter_back_once(mine: TenantId) -> None:
    give_up(mine, [first(number, learner="newcomer") for number in range(200)])
    enrol(mine)

    written = at_once(*[lambda: replay(mine, Chosen()).outcomes[Outcome.WRITTEN]] * 4)

    assert sum(written) == LearningEvent.objects.for_tenant(mine).count() == 200


@pytest.mark.proves("D-03")
def test_where_too_many_letters_wait_nothing_more_is_given_up(mine: TenantId, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dead_letters, "MOST_WAITING", 3)
    section = give_up(mine, [first(number, learner="newcomer") for number in range(3)])

    with pytest.raises(DeadLettersFull):
        EventSink(mine, section).write([first(10), first(11, learner="newcomer")])

    assert LearningEvent.objects.for_tenant(mine).count() == 0
    assert DeadLetter.objects.for_tenant(mine).count() == 3


@pytest.mark.proves("D-03")
@pytest.mark.parametrize(("days", "left"), [(89, 2), (91, 1)])
def test_settled_letters_go_after_ninety_days_and_waiting_ones_never(mine: TenantId, days: int, left: int) -> None:
    give_up(mine, [first(1, learner="newcomer")])
    DeadLetter.objects.for_tenant(mine).update(status=DeadLetter.Status.DISCARDED)
    now = START + timedelta(days=days)

    EventSink(mine, Section.objects.for_tenant(mine).get(), lambda: now).write([first(2, learner="nobody")])

    assert DeadLetter.objects.for_tenant(mine).count() == left


def run(**options: str) -> dict[str, dict[str, int]]:
    out = StringIO()
    call_command("replay_dead_letters", json=True, stdout=out, **options)
    return dict(json.loads(out.getvalue()))


def test_the_command_tells_what_came_back(mine: TenantId, institution: Institution) -> None:
    give_up(mine, [first(1, learner="newcomer")])
    enrol(mine)

    told = run(institution=institution.slug)

    assert told[institution.slug]["written"] == 1


def test_the_command_fails_while_records_stay_dead(mine: TenantId) -> None:
    give_up(mine, [first(1, learner="newcomer")])

    with pytest.raises(CommandError, match="1 records still cannot be written"):
        run()


def test_the_command_knows_only_institutions_that_there_are() -> None:
    with pytest.raises(CommandError, match="nowhere"):
        run(institution="nowhere")


def press(user: User, action: str, letter: DeadLetter) -> int:
    client = client_of(user)
    chosen = {"action": action, "_selected_action": str(letter.pk)}
    return client.post("/admin/ingest/deadletter/", chosen, follow=True).status_code


def test_an_administrator_brings_a_letter_back_once_and_it_is_on_record(mine: TenantId, admin_user: User) -> None:
    give_up(mine, [first(1, learner="newcomer")])
    enrol(mine)

    pressed = [press(admin_user, "bring_back", letter_of(mine)) for _ in range(2)]

    assert pressed == [200, 200]
    assert letter_of(mine).status == DeadLetter.Status.REPLAYED
    assert LearningEvent.objects.for_tenant(mine).count() == 1
    assert LogEntry.objects.filter(user=admin_user, change_message="brought back").exists()


def test_an_administrator_discards_a_letter_and_it_is_not_tried_again(mine: TenantId, admin_user: User) -> None:
    give_up(mine, [first(1, learner="newcomer")])
    press(admin_user, "discard", letter_of(mine))
    enrol(mine)

    replay(mine, Chosen())

    assert letter_of(mine).status == DeadLetter.Status.DISCARDED
    assert LearningEvent.objects.for_tenant(mine).count() == 0
