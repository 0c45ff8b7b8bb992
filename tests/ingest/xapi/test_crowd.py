"""Many senders at once: nothing is lost, nothing counts twice, too much is refused and comes again."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from uuid import UUID

import pytest
from pytest_django import Settings

from courses.models import Institution, LearningEvent, PageProgress, Section
from ingest.rollups import differences
from oracles.contract import TenantId
from tests import builders
from tests.ingest.xapi.conftest import make_token
from tests.ingest.xapi.statements import Answer, Client, Json, answer, statement

pytestmark = pytest.mark.django_db(transaction=True)

PATH = "/api/xapi/statements"


async def sent(client: Client, content: object) -> Answer:
    return await client.send("POST", PATH, json.dumps(content).encode())


def all_at_once(*requests: tuple[Client, object]) -> list[Answer]:
    async def send() -> list[Answer]:
        return await asyncio.gather(*(sent(client, content) for client, content in requests))

    return asyncio.run(send())


def ids(institution: Institution) -> Counter[int]:
    rows = LearningEvent.objects.for_tenant(TenantId(institution.pk))
    return Counter(event_id.int for event_id in rows.values_list("event_id", flat=True))


def some(first: int, number: int) -> list[Json]:
    return [answer(first + each, success=each % 2 == 0) for each in range(number)]


@pytest.mark.proves("I-01", "P1")
def test_the_same_statements_from_many_senders_at_once_are_stored_once(
    client: Client, institution: Institution, section: Section
) -> None:
    answers = all_at_once(*[(client, some(1, 20))] * 8)

    assert [one.status for one in answers] == [200] * 8
    assert ids(institution) == Counter(range(1, 21))
    assert differences(TenantId(institution.pk), section.pk) == []


def test_of_two_that_say_different_things_at_once_one_is_kept_and_the_other_told(
    client: Client, institution: Institution
) -> None:
    statuses = []
    for number in range(1, 9):
        two = all_at_once((client, statement(number)), (client, statement(number, "launched")))
        statuses.append(sorted(one.status for one in two))

    assert statuses == [[200, 409]] * 8
    assert ids(institution) == Counter(range(1, 9))


@pytest.mark.proves("P4", "F-03")
def test_two_institutions_at_once_keep_their_own(
    client: Client, institution: Institution, other_institution: Institution
) -> None:
    builders.golden_section(other_institution)
    other = Client(make_token(other_institution))

    answers = all_at_once(*[(client, some(1 + each * 10, 10)) for each in range(4)], *[(other, some(1, 10))] * 2)

    assert [one.status for one in answers] == [200] * 6
    assert (ids(institution), ids(other_institution)) == (Counter(range(1, 41)), Counter(range(1, 11)))
    rows = PageProgress.objects.for_tenant(TenantId(other_institution.pk))
    assert set(rows.values_list("learner__institution", flat=True)) == {other_institution.pk}


@pytest.mark.proves("reliability:R11", "X-02")
def test_more_than_can_be_written_is_refused_and_comes_again_and_nothing_is_lost(
    client: Client, institution: Institution, section: Section, settings: Settings
) -> None:
    settings.INGEST_CAPACITY = 100
    refused: list[Answer] = []

    async def until_stored(content: list[Json]) -> int:
        while True:
            response = await sent(client, content)
            if response.status == 200:
                return len(response.json)
            assert response.status in {429, 503}
            refused.append(response)

    async def flood() -> list[int]:
        return await asyncio.gather(*(until_stored(some(1 + each * 30, 30)) for each in range(20)))

    stored = asyncio.run(flood())

    assert sum(stored) == 600
    assert refused
    assert all(int(one.headers["retry-after"]) >= 1 for one in refused)
    assert ids(institution) == Counter(range(1, 601))
    assert differences(TenantId(institution.pk), section.pk) == []


def test_statements_without_an_id_are_told_apart_by_what_they_say(client: Client, institution: Institution) -> None:
    answers = all_at_once(*[(client, [statement(number, id=None) for number in (1, 2, 3)])] * 3)

    assert len({tuple(one.json) for one in answers}) == 1
    assert len(ids(institution)) == 3
    assert all(UUID(event_id) for event_id in answers[0].json)
