"""The socket's door: who gets in, and what ends a socket that is open."""

from __future__ import annotations

import re

import pytest
from asgiref.sync import sync_to_async
from channels.testing import WebsocketCommunicator
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from pytest_django import Settings

from courses.models import Section, Teaching
from dashboard_project.web.limits import CloseCode
from tests.web.sockets import Knock, SignIn, closed_with, scopes_of_tiles, told

pytestmark = pytest.mark.django_db(transaction=True)


async def test_the_instructor_gets_five_tiles(dashboard: WebsocketCommunicator) -> None:
    html = await told(dashboard, scope="container:unit-1")

    assert len(set(re.findall(r'<section id="tile-(\w+)"[^>]*data-readiness="ready"', html))) == 5
    assert scopes_of_tiles(html) == {"container:unit-1"}


@pytest.mark.parametrize("who", ["colleague", "outsider"])
async def test_the_colleague_and_the_outsider_are_shown_out(
    who: str, request: pytest.FixtureRequest, section: Section, knock: Knock, session_of: SignIn
) -> None:
    user = await sync_to_async(request.getfixturevalue)(who)
    socket = knock(await sync_to_async(session_of)(user))
    await socket.connect()

    assert await closed_with(socket) == CloseCode.NOT_PERMITTED


async def test_an_unknown_section_looks_like_a_foreign_one(instructor: User, knock: Knock, session_of: SignIn) -> None:
    socket = knock(await sync_to_async(session_of)(instructor), "/ws/s/lakeside/nowhere/")
    await socket.connect()

    assert await closed_with(socket) == CloseCode.NOT_PERMITTED


async def test_nobody_is_asked_to_sign_in(section: Section, knock: Knock) -> None:
    socket = knock()
    await socket.connect()

    assert await closed_with(socket) == CloseCode.SIGN_IN


async def test_a_foreign_page_does_not_get_a_socket(instructor: User, knock: Knock, session_of: SignIn) -> None:
    cookie = await sync_to_async(session_of)(instructor)

    connected, _ = await knock(cookie, origin="http://evil.test").connect()

    assert not connected


async def test_the_eleventh_socket_of_a_person_is_refused(instructor: User, knock: Knock, session_of: SignIn) -> None:
    cookie = await sync_to_async(session_of)(instructor)
    sockets = [knock(cookie) for _ in range(10)]
    for socket in sockets:
        await socket.connect()
        await told(socket, scope="course")

    eleventh = knock(cookie)
    await eleventh.connect()

    assert await closed_with(eleventh) == CloseCode.TOO_MANY
    for socket in sockets:
        await socket.disconnect()


@pytest.mark.parametrize("how", ["signed_out", "no_longer_teaching", "deactivated"])
async def test_revoked_access_ends_an_open_socket(
    how: str, instructor: User, knock: Knock, session_of: SignIn, settings: Settings
) -> None:
    settings.ACCESS_RECHECK_SECONDS = 0.01
    socket = knock(await sync_to_async(session_of)(instructor))
    await socket.connect()
    await told(socket, scope="course")

    code = await sync_to_async(revoke)(how, instructor)

    assert await closed_with(socket) == code


def revoke(how: str, user: User) -> int:
    match how:
        case "signed_out":
            Session.objects.all().delete()
            return CloseCode.SIGN_IN
        case "deactivated":
            User.objects.filter(pk=user.pk).update(is_active=False)
            return CloseCode.SIGN_IN
    Teaching.across_tenants.filter(user=user).delete()
    return CloseCode.NOT_PERMITTED


async def test_a_database_that_is_away_refuses_the_handshake(
    instructor: User, knock: Knock, session_of: SignIn, settings: Settings
) -> None:
    """An accepted socket that breaks would be opened again at once, for ever; a refused one is tried less and less."""
    cookie = await sync_to_async(session_of)(instructor)
    settings.SESSION_ENGINE = "tests.web.absent_sessions"

    connected, _ = await knock(cookie).connect()

    assert not connected
