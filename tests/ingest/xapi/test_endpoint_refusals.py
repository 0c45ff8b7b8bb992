"""What is refused, what the refusal says, and that nothing of the request is stored."""

from __future__ import annotations

import asyncio
from uuid import UUID

import pytest
from pytest_django import Settings

from courses.models import Institution
from ingest.models import DeadLetter
from oracles.contract import TenantId
from tests.ingest.xapi.statements import Client, Json, statement
from tests.ingest.xapi.storing import stored

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("query", ["", "statementId=x", "verb=y", f"statementId={UUID(int=1)}&format=ids"])
def test_no_other_query_is_served(client: Client, query: str) -> None:
    response = asyncio.run(client.send("GET", f"/api/xapi/statements?{query}", b""))

    assert response.status == 400


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_other_methods_are_not_served(client: Client, method: str) -> None:
    assert asyncio.run(client.send(method, "/api/xapi/statements", b"{}")).status == 405


PAGE = "sections/algebra/pages/unit-1-page-1"
REFUSED: list[tuple[str, str, Json]] = [
    ("invalid", "[1].actor.mbox", statement(2, actor={"mbox": "ada@learners.example"})),
    ("invalid", "[1].Verb", {**statement(2), "Verb": 1}),
    ("not_served", "[1].verb.id", statement(2, "http://example.org/verbs/danced")),
    (
        "not_served",
        "[1].verb.id",
        statement(2, "voided", object={"objectType": "StatementRef", "id": str(UUID(int=1))}),
    ),
    ("not_served", "[1].object.id", statement(2, place="somewhere/else")),
    ("not_served", "[1].object.id", statement(2, "answered", result={"success": True})),
    ("not_served", "[1].result.score", statement(2, "scored")),
    ("unknown_section", "[1].object.id", statement(2, place="sections/geometry/pages/unit-1-page-1")),
    ("unknown_section", "[1].section", statement(2, place="pages/unit-1-page-1")),
    ("unknown_page", "[1].object.id", statement(2, place="sections/algebra/pages/nowhere")),
    ("unknown_activity", "[1].object.id", statement(2, place="sections/algebra/activities/nothing")),
    ("activity_elsewhere", "[1].object.id", statement(2, place=f"{PAGE}/activities/quiz-question-1")),
    ("unknown_learner", "[1].actor.account.name", statement(2, learner="nobody")),
    ("unknown_learner", "[1].actor.mbox", statement(2, actor={"mbox": "mailto:nobody@learners.example"})),
    (
        "unknown_objective",
        "[1].object.id",
        statement(2, place="sections/algebra/objectives/objective-2/activities/unit-1-page-1-question"),
    ),
    ("out_of_range", "[1]", statement(2, timestamp="2300-01-01T00:00:00Z")),
]


@pytest.mark.proves("P10")
@pytest.mark.parametrize(("code", "field", "bad"), REFUSED)
def test_one_bad_statement_refuses_the_request_and_is_named(
    client: Client, institution: Institution, code: str, field: str, bad: Json
) -> None:
    response = client.post([statement(1), bad, statement(3)])

    assert (response.status, response.error["code"]) == (400, code)
    assert [fault["field"] for fault in response.error["faults"]] == [field]
    assert stored(institution) == []
    assert not DeadLetter.objects.for_tenant(TenantId(institution.pk)).exists()


NOT_JSON = [
    b"",
    b"nonsense",
    b"\xff\xfe",
    b'{"id": NaN}',
    b'{"id": 1e999}',
    b'{"id": 123456789012345678901}',
    b'{"id": 1, "id": 1}',
    b'{"id": "\\ud800"}',
    b'{"id": "\\u0000"}',
    b"[" * 100_000,
    b"[" * 65 + b"]" * 65,
]


@pytest.mark.proves("P10")
@pytest.mark.parametrize("body", NOT_JSON, ids=range(len(NOT_JSON)))
def test_what_is_no_plain_json_is_refused(client: Client, body: bytes) -> None:
    response = client.post(body)

    assert (response.status, response.error["code"]) == (400, "not_json")


@pytest.mark.parametrize("value", [1, "text", None, True, [1], [[]], {}])
def test_json_that_is_no_statement_is_refused(client: Client, value: object) -> None:
    assert client.post(value).status == 400


def test_an_empty_array_stores_nothing(client: Client) -> None:
    response = client.post([])

    assert (response.status, response.json) == (200, [])


def test_other_types_of_content_are_refused(client: Client) -> None:
    assert client.post(statement(1), content_type="multipart/mixed; boundary=x").status == 415


@pytest.mark.parametrize("version", ["0.95", "1.1.0", "3", "x"])
def test_other_versions_are_refused(client: Client, version: str) -> None:
    response = client.post(statement(1), x_experience_api_version=version)

    assert (response.status, response.error["code"]) == (400, "unknown_version")


def test_a_request_may_only_be_so_large(client: Client, settings: Settings) -> None:
    settings.INGEST_LIMITS = {"most_bytes": 1_000, "most_events": 3}

    assert client.post(b" " * 1_001).status == 413
    assert client.post([1, 2, 3, 4]).status == 413
    assert client.post([statement(1)]).status == 200


def test_a_body_beyond_all_limits_is_cut_off_on_its_way_in(client: Client) -> None:
    response = asyncio.run(client.send("POST", "/api/xapi/statements", b" " * (5 * 1024 * 1024)))

    assert response.status == 413
