"""The console's pages: what is begun on the dashboard arrives with its words and its item, and no edit is lost."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from courses.models import Learner, Page, Section
from dashboard_project.composition.console import console_service
from dashboard_project.composition.schedule import LATE, waiting
from experiences.decision_console.contract import QueuedDecision
from experiences.decision_console.models import Decision
from experiences.decision_console.staging import Edit
from oracles.contract import TenantId
from tests.clients import client_of
from tests.experiences.decision_console.conftest import context_of
from tests.oracles.instructor.rows import learners_of, pages_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("parts_end")]

CONSOLE = "/s/lakeside/algebra/console/"


@pytest.fixture
def browser(instructor: User, section: Section) -> Client:
    client = client_of(instructor)
    Learner.objects.for_tenant(TenantId(section.institution_id)).update(email="somebody@learners.example")
    due = timezone.now() - timedelta(days=3)
    Page.objects.for_tenant(TenantId(section.institution_id)).filter(pk=pages_of(section)["quiz"].pk).update(due_at=due)
    return client


def newest(section: Section, instructor: User) -> QueuedDecision:
    pk = Decision.objects.for_tenant(TenantId(section.institution_id)).latest("pk").pk
    return console_service().data.get_decision(context_of(instructor, section), pk)


def staged(browser: Client, section: Section, rule: str, **more: object) -> str:
    """The page of a message to Ada that was begun on a list; `more` goes into the form."""
    form = {"kind": "message", "rule": rule, "learner": learners_of(section)["Ada"].pk, **more}
    answer = browser.post(f"{CONSOLE}stage/", form, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.proves("experiences:K-01", "experiences:K-15")
def test_a_message_to_those_who_miss_an_item_is_about_that_item_and_says_so(
    browser: Client, section: Section, instructor: User
) -> None:
    quiz = pages_of(section)["quiz"]

    html = staged(browser, section, "assessments.quiz.missing")

    decision = newest(section, instructor)
    assert decision.page_id == quiz.pk
    assert decision.wording.subject == f"{quiz.title} is still open"
    assert f"has not handed in: {quiz.title}" in html
    assert "assessments.quiz" not in html.replace('value="assessments.quiz.missing"', "")


@pytest.mark.proves("experiences:K-01")
@pytest.mark.parametrize(
    ("rule", "said", "subject"),
    [
        ("student_support.struggling", "student support: Struggling", "How can I help?"),
        ("student_support.on_track", "student support: On track", ""),
        ("progress.unit-1.todo", "has not completed: Unit 1", ""),
        ("attention", "to be looked at first", "How can I help?"),
        ("chosen", "chosen by hand", ""),
    ],
)
def test_a_list_of_the_dashboard_is_named_and_has_its_beginning(
    browser: Client, section: Section, instructor: User, rule: str, said: str, subject: str
) -> None:
    html = staged(browser, section, rule)

    assert said in html
    assert newest(section, instructor).wording.subject == subject


@pytest.mark.proves("experiences:K-05")
def test_what_was_typed_is_in_the_review_that_is_opened_with_it(
    browser: Client, section: Section, instructor: User
) -> None:
    staged(browser, section, "student_support.struggling")
    decision = newest(section, instructor)

    answer = browser.post(
        f"{CONSOLE}{decision.id}/edit/",
        {
            "version": decision.version,
            "subject": "Typed a moment ago",
            "text": decision.wording.text,
            "target": [target.id for target in decision.included],
            "then": "review",
        },
        follow=True,
    )

    html = answer.content.decode()
    assert answer.redirect_chain[-1][0].startswith(f"{CONSOLE}review/")
    assert "Typed a moment ago" in html
    assert newest(section, instructor).wording.subject == "Typed a moment ago"


@pytest.mark.proves("experiences:K-05")
def test_what_is_not_ready_is_kept_and_not_reviewed(browser: Client, section: Section, instructor: User) -> None:
    staged(browser, section, "student_support.struggling")
    decision = newest(section, instructor)
    form = {
        "version": decision.version,
        "subject": "",
        "text": "Half a thought",
        "target": [target.id for target in decision.included],
        "then": "review",
    }

    html = browser.post(f"{CONSOLE}{decision.id}/edit/", form, follow=True).content.decode()

    assert "The subject is missing." in html
    after = newest(section, instructor)
    assert (after.state.value, after.wording.text) == ("staged", "Half a thought")


@pytest.mark.proves("experiences:K-05", "experiences:K-06")
def test_saving_what_it_says_already_voids_no_approval(browser: Client, section: Section, instructor: User) -> None:
    staged(browser, section, "student_support.struggling")
    decision = newest(section, instructor)
    service, context = console_service(), context_of(instructor, section)
    batch = service.review(context, [decision.id])
    service.approve(context, batch, service.get_review(context, batch).review.content_hash)
    before = newest(section, instructor)
    form = {
        "version": before.version,
        "subject": before.wording.subject,
        "text": before.wording.text.replace("\n", "\r\n"),
        "target": [target.id for target in before.included],
    }

    html = browser.post(f"{CONSOLE}{decision.id}/edit/", form, follow=True).content.decode()

    assert "It said so before: nothing was changed." in html
    after = newest(section, instructor)
    assert (after.state.value, after.version) == ("approved", before.version)
    assert [entry.event for entry in service.data.get_history(context, decision.id)].count("edited") == 0


@pytest.mark.proves("experiences:K-08")
def test_what_is_over_expires_no_more(browser: Client, section: Section, instructor: User) -> None:
    assert "expires" in staged(browser, section, "chosen")
    decision = newest(section, instructor)

    browser.post(f"{CONSOLE}{decision.id}/discard/")

    html = browser.get(f"{CONSOLE}{decision.id}/").content.decode()
    assert re.search(r'data-state="discarded"', html)
    assert "expires" not in html


@pytest.mark.proves("experiences:C-02", "U-01")
def test_how_urgent_an_item_is_stands_there_in_words_with_its_reasons(browser: Client, section: Section) -> None:
    html = browser.get(CONSOLE).content.decode()

    item = html[html.index('id="item-quiz"') :].split("</li>\n", 1)[0]
    assert 'data-level="low"' in item
    assert '<span class="tag">Low</span>' in item
    assert "Due date: 34.5 of 100 points" in item


@pytest.mark.proves("experiences:K-13")
def test_what_was_decided_about_an_item_stands_with_it(browser: Client, section: Section, instructor: User) -> None:
    staged(browser, section, "assessments.quiz.missing")
    decision = newest(section, instructor)

    def told() -> str:
        html = browser.get(CONSOLE).content.decode()
        return html[html.index('id="item-quiz"') :].split("</form>", 1)[0]

    assert f'<a href="{CONSOLE}{decision.id}/">Message</a> Staged' in told()
    browser.post(f"{CONSOLE}{decision.id}/discard/")
    assert f'<a href="{CONSOLE}{decision.id}/">Message</a> Discarded' in told()


@pytest.mark.proves("experiences:K-10")
def test_a_decision_whose_time_has_passed_says_that_no_schedule_runs(
    browser: Client, section: Section, instructor: User
) -> None:
    service, context = console_service(), context_of(instructor, section)
    staged(browser, section, "student_support.struggling")
    decision, soon = newest(section, instructor), timezone.now() + timedelta(hours=1)
    kept = frozenset(target.id for target in decision.included)
    service.edit(context, decision.id, Edit(decision.version, replace(decision.wording, run_at=soon), kept))
    batch = service.review(context, [decision.id])
    service.approve(context, batch, service.get_review(context, batch).review.content_hash)
    mine = TenantId(section.institution_id)

    def told() -> tuple[bool, bool, int]:
        html = browser.get(f"{CONSOLE}review/{batch}/").content.decode()
        return "is executed by the clock" in html, "That time has passed" in html, waiting(timezone.now())["decisions"]

    before = told()
    Decision.objects.for_tenant(mine).filter(pk=decision.id).update(run_at=timezone.now() - 2 * LATE)

    assert (before, told()) == ((True, False, 0), (True, True, 1))


@pytest.mark.proves("experiences:C-02", "experiences:K-01")
def test_whom_to_look_at_first_is_named_and_can_be_written_to(
    browser: Client, section: Section, instructor: User
) -> None:
    Page.objects.for_tenant(TenantId(section.institution_id)).filter(pk=pages_of(section)["quiz"].pk).update(weight=1)
    html = browser.get(CONSOLE).content.decode()
    people = html[html.index('id="people"') :].split("</ol>", 1)[0]
    ada = learners_of(section)["Ada"].pk

    assert f'<span id="called-{ada}">Ada</span> <span class="tag">' in people
    assert "never active" in people
    assert "Work that was not on time: 25 of 25 points" in people
    assert "Known of what counts:" in people
    assert "to be looked at first" in staged(browser, section, "attention")
