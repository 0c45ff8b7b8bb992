"""Layout, keys, theme and saved views as pages: who may, what a browser without a script gets, what means nothing."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.models import User
from django.test import Client

from courses.models import Section
from dashboard_project.web.arranging import canonical
from tests.clients import client_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("parts_end")]

DASHBOARD = "/s/lakeside/algebra/"
PATHS = [f"{DASHBOARD}layout/", f"{DASHBOARD}keys/", f"{DASHBOARD}views/"]


def order_of(html: str) -> list[str]:
    return re.findall(r'id="slot-(\w+)"', html)


@pytest.fixture
def ines(instructor: User, section: Section) -> Client:
    return client_of(instructor)


# ---- who --------------------------------------------------------------------------------------------------------


@pytest.mark.proves("P4")
@pytest.mark.parametrize("path", PATHS)
def test_the_colleague_and_the_outsider_see_what_they_would_see_if_nothing_were_there(
    path: str, colleague: User, outsider: User
) -> None:
    for user in (colleague, outsider):
        there, nowhere = (client_of(user).post(one) for one in (path, path.replace("algebra", "nowhere")))
        assert there.status_code == 404
        assert there.content == nowhere.content


@pytest.mark.parametrize("path", PATHS)
def test_nobody_is_sent_to_sign_in(path: str, section: Section) -> None:
    answer = Client().post(path)

    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize("path", [*PATHS, "/theme/"])
def test_a_form_of_another_site_is_refused(path: str, instructor: User, section: Section) -> None:
    assert client_of(instructor, checks=True).post(path, {"reset": "1", "keys": "off"}).status_code == 403


# ---- layout -----------------------------------------------------------------------------------------------------


@pytest.mark.proves("L1", "L2")
def test_without_a_script_a_change_leads_back_to_the_page_it_came_from_which_stands_changed(ines: Client) -> None:
    page = f"http://testserver{DASHBOARD}?scope=container:unit-1"

    answer = ines.post(f"{DASHBOARD}layout/", {"later": "progress"}, headers={"Referer": page})
    ines.post(f"{DASHBOARD}layout/", {"collapse": "assessments"})
    ines.post(f"{DASHBOARD}layout/", {"share.engagement": "30"})

    assert (answer.status_code, answer["Location"]) == (302, page)
    html = ines.get(f"{DASHBOARD}?complete=1").content.decode()
    assert order_of(html) == ["student_support", "progress", "challenging_objectives", "assessments"]
    assert 'class="slot is-collapsed" id="slot-assessments"' in html
    assert 'data-share="30"' in html


def test_a_page_with_a_script_gets_its_rows_with_places_for_the_tiles_it_has(ines: Client) -> None:
    answer = ines.post(f"{DASHBOARD}layout/", {"later": "engagement"}, headers={"HX-Request": "true"})

    html = answer.content.decode()
    assert order_of(html)[0] == "challenging_objectives"
    assert len(re.findall(r'<section id="tile-\w+" hx-preserve></section>', html)) == 5
    assert "data-fact" not in html
    assert "The order has changed." in html


@pytest.mark.parametrize(
    "form", [{}, {"collapse": "summary"}, {"share.gone": "50"}, {"share.content": "51"}, {"explode": "progress"}]
)
def test_a_change_that_means_nothing_is_refused_and_nothing_changes(form: dict[str, str], ines: Client) -> None:
    before = order_of(ines.get(f"{DASHBOARD}?complete=1").content.decode())

    assert ines.post(f"{DASHBOARD}layout/", form).status_code == 400
    assert order_of(ines.get(f"{DASHBOARD}?complete=1").content.decode()) == before


@pytest.mark.parametrize("page", ["https://elsewhere.test/x", "javascript:alert(1)", "//elsewhere.test", ""])
def test_nobody_is_sent_to_another_site(page: str, ines: Client) -> None:
    headers = {"Referer": page} if page else {}

    assert ines.post(f"{DASHBOARD}layout/", {"reset": "1"}, headers=headers)["Location"] == DASHBOARD
    assert ines.post("/theme/", {"theme": "dark"}, headers=headers)["Location"] == "/"


def test_a_layout_is_changed_by_post_only(ines: Client) -> None:
    assert [ines.get(path).status_code for path in (f"{DASHBOARD}layout/", f"{DASHBOARD}keys/", "/theme/")] == [405] * 3


# ---- keys and theme ---------------------------------------------------------------------------------------------


def test_keys_that_are_switched_off_stay_off(ines: Client) -> None:
    assert 'data-keys="on"' in ines.get(DASHBOARD).content.decode()

    ines.post(f"{DASHBOARD}keys/", {"keys": "off"})
    assert 'data-keys="off"' in ines.get(DASHBOARD).content.decode()

    ines.post(f"{DASHBOARD}keys/", {"keys": "on"})
    assert 'data-keys="on"' in ines.get(DASHBOARD).content.decode()


@pytest.mark.proves("UX-24")
def test_the_theme_stands_on_the_page_from_its_first_byte(ines: Client) -> None:
    assert "data-theme" not in ines.get("/").content.decode()

    ines.post("/theme/", {"theme": "dark"})
    assert ' data-theme="dark"' in ines.get("/").content.decode()

    ines.post("/theme/", {"theme": "auto"})
    assert "data-theme" not in ines.get("/").content.decode()


def test_a_theme_that_is_none_is_not_written_on_a_page(ines: Client) -> None:
    ines.cookies["theme"] = '"><script>alert(1)</script>'

    assert "alert(1)" not in ines.get("/").content.decode()


# ---- saved views ------------------------------------------------------------------------------------------------


@pytest.mark.proves("UX-20", "U2")
def test_a_saved_view_is_listed_opened_renamed_opened_first_and_deleted(ines: Client) -> None:
    views = f"{DASHBOARD}views/"
    query = "?p.threshold=50&scope=container:unit-1&surprise=Zoe"

    saved = ines.post(views, {"do": "save", "name": "Week five", "query": query})

    link = f"{DASHBOARD}?scope=container:unit-1&amp;p.threshold=50"
    page = ines.get(views).content.decode()
    assert saved["Location"] == f"{DASHBOARD}?scope=container:unit-1&p.threshold=50"
    assert f'href="{link}"' in page
    assert f'href="{link}"' in ines.get(DASHBOARD).content.decode()
    assert "surprise" not in page

    (pk,) = re.findall(r'name="view" value="(\d+)"', page)
    ines.post(views, {"do": "rename", "view": pk, "name": "Week six"})
    ines.post(views, {"do": "default", "view": pk})
    assert "Week six" in ines.get(views).content.decode()
    assert f'href="{link}"' in ines.get("/").content.decode()

    ines.post(views, {"do": "delete", "view": pk})
    assert "No view is saved yet" in ines.get(views).content.decode()
    assert f'href="{DASHBOARD}"' in ines.get("/").content.decode()


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"do": "save", "name": " "}, "needs a name"),
        ({"do": "rename", "view": "7" * 30, "name": "x"}, "not there any more"),
        ({"do": "delete", "view": "\u0667"}, "not there any more"),
        ({"do": "explode"}, "not there any more"),
        ({}, "not there any more"),
    ],
)
def test_what_cannot_be_done_is_said_and_nothing_changes(form: dict[str, str], words: str, ines: Client) -> None:
    answer = ines.post(f"{DASHBOARD}views/", form)

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert "No view is saved yet" in ines.get(f"{DASHBOARD}views/").content.decode()


def test_a_page_with_a_script_gets_the_list_and_hears_that_it_is_saved(ines: Client) -> None:
    form = {"do": "save", "name": "A <b>view</b>", "query": "?live=0"}

    html = ines.post(f"{DASHBOARD}views/", form, headers={"HX-Request": "true"}).content.decode()

    assert html.strip().startswith('<div id="views-menu">')
    assert "The view “A &lt;b&gt;view&lt;/b&gt;” is saved." in html


@pytest.mark.parametrize(
    ("query", "address"),
    [
        ("", ""),
        ("?scope=course", ""),
        ("live=0&scope=container:unit-1", "?scope=container:unit-1&live=0"),
        ("?p.threshold=7&complete=1&name=Zoe", ""),
        ("?scope=%00&%ff=1&&&=;", ""),
    ],
)
def test_what_is_not_part_of_a_view_is_not_saved(query: str, address: str) -> None:
    assert canonical(query) == address


# ---- finding, and the pages of a section ------------------------------------------------------------------------


@pytest.mark.proves("U1", "U3")
def test_a_part_is_found_by_its_name_and_what_is_not_found_is_said(ines: Client, section: Section) -> None:
    title = section.containers.order_by("position")[0].title

    found = ines.get(DASHBOARD, {"find": title.upper(), "p.threshold": "50"})
    nothing = ines.get(DASHBOARD, {"find": "<nowhere>"})

    assert found["Location"] == f"{DASHBOARD}?scope=container:unit-1&p.threshold=50"
    assert "No part of this course is called that." in nothing.content.decode()
    assert "&lt;nowhere&gt;" not in nothing.content.decode()


def test_the_pages_of_a_section_lead_to_each_other(ines: Client) -> None:
    for page, name in ((DASHBOARD, "dashboard"), (f"{DASHBOARD}changes/", "changes")):
        html = ines.get(page).content.decode()
        assert re.findall(r'id="to-(\w+)" href="[^"]*" aria-current="page"', html) == [name]
        assert f'<a id="to-dashboard" href="{DASHBOARD}"' in html
