"""A button that is pressed while another process holds the database: it says so, changes nothing, and works again."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from html import unescape
from threading import Barrier
from time import time
from typing import cast

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from structlog.testing import capture_logs

from courses.models import Section
from dashboard_project.sessions import SEEN
from dashboard_project.web.entry import Door, active
from dashboard_project.web.workers import WORKERS
from experiences.hygiene_tray.models import TrayIssue
from oracles.contract import TenantId
from tests.clients import client_of
from tests.oracles.instructor.rows import learners_of, pages_of

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("parts_end", "impatient"),
    pytest.mark.proves("O-16"),
]

HERE = "/s/lakeside/algebra/"
SAID = "The database is busy: nothing was changed. It is safe to press the button again."
PAGE_THREADS = 4

type Form = dict[str, object]


def stage(section: Section) -> Form:
    return {"kind": "message", "rule": "chosen", "learner": learners_of(section)["Ada"].pk}


def start(section: Section) -> Form:
    row = TrayIssue.objects.for_tenant(TenantId(section.institution_id)).get(fault="missing_due_date")
    return {"issue": f"{row.pk}:{row.version}", "verb": "start"}


def undo_concern(section: Section) -> Form:
    return {"undo": learners_of(section)["Ada"].pk}


def reset(section: Section) -> Form:
    return {"action": "reset", "version": "0"}


def save_view(section: Section) -> Form:
    return {"do": "save", "name": "Mine", "query": ""}


def arrange(section: Section) -> Form:
    return {"later": "progress"}


@pytest.fixture
def impatient() -> Iterator[None]:
    """No connection waits longer than a moment for its turn."""
    if connection.vendor != "sqlite":
        pytest.skip("on SQLite one writes at a time; elsewhere nobody waits for another page")
    options = connection.settings_dict["OPTIONS"]
    patient = options["timeout"]
    options["timeout"] = 0.01
    connect_anew()
    yield
    options["timeout"] = patient
    connect_anew()


def connect_anew() -> None:
    """This thread, and every thread of the pages."""
    connection.close()
    all_of_them = Barrier(PAGE_THREADS)

    def close() -> None:
        all_of_them.wait(10)
        connection.close()

    for done in [WORKERS.submit(close) for _ in range(PAGE_THREADS)]:
        done.result()


@contextmanager
def somebody_else_writes() -> Iterator[None]:
    with closing(sqlite3.connect(connection.settings_dict["NAME"])) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.rollback()


def everything() -> list[str]:
    """The whole database as text."""
    with closing(sqlite3.connect(connection.settings_dict["NAME"])) as other:
        return list(other.iterdump())


@pytest.mark.parametrize(("address", "form"), [("console/stage/", stage), ("tray/change/", start)])
def test_where_a_page_has_messages_one_of_them_says_so_on_the_page_that_one_was_on(
    address: str, form: Callable[[Section], Form], spoilt: Section, instructor: User
) -> None:
    page, fields = client_of(instructor), form(spoilt)
    place = HERE + address.partition("/")[0] + "/"
    page.get(place)
    before = everything()

    with somebody_else_writes():
        refused = page.post(HERE + address, fields)
        told = unescape(cast("HttpResponse", page.get(place)).content.decode())

    assert (refused.status_code, refused["Location"]) == (303, place)
    assert SAID in told
    assert everything() == before
    assert page.post(HERE + address, fields).status_code == 303
    assert SAID not in unescape(cast("HttpResponse", page.get(place)).content.decode())
    assert everything() != before


@pytest.mark.parametrize(
    ("address", "form"),
    [("parameters/", reset), ("concerns/", undo_concern), ("views/", save_view), ("layout/", arrange)],
)
def test_every_other_page_answers_with_a_page_that_says_so(
    address: str, form: Callable[[Section], Form], section: Section, instructor: User
) -> None:
    page, fields = client_of(instructor), form(section)
    before = everything()

    with somebody_else_writes(), capture_logs() as logs:
        refused = cast("HttpResponse", page.post(HERE + address, fields))

    assert (refused.status_code, refused["Retry-After"]) == (503, "5")
    assert "nothing was changed. Go back and press the button again: that is safe." in refused.content.decode()
    assert everything() == before
    assert [(line["event"], line["error"]) for line in logs if line["event"] == "database_busy"] == [
        ("database_busy", "OperationalError")
    ]
    assert page.post(HERE + address, fields).status_code in {200, 302, 303}


@pytest.mark.parametrize(("address", "form"), [("views/", save_view), ("layout/", arrange)])
def test_a_script_that_asked_for_a_part_of_the_page_gets_a_notice_and_leaves_the_part_as_it_is(
    address: str, form: Callable[[Section], Form], section: Section, instructor: User
) -> None:
    page, fields = client_of(instructor), form(section)

    with somebody_else_writes():
        refused = page.post(HERE + address, fields, headers={"HX-Request": "true"})

    text = refused.content.decode()
    assert (refused.status_code, refused["HX-Reswap"]) == (200, "none")
    assert text.startswith('<hx-partial hx-target="#notices" hx-swap="innerHTML">')
    assert SAID in text


def test_it_is_said_in_the_language_of_who_pressed(section: Section, instructor: User) -> None:
    page = client_of(instructor)
    page.cookies["django_language"] = "es"

    with somebody_else_writes():
        refused = cast("HttpResponse", page.post(f"{HERE}layout/", arrange(section)))

    assert "no se cambió nada" in refused.content.decode()


def was_here(minutes_ago: int, page: Client) -> None:
    session = page.session
    session[SEEN] = session.get(SEEN, int(time())) - minutes_ago * 60
    session.save()


@pytest.mark.proves("I6")
def test_a_page_is_answered_though_its_visit_cannot_be_written_down_and_the_next_one_is(
    section: Section, instructor: User
) -> None:
    page = client_of(instructor)
    page.get(HERE)
    was_here(5, page)
    before = page.session[SEEN]

    with somebody_else_writes():
        shown = page.get(HERE)
    after = page.session[SEEN]
    page.get(HERE)

    assert (shown.status_code, "sessionid" in shown.cookies, after) == (200, False, before)
    assert page.session[SEEN] > before


@pytest.mark.proves("I6")
def test_who_presses_a_button_after_reading_for_a_while_gets_the_notice_too(section: Section, instructor: User) -> None:
    page = client_of(instructor)
    page.get(HERE)
    was_here(5, page)

    with somebody_else_writes():
        refused = page.post(f"{HERE}layout/", arrange(section), headers={"HX-Request": "true"})

    assert (refused.status_code, refused["HX-Reswap"]) == (200, "none")


@pytest.mark.proves("I6")
def test_what_somebody_does_on_a_socket_meanwhile_breaks_nothing(section: Section, instructor: User) -> None:
    page = client_of(instructor)
    page.get(HERE)
    was_here(5, page)
    before = page.session[SEEN]

    with somebody_else_writes():
        active(Door(page.cookies["sessionid"].value, "lakeside", "algebra"))

    assert page.session[SEEN] == before


def test_who_signs_in_is_told_and_signs_in_a_little_later(instructor: User) -> None:
    page, words = Client(), {"username": instructor.username, "password": "secret-words"}

    with somebody_else_writes():
        refused = page.post("/accounts/login/", words)

    assert (refused.status_code, refused["Retry-After"], "sessionid" in refused.cookies) == (503, "5", False)
    assert page.post("/accounts/login/", words).status_code == 302


def test_an_operator_in_the_admin_is_told_and_nothing_is_changed(section: Section, admin_user: User) -> None:
    page, quiz = client_of(admin_user), pages_of(section)["quiz"]
    form = page.get(address := f"/admin/courses/page/{quiz.pk}/change/").context["adminform"].form
    fields = {name: value for name, value in form.initial.items() if value is not None}
    before = everything()

    with somebody_else_writes():
        refused = page.post(address, fields | {"title": "Another title"})

    assert (refused.status_code, refused["Retry-After"]) == (503, "5")
    assert everything() == before
