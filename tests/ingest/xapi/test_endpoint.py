"""The endpoint from outside: who may send, what is stored when it answers, what every refusal says."""

from __future__ import annotations

import base64
import json
from uuid import UUID

import pytest
from django.db import connection
from pytest_django import Settings

from courses.models import ActivityAttempt, Institution, LearningEvent, PageProgress, Section
from ingest.adapters.xapi.statements import Edition, check_statement
from ingest.models import BearerToken, DeadLetter
from oracles.contract import TenantId
from tests.ingest.xapi.conftest import make_token
from tests.ingest.xapi.statements import ADL, HOME, Client, Json, answer, statement

pytestmark = pytest.mark.django_db(transaction=True)


def stored(institution: Institution) -> list[UUID]:
    rows = LearningEvent.objects.for_tenant(TenantId(institution.pk)).order_by("event_id")
    return list(rows.values_list("event_id", flat=True))


@pytest.mark.proves("P1")
def test_when_the_answer_is_there_the_events_are_in_the_database(client: Client, institution: Institution) -> None:
    response = client.post([statement(2), statement(1), answer(3, success=True)])

    assert (response.status, response.json) == (200, [str(UUID(int=number)) for number in (2, 1, 3)])
    assert stored(institution) == [UUID(int=number) for number in (1, 2, 3)]


def test_a_single_statement_is_answered_with_an_array_of_one_id(client: Client) -> None:
    response = client.post(statement(7))

    assert (response.status, response.json) == (200, [str(UUID(int=7))])
    assert response.headers["x-experience-api-version"] == "1.0.3"


def test_an_answer_is_an_attempt_and_moves_the_numbers(client: Client, institution: Institution) -> None:
    client.post([answer(1, success=False), answer(2, success=True)])

    mine = TenantId(institution.pk)
    attempt = ActivityAttempt.objects.for_tenant(mine).get()
    progress = PageProgress.objects.for_tenant(mine).get()
    assert (attempt.first_correct, attempt.attempts, attempt.correct) == (False, 2, 1)
    assert (progress.page.key, progress.progress, progress.learner.external_id) == ("unit-1-page-1", 1.0, "ext-ada")


# ---- who --------------------------------------------------------------------------------------------------------


@pytest.mark.proves("P4")
@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer nonsense", "Bearer lectern_" + "x" * 43, "Basic !!!", "Token abc", "Bearer \xff"]
)
def test_nobody_comes_in_without_a_token(section: Section, institution: Institution, method: str, header: str) -> None:
    import asyncio  # noqa: PLC0415

    body = json.dumps(statement(1)).encode() if method == "POST" else b""
    path = f"/api/xapi/statements?statementId={UUID(int=1)}"
    response = asyncio.run(Client().send(method, path, body, authorization=header))

    assert response.status == 401
    assert response.headers["www-authenticate"].startswith("Bearer")
    assert stored(institution) == []


def test_a_session_of_the_dashboard_is_no_token(section: Section, institution: Institution) -> None:
    response = Client().post(statement(1), cookie="sessionid=whatever")

    assert response.status == 401


def test_programs_that_know_only_basic_give_the_token_as_password(client: Client) -> None:
    words = base64.b64encode(f"anybody:{client.token}".encode()).decode()

    assert Client().post(statement(1), authorization=f"Basic {words}").status == 200


def test_a_revoked_token_is_worth_nothing_at_once(client: Client) -> None:
    before = client.post(statement(1)).status
    BearerToken.across_tenants.update(revoked_at="2026-11-01T00:00:00Z")

    assert (before, client.post(statement(2)).status) == (200, 401)


@pytest.mark.proves("P4")
def test_another_institutions_token_reaches_neither_section_nor_statement(
    client: Client, stranger: Client, institution: Institution, other_institution: Institution
) -> None:
    client.post(statement(1))

    sent, asked = stranger.post(statement(2)), stranger.get(UUID(int=1))

    assert (sent.status, sent.error["code"]) == (400, "unknown_section")
    assert (asked.status, asked.error["code"]) == (404, "unknown_statement")
    assert stored(other_institution) == []


@pytest.mark.proves("P4")
def test_two_institutions_may_use_the_same_ids_and_slugs(
    client: Client, stranger: Client, institution: Institution, other_institution: Institution
) -> None:
    from tests import builders  # noqa: PLC0415

    builders.golden_section(other_institution)

    mine, theirs = client.post(statement(1)), stranger.post(answer(1, success=True))

    assert (mine.status, theirs.status) == (200, 200)
    assert stored(institution) == stored(other_institution) == [UUID(int=1)]
    assert stranger.get(UUID(int=1)).json["verb"]["id"] == f"{ADL}answered"


# ---- ids --------------------------------------------------------------------------------------------------------


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


# ---- reading back -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("version", ["1.0.3", "2.0.0"])
def test_a_stored_statement_can_be_read_and_is_a_valid_one(client: Client, version: str) -> None:
    score = {"raw": 8, "max": 10}
    quiz = statement(5, "passed", place="sections/algebra/pages/quiz", result={"score": score, "duration": "PT5M"})
    client.post([answer(1, success=True), quiz])

    answers = [client.get(UUID(int=number), x_experience_api_version=version) for number in (1, 5)]

    given = [one.json for one in answers]
    edition = Edition.V1 if version == "1.0.3" else Edition.V2
    assert all(check_statement(one, edition) for one in given)
    assert [one["verb"]["id"] for one in given] == [f"{ADL}answered", f"{ADL}passed"]
    assert given[0]["result"] == {"success": True}
    assert given[1]["result"] == {"duration": "PT5M", "score": {"scaled": 0.8, "raw": 8.0, "min": 0, "max": 10.0}}
    assert given[1]["actor"]["account"]["name"] == "ext-ada"
    assert given[1]["timestamp"].startswith("2026-11-02T09:00:05")
    assert answers[0].headers["x-experience-api-version"] == version


@pytest.mark.parametrize("query", ["", "statementId=x", "verb=y", f"statementId={UUID(int=1)}&format=ids"])
def test_no_other_query_is_served(client: Client, query: str) -> None:
    import asyncio  # noqa: PLC0415

    response = asyncio.run(client.send("GET", f"/api/xapi/statements?{query}", b""))

    assert response.status == 400


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_other_methods_are_not_served(client: Client, method: str) -> None:
    import asyncio  # noqa: PLC0415

    assert asyncio.run(client.send(method, "/api/xapi/statements", b"{}")).status == 405


# ---- what is refused --------------------------------------------------------------------------------------------

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
    import asyncio  # noqa: PLC0415

    response = asyncio.run(client.send("POST", "/api/xapi/statements", b" " * (5 * 1024 * 1024)))

    assert response.status == 413


@pytest.mark.proves("reliability:R11", "X-02")
def test_a_token_that_sends_too_fast_is_told_when_to_come_again(client: Client, settings: Settings) -> None:
    settings.INGEST_RATE = {"per_second": 0.5, "burst": 20.0}

    answers = [client.post([statement(number)]) for number in range(1, 4)]

    assert [one.status for one in answers] == [200, 429, 429]
    assert int(answers[-1].headers["retry-after"]) >= 1


def test_the_day_of_its_use_is_noted_on_the_token(client: Client) -> None:
    client.post(statement(1))

    with connection.cursor() as cursor:
        cursor.execute("SELECT last_used_on FROM ingest_bearertoken")
        assert cursor.fetchone()[0] is not None


def test_learners_are_found_by_address_or_its_fingerprint(client: Client, institution: Institution) -> None:
    import hashlib  # noqa: PLC0415

    address = "mailto:ben@learners.example"
    by_address = statement(1, actor={"mbox": "mailto:Ben@learners.EXAMPLE".replace("Ben", "ben")})
    by_fingerprint = statement(2, actor={"mbox_sha1sum": hashlib.sha1(address.encode()).hexdigest()})

    response = client.post([by_address, by_fingerprint])

    assert response.status == 200
    rows = LearningEvent.objects.for_tenant(TenantId(institution.pk))
    assert set(rows.values_list("learner__external_id", flat=True)) == {"ext-ben"}
    assert "learners.example" not in json.dumps(list(rows.values_list("result", flat=True)))


def test_extensions_name_what_identifiers_do_not(client: Client, institution: Institution) -> None:
    names = {"urn:lectern:section": "algebra", "urn:lectern:page": "unit-2-page-1"}
    told = statement(1, object={"id": "https://elsewhere.example/thing/9"}, context={"extensions": names})

    assert client.post(told).status == 200
    assert LearningEvent.objects.for_tenant(TenantId(institution.pk)).get().page.key == "unit-2-page-1"


def test_context_activities_name_what_the_object_does_not(client: Client, institution: Institution) -> None:
    around = {
        "parent": {"id": f"{HOME}/pages/quiz"},
        "grouping": [{"id": "urn:lectern:section:algebra"}, {"id": f"{HOME}/sections/other"}],
    }
    told = statement(1, "completed", place="quiz/9", context={"contextActivities": around})

    assert client.post(told).status == 200
    event = LearningEvent.objects.for_tenant(TenantId(institution.pk)).get()
    assert (event.page.key, event.verb, event.section.slug) == ("quiz", "submitted", "algebra")


@pytest.mark.proves("P4")
def test_one_token_for_each_institution(institution: Institution, other_institution: Institution) -> None:
    assert make_token(institution) != make_token(other_institution)
