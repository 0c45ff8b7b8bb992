"""The reception behind the endpoint: what each way of not being stored is answered with."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any
from uuid import UUID

import pytest
from asgiref.sync import async_to_sync
from django.db import OperationalError
from django.http import HttpResponse
from django.test import AsyncRequestFactory
from django.utils import timezone

from coordinator.writes.contract import End, Ending
from courses.models import Institution, Section
from ingest import tokens
from ingest.directory import Directory
from ingest.door import Door
from ingest.endpoint import xapi_statements
from ingest.endpoint_answers import Refusal
from ingest.pipeline import Draining, Full, IntakeError, Unavailable
from ingest.placing import Placed
from ingest.rates import Rate, Rates
from ingest.reception import Reception, Sender, secret_in
from ingest.room import Room
from oracles.contract import TenantId
from oracles.runner.pool import DatabaseThreads
from tests.ingest.xapi.statements import statement


class FakeIntake:
    """Ends every event as told, or refuses."""

    def __init__(self) -> None:
        self.taken: list[Placed] = []
        self.closed_for: IntakeError | None = None
        self.fails_with: IntakeError | None = None
        self.ending = Ending(End.WRITTEN)

    def refusal(self) -> IntakeError | None:
        return self.closed_for

    async def submit(self, tenant_id: TenantId, events: Sequence[Placed]) -> list[Ending]:
        if self.fails_with is not None:
            raise self.fails_with
        self.taken += events
        return [self.ending] * len(events)


@pytest.fixture
def intake() -> FakeIntake:
    return FakeIntake()


def door_of(threads: DatabaseThreads) -> Door[tuple[TenantId, int]]:
    return Door(threads, lambda sent: tokens.owners_of(sent, timezone.now()))


@pytest.fixture
def reception(intake: FakeIntake) -> Iterator[Reception]:
    threads = DatabaseThreads(1, "reception-test", "default")
    yield Reception(
        intake,
        door_of(threads),
        threads,
        Rates(Rate(), lambda: 0.0),
        lambda: datetime.now(UTC),
        lambda: UUID(int=9),
        room=Room(most=2, most_each=1),
    )
    threads.close()


@pytest.fixture
def token(section: Section, institution: Institution) -> str:
    secret = tokens.create(TenantId(institution.pk), "LMS", timezone.now()).secret
    assert secret is not None
    return secret


def post(reception: Reception, token: str, content: Any) -> HttpResponse:
    request = AsyncRequestFactory().post(
        "/api/xapi/statements",
        json.dumps(content),
        content_type="application/json",
        headers={"Authorization": f"Bearer {token}"},
    )
    return async_to_sync(xapi_statements(lambda: reception))(request)


pytestmark = pytest.mark.django_db(transaction=True)


def test_events_reach_the_intake_with_their_places(
    reception: Reception, intake: FakeIntake, token: str, section: Section
) -> None:
    response = post(reception, token, [statement(1), statement(2)])

    assert response.status_code == HTTPStatus.OK
    assert [(event.section_id, event.record.learner, event.record.page) for event in intake.taken] == [
        (section.pk, "ext-ada", "unit-1-page-1")
    ] * 2


@pytest.mark.parametrize("end", [End.WRITTEN, End.DEDUPLICATED, End.QUEUED])
def test_what_is_stored_or_safely_queued_is_a_success(
    reception: Reception, intake: FakeIntake, token: str, end: End
) -> None:
    intake.ending = Ending(end)

    assert post(reception, token, statement(1)).status_code == HTTPStatus.OK


@pytest.mark.proves("P1", "reliability:R11", "X-02")
@pytest.mark.parametrize(
    ("error", "status"), [(Full("full", 2.5), 429), (Draining("bye", 5), 503), (Unavailable("away", 0.1), 503)]
)
@pytest.mark.parametrize("before", [True, False])
def test_what_the_intake_does_not_take_is_to_be_sent_again(
    reception: Reception, intake: FakeIntake, token: str, error: IntakeError, status: int, *, before: bool
) -> None:
    intake.closed_for = error if before else None
    intake.fails_with = None if before else error

    response = post(reception, token, statement(1))

    assert (response.status_code, intake.taken) == (status, [])
    assert int(response.headers["Retry-After"]) >= max(1, error.retry_after)


@pytest.mark.proves("P1")
@pytest.mark.parametrize(
    ("ending", "status", "code"),
    [
        (Ending(End.CONFLICT, "conflict", "the first is kept"), 409, "conflict"),
        (Ending(End.DEAD_LETTERED, "unknown_page", "no page"), 400, "unknown_page"),
        (Ending(End.DEAD_LETTERED, "exhausted", ""), 503, "unavailable"),
        (Ending(End.DEAD_LETTERED, "shutdown", ""), 503, "unavailable"),
        (Ending(End.ABANDONED, "expired", ""), 503, "unavailable"),
        (Ending(End.DROPPED, "drop_oldest", ""), 503, "unavailable"),
    ],
)
def test_what_was_taken_and_not_stored_is_no_success(
    reception: Reception, intake: FakeIntake, token: str, ending: Ending, status: int, code: str
) -> None:
    intake.ending = ending

    response = post(reception, token, statement(1))

    assert (response.status_code, json.loads(response.content)["error"]["code"]) == (status, code)


@pytest.mark.proves("P7")
async def test_a_database_that_cannot_be_asked_is_a_503(reception: Reception) -> None:
    def away() -> None:
        raise OperationalError("connection refused to db.internal")

    with pytest.raises(Refusal) as refused:
        await reception.ask(Sender(TenantId(1), 1), away)

    assert (refused.value.status, refused.value.headers["Retry-After"]) == (503, "1")
    assert "db.internal" not in refused.value.message


@pytest.mark.proves("P7")
async def test_a_database_that_was_away_a_moment_ago_is_left_alone(intake: FakeIntake) -> None:
    asked: list[float] = []
    seconds = [100.0]

    def question() -> None:
        asked.append(seconds[0])
        raise OperationalError("away")

    threads = DatabaseThreads(1, "reception-test", "default")
    rates = Rates(Rate(), lambda: seconds[0])
    reception = Reception(intake, door_of(threads), threads, rates, timezone.now, lambda: UUID(int=9))
    for moment in (100.0, 100.5, 101.5):
        seconds[0] = moment
        with pytest.raises(Refusal):
            await reception.ask(Sender(TenantId(1), 1), question)
    threads.close()

    assert asked == [100.0, 101.5]


@pytest.mark.proves("reliability:R11", "Q-05")
def test_who_has_enough_in_hand_is_told_to_come_back_and_nobody_else(
    reception: Reception, intake: FakeIntake, token: str, institution: Institution, section: Section
) -> None:
    own, other = TenantId(institution.pk), TenantId(institution.pk + 1)
    assert reception.room.enter(own)

    refused = post(reception, token, statement(1))
    other_is_let_in = reception.room.enter(other)
    reception.room.leave(own)
    reception.room.leave(other)
    taken = post(reception, token, statement(1))

    assert (refused.status_code, refused["Retry-After"]) == (HTTPStatus.TOO_MANY_REQUESTS, "1")
    assert other_is_let_in
    assert (taken.status_code, len(intake.taken)) == (HTTPStatus.OK, 1)


@pytest.mark.parametrize("content", [statement(1), [statement(1, actor={})], "nothing"])
def test_a_request_that_has_ended_has_left_whatever_its_end(reception: Reception, token: str, content: Any) -> None:
    post(reception, token, content)

    assert reception.room.inside == 0


def test_a_lookup_asks_as_often_for_a_hundred_statements_as_for_two(
    institution: Institution, section: Section, django_assert_num_queries: Any
) -> None:
    from ingest.adapters.xapi.reading import Reader, read_all  # noqa: PLC0415
    from ingest.adapters.xapi.statements import Edition  # noqa: PLC0415
    from ingest.placing import conflicts, place  # noqa: PLC0415

    directory = Directory()

    def look_up(number: int) -> None:
        reader = Reader(Edition.V1, timezone.now(), lambda: UUID(int=9))
        told, _ = read_all(reader, [statement(each) for each in range(1, number + 1)], most_faults=1)
        placed, faults = place(directory, TenantId(institution.pk), told)
        assert (faults, conflicts(TenantId(institution.pk), told, placed)) == ([], [])

    look_up(1)
    for number in (2, 100):
        with django_assert_num_queries(3):
            look_up(number)


@pytest.mark.parametrize(
    ("header", "secret"),
    [
        ("Bearer abc", "abc"),
        ("bearer  abc ", "abc"),
        ("Basic bG1zOmFiYzpk", "abc:d"),
        ("Basic bG1z", ""),
        ("Basic %%%", ""),
        ("Basic w6k6w6k=", ""),
        ("Digest abc", ""),
        ("", ""),
    ],
)
def test_the_token_in_a_header(header: str, secret: str) -> None:
    assert secret_in(header) == secret
