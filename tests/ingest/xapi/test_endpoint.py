"""The endpoint from outside: what is stored when it answers, what it means, and that it can be read back."""

from __future__ import annotations

import hashlib
import json
from uuid import UUID

import pytest

from courses.models import ActivityAttempt, Institution, LearningEvent, PageProgress
from ingest.adapters.xapi.statements import Edition, check_statement
from oracles.contract import TenantId
from tests.ingest.xapi.statements import ADL, HOME, Client, answer, statement
from tests.ingest.xapi.storing import stored

pytestmark = pytest.mark.django_db(transaction=True)


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


def test_learners_are_found_by_address_or_its_fingerprint(client: Client, institution: Institution) -> None:
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
