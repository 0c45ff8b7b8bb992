"""The tray's page: where one is, what changed, what to do; and every form on it, without a script."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from typing import cast
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from coordinator.writes.contract import Rejection
from courses.models import Course, Institution, Learner, LearningEvent, Page, Section
from dashboard_project.composition.tray import tray_service
from dashboard_project.web.tray_address import read, read_query
from experiences.hygiene_tray.models import TrayIssue, TrayOrder
from experiences.hygiene_tray.states import Status
from ingest.dead_letters import Lost, keep
from ingest.models import DeadLetter
from ingest.records import EventRecord, Verb
from ingest.sinks import EventSink
from oracles.contract import TenantId
from tests import builders
from tests.experiences.hygiene_tray.conftest import at
from tests.experiences.hygiene_tray.worlds import make_assistant, move_stamp, spoil
from tests.oracles.instructor.rows import pages_of

pytestmark = pytest.mark.django_db(transaction=True)
TRAY = "/s/lakeside/algebra/tray/"


def signed_in(user: User) -> Client:
    client = Client(enforce_csrf_checks=False)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def get(user: User, query: str = "") -> HttpResponse:
    return cast("HttpResponse", signed_in(user).get(TRAY + query))


def text_of(user: User, query: str = "") -> str:
    response = get(user, query)
    assert response.status_code == 200
    return unescape(response.content.decode())


def post(user: User, where: str, **fields: object) -> HttpResponse:
    return cast("HttpResponse", signed_in(user).post(f"{TRAY}{where}/", fields))


def issues(section: Section) -> dict[str, TrayIssue]:
    rows = TrayIssue.objects.for_tenant(TenantId(section.institution_id)).filter(section=section)
    return {row.fault: row for row in rows}


def listed(text: str) -> list[str]:
    return re.findall(r'<li class="issue".*?data-fault="(\w+)"', text, re.DOTALL)


@pytest.fixture
def spoilt(section: Section, instructor: User) -> Section:
    spoil(section)
    assert get(instructor).status_code == 200
    return section


@pytest.mark.proves("U-01")
def test_the_page_answers_three_questions_in_their_order(spoilt: Section, instructor: User) -> None:
    text = text_of(instructor)

    places = [text.index(f'id="{name}"') for name in ("where", "changed", "now", "issues", "parts")]
    assert places == sorted(places)
    assert 'data-fact="tray.open">2</data>' in text
    assert "0 of 2 are dealt with" in text
    assert listed(text) == ["missing_due_date", "no_objective"]
    assert text.count("<h1") == 1


@pytest.mark.proves("H-12")
@pytest.mark.parametrize(
    ("query", "faults"),
    [
        ("", ["missing_due_date", "no_objective"]),
        ("?severity=low", ["no_objective"]),
        ("?kind=due_dates", ["missing_due_date"]),
        ("?show=closed", []),
        ("?show=all&sort=newest", ["missing_due_date", "no_objective"]),
        ("?scope=container:unit-1", ["no_objective"]),
        ("?scope=container:unit-3", ["missing_due_date"]),
        ("?scope=container:nowhere&severity=enormous&kind=%00&sort=x&page=-1", ["missing_due_date", "no_objective"]),
    ],
)
def test_the_address_says_what_is_listed(query: str, faults: list[str], spoilt: Section, instructor: User) -> None:
    assert listed(text_of(instructor, query)) == faults


@pytest.mark.proves("O-05")
@pytest.mark.parametrize("where", ["", "change", "replay", "undo", "order", "look"])
def test_the_colleague_and_the_outsider_find_nothing_and_nobody_signs_in_first(
    where: str, spoilt: Section, colleague: User, outsider: User
) -> None:
    row = issues(spoilt)["missing_due_date"]
    fields = {"issue": f"{row.pk}:{row.version}", "verb": "start", "batch": str(uuid4()), "up": row.pk}
    answers = {}
    for user in (colleague, outsider):
        answers[user.username] = (get(user) if not where else post(user, where, **fields)).status_code
    nobody = Client().post(f"{TRAY}{where}/", fields) if where else Client().get(TRAY)

    assert answers == {"carl": 404, "otto": 404}
    assert nobody.status_code == 302
    assert nobody["Location"].startswith("/accounts/login/")
    assert issues(spoilt)["missing_due_date"].version == row.version


def test_a_form_without_its_token_is_refused(spoilt: Section, instructor: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(instructor, backend="django.contrib.auth.backends.ModelBackend")

    assert client.post(f"{TRAY}look/").status_code == 403


def test_forms_lead_back_to_the_list_they_came_from(spoilt: Section, instructor: User) -> None:
    row = issues(spoilt)["missing_due_date"]

    done = post(instructor, "change", issue=f"{row.pk}:1", verb="start", back="?severity=medium&evil=//x&sort=newest")

    assert done.status_code == 303
    assert done["Location"] == f"{TRAY}?severity=medium&sort=newest"
    assert issues(spoilt)["missing_due_date"].status == Status.IN_PROGRESS


@pytest.mark.proves("H-11")
def test_ignoring_asks_first_and_does_nothing_until_somebody_says_yes(spoilt: Section, instructor: User) -> None:
    row = issues(spoilt)["missing_due_date"]
    fields = {"issue": f"{row.pk}:1", "verb": "ignore", "reason": "a <mock> exam", "until": "2099-12-31"}

    asked = post(instructor, "change", **fields)
    meanwhile = issues(spoilt)["missing_due_date"].status
    done = post(instructor, "change", confirmed="yes", **fields)

    assert asked.status_code == 200
    assert 'id="confirm"' in asked.content.decode()
    assert "a &lt;mock&gt; exam" in asked.content.decode()
    assert meanwhile == Status.OPEN
    assert done.status_code == 303
    stored = issues(spoilt)["missing_due_date"]
    assert (stored.status, stored.reason) == (Status.IGNORED, "a <mock> exam")
    assert stored.ignored_until is not None
    assert stored.ignored_until.isoformat() == "2100-01-01T00:00:00+00:00"


@pytest.mark.proves("H-07")
def test_a_bulk_change_tells_how_each_part_ended(spoilt: Section, instructor: User) -> None:
    found = issues(spoilt)
    client = signed_in(instructor)
    chosen = [f"{found['missing_due_date'].pk}:1", f"{found['no_objective'].pk}:9", "999999:1"]

    done = client.post(f"{TRAY}change/", {"issue": chosen, "verb": "resolve", "confirmed": "yes"})
    text = client.get(TRAY).content.decode()

    assert done.status_code == 303
    assert "1 issue was changed." in text
    assert "1 issue was changed by somebody else meanwhile" in text
    assert "1 issue could not be changed like that." in text


@pytest.mark.proves("H-08")
def test_what_was_done_can_be_undone_from_the_page(spoilt: Section, instructor: User) -> None:
    row = issues(spoilt)["missing_due_date"]
    post(instructor, "change", issue=f"{row.pk}:1", verb="resolve")
    batch = re.search(r'name="batch" value="([-0-9a-f]+)"', text_of(instructor))
    assert batch is not None

    undone = post(instructor, "undo", batch=batch[1])

    assert undone.status_code == 303
    assert issues(spoilt)["missing_due_date"].status == Status.OPEN


@pytest.mark.proves("H-04")
def test_issues_are_moved_up_and_down_in_ones_own_order(spoilt: Section, instructor: User) -> None:
    found = issues(spoilt)
    mine = "?sort=mine"

    moved = post(instructor, "order", up=found["no_objective"].pk, version=0, back=mine)
    too_late = post(instructor, "order", up=found["missing_due_date"].pk, version=0, back=mine)

    assert (moved.status_code, too_late.status_code) == (303, 303)
    assert listed(text_of(instructor, mine)) == ["no_objective", "missing_due_date"]
    assert TrayOrder.objects.for_tenant(TenantId(spoilt.institution_id)).get().version == 1


@pytest.mark.proves("O-05")
@pytest.mark.parametrize(
    ("where", "fields", "status"),
    [
        ("change", {"issue": "424242:1", "verb": "start"}, 404),
        ("change", {"issue": "x:1", "verb": "start"}, 400),
        ("change", {"issue": "1:" + "9" * 40, "verb": "start"}, 400),
        ("change", {"issue": "1:1", "verb": "explode"}, 400),
        ("change", {"issue": "1:1", "verb": "replay"}, 400),
        ("change", {"issue": "1:1", "verb": "ignore", "until": "2026-02-31"}, 400),
        ("change", {"issue": "1:1", "verb": "ignore", "until": "9999-12-31"}, 400),
        ("replay", {"issue": "424242:1"}, 404),
        ("replay", {}, 400),
        ("undo", {"batch": "00000000-0000-0000-0000-000000000007"}, 404),
        ("undo", {"batch": "what"}, 400),
        ("order", {"up": "424242", "version": "0"}, 404),
        ("order", {"up": "", "version": "0"}, 400),
    ],
)
def test_what_our_own_forms_never_say_changes_nothing(
    where: str, fields: dict[str, str], status: int, spoilt: Section, instructor: User
) -> None:
    before = list(TrayIssue.objects.for_tenant(TenantId(spoilt.institution_id)).order_by("pk").values())

    answer = post(instructor, where, **fields)

    assert answer.status_code == status
    assert list(TrayIssue.objects.for_tenant(TenantId(spoilt.institution_id)).order_by("pk").values()) == before


@pytest.mark.proves("O-05")
def test_an_issue_of_another_institution_is_not_there(
    spoilt: Section, instructor: User, other_institution: Institution, outsider: User
) -> None:
    theirs = builders.stored(Section, other_institution.pk, course=_course(other_institution), slug="x", title="X")
    foreign = builders.stored(
        TrayIssue, other_institution.pk, section=theirs, fingerprint="f", detector="feed", fault="stale_feed",
        subject="feed", severity="low", effort="long", first_seen_at=timezone.now(), last_seen_at=timezone.now(),
    )  # fmt: skip

    answers = [
        post(instructor, where, issue=f"{foreign.pk}:1", verb="start").status_code for where in ("change", "replay")
    ]

    foreign.refresh_from_db()
    assert answers == [404, 404]
    assert (foreign.version, foreign.status) == (1, Status.OPEN)


def _course(institution: Institution) -> Course:
    return Section.objects.for_tenant(TenantId(institution.pk)).earliest("pk").course


@pytest.mark.proves("H-03")
def test_an_assistant_sees_the_tray_and_may_only_begin(spoilt: Section, instructor: User) -> None:
    make_assistant(spoilt)
    amy = User.objects.get(username="amy")
    row = issues(spoilt)["missing_due_date"]

    text = text_of(amy)
    refused = post(amy, "change", issue=f"{row.pk}:1", verb="resolve")
    begun = post(amy, "change", issue=f"{row.pk}:1", verb="start")

    assert 'value="start"' in text
    assert 'value="resolve"' not in text
    assert (refused.status_code, begun.status_code) == (403, 303)
    assert issues(spoilt)["missing_due_date"].status == Status.IN_PROGRESS


def letters(section: Section, learner: str, count: int) -> None:
    """Events of somebody who is not on the roster, as a feed brings them."""
    tenant = TenantId(section.institution_id)
    records = [
        EventRecord(
            event_id=uuid4(), learner=learner, verb=Verb.EXPERIENCED, page="unit-1-page-1",
            timestamp=timezone.now() - timedelta(minutes=number + 1), source="test",
        )
        for number in range(count)
    ]  # fmt: skip
    report = EventSink(tenant, section).write(records)
    assert len(report.rejections) == count


@pytest.mark.proves("H-10")
def test_dead_letters_are_an_issue_and_are_replayed_from_the_tray(section: Section, instructor: User) -> None:
    tenant = TenantId(section.institution_id)
    letters(section, "ext-late", 5)
    text = text_of(instructor)
    row = issues(section)["unknown_reference"]
    builders.make_learner(section, "Late")
    move_stamp(section)

    asked = post(instructor, "replay", issue=f"{row.pk}:{row.version}")
    still = LearningEvent.objects.for_tenant(tenant).count()
    client = signed_in(instructor)
    done = client.post(f"{TRAY}replay/", {"issue": f"{row.pk}:{row.version}", "confirmed": "yes"})
    after = unescape(client.get(TRAY).content.decode())

    assert "5 records name something that this section does not have." in text
    assert (asked.status_code, still) == (200, 0)
    assert done.status_code == 303
    assert "5 records came back." in after
    assert LearningEvent.objects.for_tenant(tenant).count() == 5
    assert not DeadLetter.objects.for_tenant(tenant).filter(status=DeadLetter.Status.WAITING).exists()
    closed = issues(section)["unknown_reference"]
    assert (closed.status, closed.closed_by, closed.is_detected) == (Status.RESOLVED, "detector", False)


@pytest.mark.proves("H-10")
def test_records_that_still_cannot_be_written_leave_an_error_that_says_so(section: Section, instructor: User) -> None:
    letters(section, "ext-nobody", 2)
    text_of(instructor)
    row = issues(section)["unknown_reference"]
    client = signed_in(instructor)

    client.post(f"{TRAY}replay/", {"issue": f"{row.pk}:{row.version}", "confirmed": "yes"})
    after = unescape(client.get(TRAY).content.decode())

    assert "2 records still cannot be written." in after
    assert issues(section)["unknown_reference"].status == Status.ERROR
    assert "unknown_reference" in listed(after)
    assert "still_dead" not in after


@pytest.mark.proves("H-10", "O-05")
def test_letters_of_another_section_are_neither_shown_nor_replayed(section: Section, instructor: User) -> None:
    other = builders.make_section(section.institution, "geometry")
    tenant = TenantId(section.institution_id)
    lost = EventRecord(uuid4(), "x", Verb.EXPERIENCED, "y", timezone.now(), "test")
    keep(tenant, other.pk, [Lost(lost, Rejection(0, "unknown_learner", "no learner"))], timezone.now())

    assert "unknown_reference" not in listed(text_of(instructor))


def test_learners_who_look_like_one_are_named_or_called_by_codes(section: Section, instructor: User) -> None:
    tenant = TenantId(section.institution_id)
    Learner.objects.for_tenant(tenant).filter(name__in=["Ada", "Ben"]).update(email="ada@learners.example")

    named = text_of(instructor)
    Institution.objects.filter(pk=tenant).update(names_hidden_since=timezone.now())
    hidden = text_of(instructor)

    assert "same_email" in listed(named)
    assert "Ada (ext-ada)" in named
    assert "Ada" not in hidden.replace(instructor.username, "")
    assert "ext-ada" not in hidden


def test_staff_who_may_mend_a_page_are_led_to_its_form_and_everybody_to_the_dashboard(
    spoilt: Section, instructor: User
) -> None:
    quiz = pages_of(spoilt)["quiz"]

    plain = text_of(instructor)
    User.objects.filter(pk=instructor.pk).update(is_staff=True, is_superuser=True)
    staff = text_of(User.objects.get(pk=instructor.pk))

    form = f"/admin/courses/page/{quiz.pk}/change/"
    assert "/s/lakeside/algebra/?scope=container:unit-3" in plain
    assert form not in plain
    assert form in staff


def test_a_long_tray_has_pages(section: Section, instructor: User) -> None:
    for number in range(60):
        builders.make_page(section, f"exam-{number}", 100 + number, graded=True)

    first, second = text_of(instructor, "?kind=due_dates"), text_of(instructor, "?kind=due_dates&page=2")

    # With the quiz of the golden section.
    assert [text.count('data-fault="missing_due_date"') for text in (first, second)] == [50, 11]
    assert 'id="next"' in first
    assert 'id="previous"' in second


@pytest.mark.proves("O-15", "G-05")
def test_the_page_and_the_service_say_the_same_numbers(spoilt: Section, instructor: User) -> None:
    text = text_of(instructor)
    tray = tray_service().get_tray(at(instructor, spoilt))

    by_fact = {fact: value for value, fact in re.findall(r'<data value="([^"]*)" data-fact="(tray\.\w+)"', text)}
    assert tray.score is not None
    assert float(by_fact["tray.score"]) == tray.score.score
    assert int(by_fact["tray.open"]) == tray.total_open == 2


def test_titles_are_text_whatever_they_hold(section: Section, instructor: User) -> None:
    tenant = TenantId(section.institution_id)
    Page.objects.for_tenant(tenant).filter(key="quiz").update(title="<script>alert(1)</script>", due_at=None)

    raw = get(instructor).content.decode()

    assert "<script>alert" not in raw
    assert "&lt;script&gt;alert(1)" in raw


def test_an_address_of_its_own_is_short_and_has_one_form() -> None:
    full = {"show": "all", "severity": "high", "kind": "feed", "sort": "mine", "page": "3", "scope": "container:u"}

    assert read({}).query() == ""
    assert read_query("?" + urlencode(full)) == read(full)
    assert read_query(read(full).query()) == read(full)
