"""Caliper envelopes: what their events become, and what is refused."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest

from courses.models import ActivityAttempt, AssessmentScore, Institution, LearningEvent, PageProgress, Section
from dashboard_project import wiring
from ingest.adapters.caliper.envelopes import events_of
from ingest.adapters.caliper.events import read_all, told_by
from ingest.fields import Misfit
from ingest.records import Verb
from ingest.told import ByKey
from oracles.contract import TenantId
from tests.ingest.xapi.conftest import make_token
from tests.ingest.xapi.statements import Client

CONTEXT = "http://purl.imsglobal.org/ctx/caliper/v1p2"
SCHOOL = "https://school.example"
SECTION = {"id": f"{SCHOOL}/sections/algebra", "type": "CourseSection"}
Json = dict[str, Any]


def happened(number: int, kind: str, action: str, **more: Any) -> Json:
    """Event `number`: Ada and a page of the golden section, unless told otherwise."""
    return {
        "@context": CONTEXT,
        "id": f"urn:uuid:{UUID(int=number)}",
        "type": kind,
        "action": action,
        "actor": {"id": f"{SCHOOL}/users/ext-ada", "type": "Person"},
        "object": {"id": f"{SCHOOL}/pages/unit-1-page-1", "type": "Page", "isPartOf": SECTION},
        "eventTime": f"2026-11-02T09:00:{number:02}.000Z",
        **more,
    }


def graded(number: int, target: Json, given: float, most: float) -> Json:
    """A teacher graded Ada's attempt at this."""
    attempt = {"id": f"{SCHOOL}/attempts/1", "type": "Attempt", "assignee": f"{SCHOOL}/users/ext-ada"}
    return happened(
        number,
        "GradeEvent",
        "Graded",
        actor={"id": f"{SCHOOL}/users/teacher", "type": "Person"},
        object={**attempt, "assignable": target},
        group=SECTION,
        generated={"id": f"{SCHOOL}/scores/1", "type": "Score", "scoreGiven": given, "maxScore": most},
    )


QUIZ = {"id": f"{SCHOOL}/pages/quiz", "type": "Assessment"}
QUESTION = {"id": f"{SCHOOL}/pages/quiz/activities/quiz-question-1", "type": "AssessmentItem"}


def envelope(*events: Json) -> Json:
    return {
        "sensor": f"{SCHOOL}/sensor",
        "sendTime": "2026-11-02T10:00:00.000Z",
        "dataVersion": CONTEXT,
        "data": events,
    }


# ---- what events mean -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "action", "verb"),
    [
        ("NavigationEvent", "NavigatedTo", Verb.EXPERIENCED),
        ("ViewEvent", "Viewed", Verb.EXPERIENCED),
        ("AssessmentEvent", "Started", Verb.EXPERIENCED),
        ("AssessmentEvent", "Submitted", Verb.SUBMITTED),
        ("AssignableEvent", "Submitted", Verb.SUBMITTED),
        ("AssessmentItemEvent", "Completed", Verb.EXPERIENCED),
    ],
)
def test_the_table_of_events(kind: str, action: str, verb: Verb) -> None:
    told = told_by(happened(1, kind, action), "data[0]")

    assert (told.record.verb, told.record.page, told.section) == (verb, "unit-1-page-1", "algebra")
    assert (told.learner, told.record.attempts) == (ByKey("ext-ada"), 0)


def test_a_grade_is_the_learners_and_not_the_graders() -> None:
    told = told_by(graded(1, QUIZ, 7, 10), "data[0]")

    assert (told.learner, told.section, told.record.page) == (ByKey("ext-ada"), "algebra", "quiz")
    assert (told.record.verb, told.record.score, told.record.out_of) == (Verb.SCORED, 7.0, 10.0)


@pytest.mark.parametrize(("given", "success"), [(10, True), (9.5, False), (0, False), (11, True)])
def test_a_graded_item_is_an_attempt_and_correct_with_the_full_score(given: float, success: bool) -> None:
    record = told_by(graded(1, QUESTION, given, 10), "data[0]").record

    assert (record.verb, record.activity, record.success) == (Verb.ANSWERED, "quiz-question-1", success)
    assert (record.attempts, record.correct, record.score) == (1, int(success), None)


def test_extensions_name_learner_and_page_before_identifiers_do() -> None:
    actor = {"id": f"{SCHOOL}/users/77", "type": "Person", "extensions": {"urn:lectern:learner": "ext-ben"}}
    names = {"urn:lectern:section": "geometry", "urn:lectern:page": "quiz"}

    told = told_by(happened(1, "ViewEvent", "Viewed", actor=actor, extensions=names), "data[0]")

    assert (told.learner, told.section, told.record.page) == (ByKey("ext-ben"), "geometry", "quiz")


def test_entities_may_be_identifiers_only() -> None:
    told = told_by(
        happened(1, "ViewEvent", "Viewed", actor="urn:school:person:ext-ada", object=f"{SCHOOL}/pages/x"), ""
    )

    assert (told.learner, told.record.page, told.section) == (ByKey("ext-ada"), "x", "")


BAD: list[tuple[str, str, Json]] = [
    ("invalid", "data[0].id", happened(1, "ViewEvent", "Viewed", id=str(UUID(int=1)))),
    ("invalid", "data[0].@context".replace(".@context", "['@context']"), happened(1, "V", "V", **{"@context": "x"})),
    ("invalid", "data[0].eventTime", happened(1, "ViewEvent", "Viewed", eventTime="2026-11-02T09:00:00")),
    ("invalid", "data[0].actor.type", happened(1, "ViewEvent", "Viewed", actor={"id": f"{SCHOOL}/users/1"})),
    ("invalid", "data[0].object", happened(1, "ViewEvent", "Viewed", object=7)),
    ("not_served", "data[0].type", happened(1, "SessionEvent", "LoggedIn")),
    ("not_served", "data[0].action", happened(1, "AssessmentEvent", "Reset")),
    ("not_served", "data[0].object", happened(1, "ViewEvent", "Viewed", object=f"{SCHOOL}/elsewhere")),
    ("not_served", "data[0].object", happened(1, "GradeEvent", "Graded")),
    ("invalid", "data[0].generated", {**graded(1, QUIZ, 1, 2), "generated": 7}),
    ("invalid", "data[0].generated.maxScore", graded(1, QUIZ, 1, 0)),
]


@pytest.mark.proves("P10")
@pytest.mark.parametrize(("code", "field", "event"), BAD, ids=range(len(BAD)))
def test_what_is_wrong_is_told_with_its_field(code: str, field: str, event: Json) -> None:
    with pytest.raises(Misfit) as misfit:
        told_by(event, "data[0]")

    assert (misfit.value.code, misfit.value.path) == (code, field)


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("sensor", {"sensor": 7}),
        ("sendTime", {"sendTime": "now"}),
        ("dataVersion", {"dataVersion": "http://purl.imsglobal.org/ctx/caliper/v2p0"}),
        ("data", {"data": []}),
        ("data", {"data": {}}),
    ],
)
def test_what_is_no_envelope_is_refused(field: str, wrong: Json) -> None:
    with pytest.raises(Misfit) as misfit:
        events_of({**envelope(happened(1, "ViewEvent", "Viewed")), **wrong})

    assert misfit.value.path == field


def test_every_fault_is_told_up_to_a_number() -> None:
    told, faults = read_all([happened(1, "ViewEvent", "Viewed"), 7, 8, 9], most_faults=2)

    assert (len(told), [fault.path for fault in faults]) == (1, ["data[1]", "data[2]"])


# ---- through the endpoint ---------------------------------------------------------------------------------------


@pytest.fixture
def client(section: Section, institution: Institution) -> Iterator[Client]:
    yield Client(make_token(institution))
    wiring.close()


PATH = "/api/caliper/events"


@pytest.mark.django_db(transaction=True)
@pytest.mark.proves("P1")
def test_an_envelope_is_stored_when_it_is_answered(client: Client, institution: Institution) -> None:
    mine = TenantId(institution.pk)
    sent = envelope(
        happened(1, "NavigationEvent", "NavigatedTo"),
        happened(2, "AssessmentEvent", "Submitted", object={**QUIZ, "isPartOf": SECTION}),
        graded(3, QUIZ, 7, 10),
        graded(4, QUESTION, 1, 1),
    )

    first, again = client.post(sent, PATH), client.post(sent, PATH)

    assert (first.status, again.status) == (200, 200)
    assert first.json == again.json == [f"urn:uuid:{UUID(int=number)}" for number in (1, 2, 3, 4)]
    assert LearningEvent.objects.for_tenant(mine).count() == 4
    score = AssessmentScore.objects.for_tenant(mine).get()
    assert (score.score, score.out_of, score.learner.external_id) == (7.0, 10.0, "ext-ada")
    assert ActivityAttempt.objects.for_tenant(mine).get().first_correct
    assert PageProgress.objects.for_tenant(mine).filter(page__key="unit-1-page-1").exists()


@pytest.mark.django_db(transaction=True)
def test_one_bad_event_refuses_the_envelope(client: Client, institution: Institution) -> None:
    response = client.post(envelope(happened(1, "ViewEvent", "Viewed"), happened(2, "SessionEvent", "LoggedIn")), PATH)

    assert (response.status, response.error["faults"][0]["field"]) == (400, "data[1].type")
    assert not LearningEvent.objects.for_tenant(TenantId(institution.pk)).exists()


@pytest.mark.django_db(transaction=True)
def test_a_stored_event_can_be_read_as_a_statement(client: Client) -> None:
    client.post(envelope(graded(3, QUIZ, 7, 10)), PATH)

    found = client.get(UUID(int=3))

    assert found.json["result"]["score"] == {"scaled": 0.7, "raw": 7.0, "min": 0, "max": 10.0}
    assert found.json["object"]["id"] == "urn:lectern:section:algebra:page:quiz"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b'{"data": 1}', b"null"])
def test_what_is_no_envelope_is_a_bad_request(client: Client, body: bytes) -> None:
    assert client.post(body, PATH).status == 400
