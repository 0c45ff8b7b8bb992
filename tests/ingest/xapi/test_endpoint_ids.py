"""A statement is stored once, whatever its sender repeats; the same id with other content is a conflict."""

from __future__ import annotations

from uuid import UUID

import pytest

from courses.models import Institution
from tests.ingest.xapi.statements import ADL, Client, Json, statement
from tests.ingest.xapi.storing import stored

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.proves("I-01")
def test_the_same_statement_again_is_no_second_one(client: Client, institution: Institution) -> None:
    again = {**statement(1), "verb": {"id": f"{ADL}experienced"}, "timestamp": "2026-11-02T10:00:01+01:00"}

    answers = [client.post(one) for one in (statement(1), statement(1), again, [statement(1), statement(1)])]

    assert [one.status for one in answers] == [200, 200, 200, 200]
    assert stored(institution) == [UUID(int=1)]


OTHER_CONTENT: list[Json] = [
    statement(1, learner="ext-ben"),
    statement(1, timestamp="2026-11-02T09:00:02Z"),
    statement(1, place="sections/algebra/pages/unit-1-page-2"),
    statement(1, "launched"),
    statement(1, result={"response": "x"}),
    statement(1, context={"platform": "another"}),
]


@pytest.mark.proves("I-01")
@pytest.mark.parametrize("other", OTHER_CONTENT)
def test_the_same_id_with_other_content_is_a_conflict_and_nothing_of_the_request_is_stored(
    client: Client, institution: Institution, other: Json
) -> None:
    client.post(statement(1))

    response = client.post([statement(2), other])

    assert (response.status, response.error["code"]) == (409, "conflict")
    assert response.error["faults"][0]["field"] == "[1].id"
    assert stored(institution) == [UUID(int=1)]


def test_a_conflict_within_one_request_is_one_too(client: Client, institution: Institution) -> None:
    response = client.post([statement(1), statement(1, "launched")])

    assert response.status == 409
    assert stored(institution) == []


def test_without_an_id_the_same_statement_has_the_same_id_again(client: Client, institution: Institution) -> None:
    first, second = client.post(statement(1, id=None)), client.post(statement(1, id=None))
    twins = client.post([statement(1, id=None), statement(1, id=None)])

    assert first.json == second.json == twins.json[:1]
    assert len(stored(institution)) == 2


def test_without_a_time_it_happened_when_it_came_first(client: Client, institution: Institution) -> None:
    answers = [client.post(statement(1, timestamp=None)) for _ in range(2)]

    assert [one.status for one in answers] == [200, 200]
    assert stored(institution) == [UUID(int=1)]
