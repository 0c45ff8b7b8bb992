"""Who may send: a token of the institution, and of no other; nobody else comes in, nobody sends too fast."""

from __future__ import annotations

import asyncio
import base64
import json
from uuid import UUID

import pytest
from django.db import connection
from pytest_django import Settings

from courses.models import Institution, Section
from ingest.models import BearerToken
from tests import builders
from tests.ingest.xapi.conftest import make_token
from tests.ingest.xapi.statements import ADL, Client, answer, statement
from tests.ingest.xapi.storing import stored

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.proves("P4")
@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer nonsense", "Bearer lectern_" + "x" * 43, "Basic !!!", "Token abc", "Bearer \xff"]
)
def test_nobody_comes_in_without_a_token(section: Section, institution: Institution, method: str, header: str) -> None:
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
    builders.golden_section(other_institution)

    mine, theirs = client.post(statement(1)), stranger.post(answer(1, success=True))

    assert (mine.status, theirs.status) == (200, 200)
    assert stored(institution) == stored(other_institution) == [UUID(int=1)]
    assert stranger.get(UUID(int=1)).json["verb"]["id"] == f"{ADL}answered"


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


@pytest.mark.proves("P4")
def test_one_token_for_each_institution(institution: Institution, other_institution: Institution) -> None:
    assert make_token(institution) != make_token(other_institution)
