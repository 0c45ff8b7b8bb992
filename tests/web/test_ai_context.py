"""The AI context from the page: what is on the screen, for those who may see it, and nobody's name."""

from __future__ import annotations

import json
import re
from typing import cast

import pytest
from django.contrib.auth.models import User
from django.http import HttpResponse
from django.test import Client

from courses.models import AuditEntry, Enrollment, Section
from oracles.contract import TenantId
from snapshot.projections.ai_context import TOKEN_BUDGET
from snapshot.projections.ai_words import tokens
from tests.clients import client_of
from tests.oracles.instructor.rows import learners_of, make_score, pages_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("fresh_caches")]

DASHBOARD = "/s/lakeside/algebra/"
FILES = [f"{DASHBOARD}ai-context.md", f"{DASHBOARD}ai-context.json"]


def get(user: User, address: str) -> HttpResponse:
    return cast("HttpResponse", client_of(user).get(address))


def snapshot_on(page: str) -> str:
    (found,) = re.findall(r'<input type="hidden" name="snapshot" value="(\w+)">', page)
    return str(found)


@pytest.mark.proves("snapshot:FR-003")
def test_the_numbers_on_the_screen_are_handed_over(instructor: User, mixed: Section) -> None:
    page = get(instructor, f"{DASHBOARD}?complete=1").content.decode()
    asked = f"?snapshot={snapshot_on(page)}"
    make_score(learners_of(mixed)["Ben"], pages_of(mixed)["quiz"], 10)

    markdown, text = (get(instructor, f"{address}{asked}") for address in FILES)

    assert markdown["Content-Type"] == "text/markdown; charset=utf-8"
    assert markdown["Content-Disposition"].startswith('attachment; filename="algebra-course-ai-context.md"')
    assert "| average_progress_pct | 53.6 | 4 |" in markdown.content.decode()
    assert ["average_assessment_pct", 70.0, 1] in json.loads(text.content)["tables"][0]["rows"]


@pytest.mark.parametrize("address", FILES)
def test_nobody_is_named_and_nothing_need_be_written_down(instructor: User, mixed: Section, address: str) -> None:
    text = get(instructor, address).content.decode()

    people = (
        Enrollment.objects.for_tenant(TenantId(mixed.institution_id)).filter(section=mixed).select_related("learner")
    )
    markers = {mark for each in people for mark in (each.learner.name, each.learner.email, each.learner.external_id)}
    assert len(markers) > 4
    assert [mark for mark in markers if mark and re.search(rf"\b{re.escape(mark)}\b", text)] == []
    assert not AuditEntry.objects.for_tenant(TenantId(mixed.institution_id)).exists()
    assert tokens(text.encode()) <= TOKEN_BUDGET


def test_a_container_and_a_threshold_narrow_it(instructor: User, mixed: Section) -> None:
    text = get(instructor, f"{FILES[1]}?scope=container:unit-1&p.threshold=30").content

    document = json.loads(text)
    assert document["scope"].endswith("Unit 1")
    assert document["settings"]["completed means at least this percentage of the pages"] == 30


@pytest.mark.parametrize("address", FILES)
def test_the_colleague_and_the_outsider_see_what_they_would_see_if_nothing_were_there(
    address: str, colleague: User, outsider: User
) -> None:
    unknown = get(colleague, address.replace("algebra", "nowhere"))

    for user in (colleague, outsider):
        response = get(user, address)
        assert (response.status_code, response.content) == (404, unknown.content)


def test_nobody_is_sent_to_sign_in(section: Section) -> None:
    assert Client().get(FILES[0]).status_code == 302


def test_there_is_no_third_form(instructor: User, mixed: Section) -> None:
    assert get(instructor, f"{DASHBOARD}ai-context.csv").status_code == 404


@pytest.mark.proves("ROW-T2")
def test_the_page_offers_it_and_says_by_which_rule_and_evidence_it_advises(instructor: User, mixed: Section) -> None:
    page = get(instructor, f"{DASHBOARD}?complete=1").content.decode()

    assert re.findall(r'form="files" formaction="(ai-context\.\w+)"', page) == ["ai-context.md", "ai-context.json"]
    assert "suggested by rule" in page
    assert "<code>student_support.struggling.count</code>" in page
    assert "at least a tenth of the class is struggling" in page
