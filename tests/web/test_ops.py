"""/ops/: for those who operate an institution, about that institution; every number worked out a second way."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from typing import cast

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from coordinator.writes.contract import Rejection
from courses.access import resolve_for_command
from courses.audit import Actor, Handover, record
from courses.models import AuditEntry, Institution, Membership, Section
from dashboard_project import wiring
from ingest.dead_letters import Lost, keep
from oracles.contract import DataStamp, Loaded, OracleKey, Payload, Scope, TenantId
from tests import builders
from tests.clients import client_of
from tests.ingest.records import event
from tests.oracles.instructor.rows import learners_of, pages_of
from tests.web.facts import facts_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.proves("UX-26")]

MONDAY = datetime(2026, 11, 2, 9, tzinfo=UTC)


@pytest.fixture
def operator(institution: Institution, section: Section) -> User:
    user = builders.make_user("olga", institution)
    Membership.objects.for_tenant(builders.tenant(institution)).filter(user=user).update(role="operator")
    return user


@pytest.fixture
def other_operator(other_institution: Institution) -> User:
    user = builders.make_user("paul", other_institution)
    Membership.objects.for_tenant(builders.tenant(other_institution)).filter(user=user).update(role="operator")
    return user


def get(user: User, query: str = "") -> HttpResponse:
    client = client_of(user)
    return cast("HttpResponse", client.get(f"/ops/{query}"))


def post(user: User, **form: str) -> HttpResponse:
    client = client_of(user)
    return cast("HttpResponse", client.post("/ops/", form))


def report(user: User, query: str = "?format=json") -> dict[str, object]:
    return dict(json.loads(get(user, query).content))


def facts_on(user: User) -> dict[str, str]:
    return facts_of(get(user).content.decode())


def give_up(section: Section, reason: str, *numbers: int, at: datetime = MONDAY) -> None:
    lost = [Lost(event(number), Rejection(0, reason, "no")) for number in numbers]
    keep(TenantId(section.institution_id), section.pk, lost, at)


# ---- who may ------------------------------------------------------------------------------------------------------


@pytest.mark.proves("T1", "P4")
@pytest.mark.parametrize("who", ["instructor", "colleague", "outsider"])
def test_who_operates_nothing_finds_what_is_under_any_other_wrong_address(
    who: str, section: Section, request: pytest.FixtureRequest
) -> None:
    user = request.getfixturevalue(who)

    answers = [get(user), get(user, "?format=json"), get(user, "?institution=lakeside"), post(user, names="hide")]

    assert [answer.status_code for answer in answers] == [404] * 4
    assert {answer.content for answer in answers[:3]} == {answers[0].content}


def test_nobody_is_sent_to_sign_in(client: Client, section: Section) -> None:
    answer = client.get("/ops/")

    assert (answer.status_code, answer["Location"]) == (302, "/accounts/login/?next=/ops/")


@pytest.mark.proves("T1", "P4")
def test_an_operator_of_another_institution_finds_nothing_of_this_one(
    operator: User, other_operator: User, section: Section
) -> None:
    give_up(section, "unknown_page", 1)

    foreign = [get(other_operator, "?institution=lakeside"), post(other_operator, institution="lakeside", names="hide")]
    own = get(other_operator).content.decode()

    assert [answer.status_code for answer in foreign] == [404, 404]
    assert foreign[0].content == get(other_operator, "?institution=nowhere").content
    assert "Lakeside" not in own
    assert "unknown_page" not in own
    assert not Institution.objects.filter(names_hidden_since__isnull=False).exists()


def test_every_page_leads_those_who_operate_here_and_nobody_else(
    operator: User, instructor: User, section: Section
) -> None:
    dashboards = []
    for user in (operator, instructor):
        client = client_of(user)
        dashboards.append(client.get("/s/lakeside/algebra/").content.decode())

    assert '<a id="to-ops" href="/ops/">Operations</a>' in dashboards[0]
    assert "/ops/" not in dashboards[1]


def test_an_operator_who_is_deactivated_is_one_no_more(operator: User) -> None:
    client = client_of(operator)
    User.objects.filter(pk=operator.pk).update(is_active=False)

    assert client.get("/ops/").status_code == 302


def test_a_superuser_chooses_among_all(admin_user: User, institution: Institution, outsider: User) -> None:
    page = get(admin_user, "?institution=lakeside").content.decode()

    assert re.findall(r'id="institution-(\w+)"', page) == ["harbour", "lakeside"]
    assert '<a id="institution-lakeside" href="?institution=lakeside" aria-current="page">' in page


# ---- the numbers --------------------------------------------------------------------------------------------------


def test_each_section_says_when_its_newest_event_happened_and_when_it_came(operator: User, section: Section) -> None:
    ada, page = learners_of(section)["Ada"], pages_of(section)["quiz"]
    for days, hours in ((3, 1), (5, 30), (4, 90)):
        happened = MONDAY + timedelta(days=days)
        builders.make_event(ada, page, timestamp=happened, stored=happened + timedelta(hours=hours))

    (state,) = cast("list[dict[str, object]]", report(operator)["sections"])

    assert (state["slug"], state["learners"]) == ("algebra", 4)
    assert state["as_of"] == "2026-11-07T09:00:00Z"
    assert state["arrived_at"] == "2026-11-08T15:00:00Z"


def test_dead_letters_are_counted_by_reason_with_the_oldest(
    operator: User, section: Section, other_institution: Institution
) -> None:
    give_up(section, "unknown_page", 1, 2, 3, at=MONDAY + timedelta(days=1))
    give_up(section, "unknown_page", 4)
    give_up(section, "conflict", 5)
    give_up(builders.golden_section(other_institution), "conflict", 6, 7)

    said = report(operator)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT reason, COUNT(*) FROM ingest_deadletter WHERE institution_id = %s GROUP BY reason ORDER BY reason",
            [section.institution_id],
        )
        by_hand = cursor.fetchall()

    assert by_hand == [("conflict", 1), ("unknown_page", 4)]
    assert said["letters"] == [
        {"reason": "unknown_page", "count": 4, "oldest": "2026-11-02T09:00:00Z"},
        {"reason": "conflict", "count": 1, "oldest": "2026-11-02T09:00:00Z"},
    ]
    assert facts_on(operator)["ops.dead_letters"] == "5"


def test_what_was_exported_and_seen_is_there_newest_first(operator: User, section: Section) -> None:
    context, now = resolve_for_command("algebra", None), timezone.now()
    for hours, action in ((30, AuditEntry.Action.EXPORT), (2, AuditEntry.Action.EXPORT), (1, AuditEntry.Action.VIEW)):
        handover = Handover(action, "course", 4, "", f"request-{hours}")
        record(context, Actor("user-7", "ines"), handover, now - timedelta(hours=hours))

    said = report(operator)

    assert said["actions"] == {"export": 1, "view": 1}
    assert [entry["action"] for entry in cast("list[dict[str, str]]", said["audit"])] == ["view", "export", "export"]
    assert facts_on(operator)["ops.exports"] == "1"


def test_questions_of_this_institution_are_counted(operator: User, section: Section, outsider: User) -> None:
    before = facts_on(operator)["ops.failed_questions"]
    own = Scope(TenantId(section.institution_id), section.pk)
    result = Loaded(own, OracleKey("assessments"), Payload(), 1, DataStamp(), started_at=1.0, finished_at=1.75)

    wiring.ORACLE_FIGURES.note(result)

    oracles = cast("dict[str, list[dict[str, object]]]", report(operator)["oracles"])
    assert before == "0"
    assert [each["slowest_ms"] for each in oracles["oracles"] if each["oracle"] == "assessments"] == [750]
    assert 'id="ops-slow"' in get(operator).content.decode()


def test_the_installation_says_what_it_rests_on(operator: User) -> None:
    findings = cast("list[dict[str, str]]", report(operator)["findings"])

    assert {"python", "packages", "database", "migrations", "redis", "channel layer"} <= {
        finding["name"] for finding in findings
    }


def test_its_cost_does_not_grow_with_the_institution(operator: User, section: Section) -> None:
    get(operator)
    with CaptureQueriesContext(connection) as few:
        get(operator)
    for number in range(8):
        give_up(
            builders.make_section(Institution.objects.get(slug="lakeside"), f"more-{number}"), "conflict", 50 + number
        )

    with CaptureQueriesContext(connection) as many:
        get(operator)

    assert len(many) == len(few)


# ---- the page -----------------------------------------------------------------------------------------------------


@pytest.mark.proves("UX-28", "I8")
def test_names_are_hidden_and_shown_again_by_a_press_and_that_is_written_down(operator: User, section: Section) -> None:
    hidden = post(operator, institution="lakeside", names="hide")
    page = get(operator).content.decode()
    shown = post(operator, institution="lakeside", names="show")

    assert [answer.status_code for answer in (hidden, shown)] == [302, 302]
    assert 'id="show-names"' in page
    entries = AuditEntry.objects.for_tenant(TenantId(section.institution_id)).order_by("pk")
    assert list(entries.values_list("action", "actor_name")) == [("names_hidden", "olga"), ("names_shown", "olga")]


def test_a_press_that_says_nothing_known_is_refused(operator: User) -> None:
    assert post(operator, institution="lakeside", names="burn").status_code == 400


@pytest.mark.proves("I5")
def test_the_page_has_its_policies_and_is_kept_nowhere(operator: User) -> None:
    answer = get(operator)

    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert "no-store" in answer["Cache-Control"]
    assert " style=" not in answer.content.decode()
