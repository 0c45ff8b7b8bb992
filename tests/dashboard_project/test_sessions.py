"""Half an hour after the last thing somebody did they are signed out; after eight hours whatever they do."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.contrib.auth.models import User
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from courses.models import Section
from dashboard_project.sessions import seconds_left
from dashboard_project.web.entry import Door, active, person, session_of

pytestmark = [pytest.mark.django_db, pytest.mark.proves("I6")]

NINE = datetime(2026, 11, 21, 9, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def sign_in(client: Client, user: User) -> None:
    answer = client.post("/accounts/login/", {"username": user.username, "password": "secret-words"})
    assert answer.status_code == 302


def is_in(client: Client) -> bool:
    return client.get("/").status_code == 200


def left(of: Door) -> float | None:
    return seconds_left(session_of(of.session_key), datetime.now(UTC).timestamp())


def door(client: Client) -> Door:
    return Door(client.cookies["sessionid"].value, "lakeside", "algebra")


def test_who_does_nothing_for_half_an_hour_is_signed_out(client: Client, instructor: User) -> None:
    with time_machine.travel(NINE, tick=False) as clock:
        sign_in(client, instructor)
        clock.shift(29 * MINUTE)
        before = is_in(client)
        clock.shift(31 * MINUTE)

        assert (before, is_in(client)) == (True, False)


def test_who_keeps_working_stays_signed_in_for_eight_hours_and_no_longer(client: Client, instructor: User) -> None:
    with time_machine.travel(NINE, tick=False) as clock:
        sign_in(client, instructor)
        worked = []
        for _ in range(25):
            clock.shift(20 * MINUTE)
            worked.append(is_in(client))

    assert worked == [True] * 23 + [False] * 2  # 7 h 40 min, then 8 h


def test_signing_in_again_begins_the_eight_hours_anew(client: Client, instructor: User) -> None:
    with time_machine.travel(NINE, tick=False) as clock:
        sign_in(client, instructor)
        for _ in range(20):
            clock.shift(20 * MINUTE)
            is_in(client)
        client.logout()
        sign_in(client, instructor)
        worked = []
        for _ in range(10):
            clock.shift(20 * MINUTE)
            worked.append(is_in(client))

    assert all(worked)


def test_the_row_is_written_once_a_minute_at_most(client: Client, instructor: User) -> None:
    with time_machine.travel(NINE, tick=False) as clock:
        sign_in(client, instructor)
        clock.shift(MINUTE)
        with CaptureQueriesContext(connection) as first:
            client.get("/")
        clock.shift(MINUTE / 2)
        with CaptureQueriesContext(connection) as second:
            client.get("/")

    assert [sum("UPDATE" in query["sql"] for query in seen) for seen in (first, second)] == [1, 0]


def test_the_cookie_outlives_the_idle_limit_so_that_the_server_decides(client: Client, instructor: User) -> None:
    sign_in(client, instructor)

    cookie = client.cookies["sessionid"]
    assert (cookie["max-age"], cookie["httponly"], cookie["samesite"]) == (8 * 3600, True, "Lax")
    assert Session.objects.get(session_key=cookie.value).expire_date < datetime.now(UTC) + timedelta(minutes=31)


def test_signing_in_changes_the_id_and_signing_out_ends_it(client: Client, instructor: User) -> None:
    client.cookies["sessionid"] = "a" * 32
    sign_in(client, instructor)
    key = client.cookies["sessionid"].value
    client.post("/accounts/logout/")

    assert key != "a" * 32
    assert not SessionStore(key).exists(key)


def test_nobody_signed_in_has_no_session_and_no_cookie(client: Client) -> None:
    answer = client.get("/accounts/login/")

    assert "sessionid" not in answer.cookies
    assert seconds_left(SessionStore(), NINE.timestamp()) is None


def test_an_open_dashboard_keeps_nobody_signed_in(client: Client, instructor: User, section: Section) -> None:
    """What its socket asks every half minute is no activity."""
    with time_machine.travel(NINE, tick=False) as clock:
        sign_in(client, instructor)
        for _ in range(62):
            clock.shift(MINUTE / 2)
            found = person(door(client).session_key).is_authenticated

    assert not found


def test_what_a_person_does_on_a_socket_counts(client: Client, instructor: User, section: Section) -> None:
    with time_machine.travel(NINE, tick=False) as clock:
        sign_in(client, instructor)
        clock.shift(28 * MINUTE)
        before = left(door(client))
        active(door(client))
        after = left(door(client))
        clock.shift(20 * MINUTE)

        assert (before, after) == (120, 1800)
        assert is_in(client)


def test_activity_on_a_socket_does_not_bring_back_who_has_signed_out(client: Client, instructor: User) -> None:
    with time_machine.travel(NINE, tick=False) as clock:
        sign_in(client, instructor)
        gone = door(client)
        clock.shift(2 * MINUTE)
        client.post("/accounts/logout/")

        active(gone)

    assert not person(gone.session_key).is_authenticated
    assert left(gone) is None
