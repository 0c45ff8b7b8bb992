"""Pages: who may see them, the marks of the outside contract, and what happens to addresses that mean nothing."""

from __future__ import annotations

import re
from typing import cast

import pytest
from django.contrib.auth.models import User
from django.http import HttpResponse
from django.test import Client
from pytest_django import Settings

from courses.models import Page, Section
from oracles.contract import TenantId
from tests import builders
from tests.clients import client_of
from tests.web.facts import facts_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("parts_end")]

DASHBOARD = "/s/lakeside/algebra/"
COMPLETE = f"{DASHBOARD}?complete=1"
CAPABILITIES = ["summary", "progress", "student_support", "challenging_objectives", "assessments"]
MARKS = [
    "data-capability",
    "data-scope",
    "data-token",
    "data-readiness",
    "data-work",
    "data-source",
    "data-fingerprint",
    "data-as-of",
    "aria-busy",
]


@pytest.fixture
def worked(section: Section) -> Section:
    """Zoe did all practice pages, a third of it correctly; nobody else did anything."""
    zoe = builders.make_learner(section, "Zoe")
    pages = Page.objects.for_tenant(TenantId(section.institution_id)).filter(section=section, graded=False)
    for page in pages:
        builders.make_progress(zoe, page, first_attempts=3, first_correct=1)
    return section


def page_of(user: User, address: str = COMPLETE, *, browser: bool = False) -> str:
    client = Client(headers={"Sec-Fetch-Mode": "navigate"} if browser else {})
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    response = client.get(address)
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def answer(user: User, address: str) -> HttpResponse:
    client = client_of(user)
    return cast("HttpResponse", client.get(address))


# ---- who --------------------------------------------------------------------------------------------------------


def test_nobody_is_sent_to_sign_in_and_back(section: Section) -> None:
    response = Client().get(f"{DASHBOARD}?scope=container:unit-1")

    assert response.status_code == 302
    assert response["Location"] == f"/accounts/login/?next={DASHBOARD}%3Fscope%3Dcontainer%3Aunit-1"


@pytest.mark.parametrize("address", [DASHBOARD, f"{DASHBOARD}export.zip"])
def test_the_colleague_and_the_outsider_see_what_they_would_see_if_nothing_were_there(
    address: str, colleague: User, outsider: User
) -> None:
    unknown = answer(colleague, address.replace("algebra", "nowhere"))

    for user in (colleague, outsider):
        response = answer(user, address)
        assert (response.status_code, response.content) == (404, unknown.content)


def test_the_instructor_sees_the_five_tiles(instructor: User, worked: Section) -> None:
    html = page_of(instructor)

    assert re.findall(r'<section id="tile-(\w+)"', html) == CAPABILITIES


@pytest.mark.proves("U-01")
@pytest.mark.parametrize("address", ["/", "/digest/", "/test-drive/"])
def test_what_is_about_all_sections_is_reached_from_each_page_about_them(
    instructor: User, section: Section, address: str
) -> None:
    html = page_of(instructor, address)

    places = re.findall(r'<a id="to-[-a-z]+" href="([^"]+)"( aria-current="page")?', html)
    assert [place for place, _ in places] == ["/", "/digest/", "/test-drive/"]
    assert [place for place, current in places if current] == [address]


@pytest.mark.proves("U-01")
def test_the_experiences_of_a_section_are_reached_from_the_list_and_from_its_page(
    instructor: User, section: Section
) -> None:
    for place in ("changes", "tray", "console"):
        assert f'href="{DASHBOARD}{place}/"' in page_of(instructor, "/")
        assert f'href="{DASHBOARD}{place}/"' in page_of(instructor)
    assert 'href="/digest/#digest-lakeside-algebra"' in page_of(instructor)


def test_the_list_names_the_sections_one_may_open(instructor: User, colleague: User, outsider: User) -> None:
    assert f'href="{DASHBOARD}"' in page_of(instructor, "/")
    assert "4 learners" in page_of(instructor, "/")
    assert "not teaching any section" in page_of(colleague, "/")
    assert "lakeside" not in page_of(outsider, "/")


def test_signing_in_and_out(instructor: User) -> None:
    client = Client()

    signed_in = client.post("/accounts/login/?next=/", {"username": "ines", "password": "secret-words", "next": "/"})
    out = client.post("/accounts/logout/")

    assert (signed_in.status_code, signed_in["Location"]) == (302, "/")
    assert out["Location"] == "/accounts/login/"
    assert client.get("/").status_code == 302


def test_a_wrong_password_is_said_in_words(instructor: User) -> None:
    response = Client().post("/accounts/login/", {"username": "ines", "password": "wrong"})

    assert response.status_code == 200
    assert 'role="alert"' in response.content.decode()


# ---- the contract -----------------------------------------------------------------------------------------------


def test_the_root_carries_its_marks(instructor: User, worked: Section) -> None:
    html = page_of(instructor, f"{COMPLETE}&scope=container:unit-1")

    root = re.search(r'<main id="dashboard"[^>]*>', html)
    assert root
    assert 'data-section="algebra" data-scope="container:unit-1" data-token="0" data-state="paused"' in root[0]
    assert 'hx-ws:connect="/ws/s/lakeside/algebra/?lang=en"' in root[0]


@pytest.mark.proves("UX-10", "K5")
def test_every_tile_carries_its_marks(instructor: User, worked: Section) -> None:
    tiles = re.findall(r'<section id="tile-[^>]*>', page_of(instructor))

    for tile in tiles:
        assert [mark for mark in MARKS if f" {mark}=" not in tile] == []
        assert 'data-readiness="ready" data-work="idle"' in tile
        assert 'aria-busy="false"' in tile


def test_numbers_stand_with_their_fact_id_and_their_value(instructor: User, worked: Section) -> None:
    facts = facts_of(page_of(instructor))

    assert facts["summary.class_size"] == "5"
    assert facts["summary.average_progress_pct"] == "17.1"
    assert facts["summary.average_assessment_pct"] == ""
    assert facts["progress.unit-1.completed"] == "1"
    assert facts["progress.unit-1.average_pct"] == "20.0"
    assert facts["student_support.inactive.count"] == "5"
    assert facts["assessments.quiz.completed"] == "0"
    assert facts["assessments.quiz.median"] == ""


def test_the_threshold_of_the_address_is_in_force(instructor: User, section: Section) -> None:
    zoe = builders.make_learner(section, "Zoe")
    page = Page.objects.for_tenant(TenantId(section.institution_id)).get(key="unit-1-page-1")
    builders.make_progress(zoe, page, 1.0)

    assert (
        facts_of(page_of(instructor, f"{COMPLETE}&scope=container:unit-1"))["progress.unit-1-page-1.completed"] == "1"
    )
    assert facts_of(page_of(instructor))["progress.unit-1.completed"] == "0"
    assert facts_of(page_of(instructor, f"{COMPLETE}&p.threshold=30"))["progress.unit-1.completed"] == "1"


def test_without_javascript_the_page_asks_for_the_complete_one_until_it_has_it(
    instructor: User, worked: Section, settings: Settings
) -> None:
    settings.FIRST_PAINT_SECONDS = 0.0

    first = page_of(instructor, f"{DASHBOARD}?scope=container:unit-1", browser=True)
    complete = page_of(instructor, f"{DASHBOARD}?scope=container:unit-1&complete=1")

    refresh = '<noscript><meta http-equiv="refresh" content="0; url=?scope=container:unit-1&amp;complete=1"></noscript>'
    assert refresh in first
    assert "http-equiv" not in complete
    assert 'data-work="loading"' not in complete


def test_a_program_that_opens_no_socket_gets_the_numbers_with_the_first_page(
    instructor: User, worked: Section, settings: Settings
) -> None:
    settings.FIRST_PAINT_SECONDS = 0.0

    html = page_of(instructor, DASHBOARD)

    assert facts_of(html)["progress.unit-1.average_pct"] == "20.0"
    assert 'data-work="loading"' not in html


def test_a_second_page_is_complete_at_once(instructor: User, worked: Section) -> None:
    page_of(instructor)

    html = page_of(instructor, DASHBOARD)

    assert len(re.findall(r'data-readiness="ready" data-work="idle" data-source="cache"', html)) == 5


# ---- addresses --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("scope=container:somebody-elses", "There is no such part in this section"),
        ("scope=unit:7", "There is no such part in this section"),
        ("p.threshold=71", "“p.threshold”"),
        ("surprise=1", "has a parameter that this page does not know"),
    ],
)
def test_what_means_nothing_is_said_and_the_page_stands(
    query: str, words: str, instructor: User, worked: Section
) -> None:
    html = page_of(instructor, f"{COMPLETE}&{query}")

    assert words in html
    assert '<main id="dashboard" class="page" data-section="algebra" data-scope="course"' in html
    assert "somebody-elses" not in html


def test_titles_of_another_tenant_never_show(instructor: User, outsider: User) -> None:
    foreign = Page.across_tenants.exclude(institution__slug="lakeside").first()
    assert foreign
    assert foreign.container
    Page.across_tenants.filter(pk=foreign.pk).update(title="Marker of harbour")

    assert "Marker of harbour" not in page_of(instructor, f"{COMPLETE}&scope=container:{foreign.container.key}")


def test_every_page_has_a_strict_policy_and_no_inline_code(instructor: User, worked: Section) -> None:
    for address in (COMPLETE, "/", "/s/lakeside/nowhere/"):
        response = answer(instructor, address)
        html = response.content.decode()
        assert "unsafe" not in response["Content-Security-Policy"]
        assert re.findall(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=", html) == []


# ---- the file ---------------------------------------------------------------------------------------------------


def test_a_file_of_a_scope_that_is_not_there_leads_to_the_page_that_says_so(instructor: User, worked: Section) -> None:
    response = answer(instructor, f"{DASHBOARD}export.zip?scope=container:nowhere")

    assert (response.status_code, response["Location"]) == (302, f"{DASHBOARD}?scope=container%3Anowhere")
