"""The socket: who gets in, what it answers, what ends it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest
from asgiref.sync import sync_to_async
from channels.testing import WebsocketCommunicator
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from pytest_django import Settings

from courses.models import Container, Section, Teaching
from dashboard_project.web.limits import BAD_FRAMES, BURST, CloseCode
from oracles.contract import DataStamp
from snapshot.contract import Capability
from tests.web.conftest import House
from tests.web.fakes import KEYS

pytestmark = pytest.mark.django_db(transaction=True)

Knock = Callable[..., WebsocketCommunicator]
SignIn = Callable[[User], str]


async def told(socket: WebsocketCommunicator, **fields: object) -> str:
    """Say something; the frames that answer, up to the one that is complete."""
    await socket.send_to(text_data=json.dumps(fields))
    heard = ""
    while 'data-work="idle" data-title' not in heard:
        heard += await socket.receive_from(timeout=5)
    return heard


async def closed_with(socket: WebsocketCommunicator) -> int:
    """The code the socket is closed with; what it says before does not matter."""
    while True:
        message = await socket.receive_output(timeout=5)
        if message["type"] == "websocket.close":
            return int(message["code"])


def scopes_of_tiles(html: str) -> set[str]:
    return set(re.findall(r'<section [^>]*data-scope="([^"]*)"', html))


# ---- the door ---------------------------------------------------------------------------------------------------


async def test_the_instructor_gets_five_tiles(instructor: User, knock: Knock, session_of: SignIn) -> None:
    socket = knock(await sync_to_async(session_of)(instructor))
    await socket.connect()

    html = await told(socket, scope="container:unit-1")

    assert len(set(re.findall(r'<section id="tile-(\w+)"[^>]*data-readiness="ready"', html))) == 5
    assert scopes_of_tiles(html) == {"container:unit-1"}
    await socket.disconnect()


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


# ---- what it answers --------------------------------------------------------------------------------------------


async def test_an_unknown_scope_falls_back_to_the_course_with_a_notice(
    instructor: User, knock: Knock, session_of: SignIn
) -> None:
    socket = knock(await sync_to_async(session_of)(instructor))
    await socket.connect()

    html = await told(socket, scope="container:somebody-elses")

    assert scopes_of_tiles(html) == {"course"}
    assert "There is no such part in this section" in html
    await socket.disconnect()


@pytest.mark.proves("R19")
async def test_tile_parameters_ask_no_oracle(instructor: User, knock: Knock, session_of: SignIn, house: House) -> None:
    socket = knock(await sync_to_async(session_of)(instructor))
    await socket.connect()
    await told(socket, scope="course")
    asked = len(house.runner.asked)

    html = await told(socket, **{"scope": "course", "p.threshold": "50"})

    assert re.findall(r'<section id="tile-(\w+)"', html) == ["progress"]
    assert "?p.threshold=50" in html
    assert len(house.runner.asked) == asked
    await socket.disconnect()


@pytest.mark.proves("R18")
async def test_retry_asks_the_oracles_of_that_tile_only(
    instructor: User, knock: Knock, session_of: SignIn, house: House
) -> None:
    socket = knock(await sync_to_async(session_of)(instructor))
    house.runner.failing = {KEYS[Capability.ASSESSMENTS]}
    await socket.connect()
    await told(socket, scope="course")
    house.runner.asked.clear()
    house.runner.failing = set()

    html = await told(socket, scope="course", retry="assessments")

    assert [key for _, key in house.runner.asked] == ["assessments"]
    assert re.search(r'id="tile-assessments"[^>]*data-readiness="ready"', html)
    await socket.disconnect()


@pytest.mark.proves("R18", "accessibility:A4", "K5")
async def test_a_refresh_asks_every_oracle_again_and_is_announced_once(
    instructor: User, knock: Knock, session_of: SignIn, house: House
) -> None:
    socket = knock(await sync_to_async(session_of)(instructor))
    await socket.connect()
    await told(socket, scope="course", shown="course")
    house.runner.asked.clear()

    html = await told(socket, scope="course", retry="all")

    assert {key for _, key in house.runner.asked} <= set(KEYS.values())
    assert html.count('hx-target="#status"') == 1
    assert 'hx-target="#status"' not in await told(socket, scope="course", **{"p.threshold": "50"})
    await socket.disconnect()


@pytest.mark.proves("WS6")
async def test_a_malformed_frame_is_answered_and_the_socket_stays(
    instructor: User, knock: Knock, session_of: SignIn
) -> None:
    socket = knock(await sync_to_async(session_of)(instructor))
    await socket.connect()

    await socket.send_to(text_data="[" * 60_000)
    answer = await socket.receive_from(timeout=5)
    await socket.send_to(bytes_data=b"\xff\x00")
    await socket.receive_from(timeout=5)

    assert 'hx-target="#notices"' in answer
    assert scopes_of_tiles(await told(socket, scope="container:unit-2")) == {"container:unit-2"}
    await socket.disconnect()


async def test_twenty_bad_frames_end_it(instructor: User, knock: Knock, session_of: SignIn) -> None:
    socket = knock(await sync_to_async(session_of)(instructor))
    await socket.connect()

    for _ in range(BAD_FRAMES):
        await socket.send_to(text_data="no")

    assert await closed_with(socket) == CloseCode.BAD_FRAMES


async def test_a_flood_ends_it(instructor: User, knock: Knock, session_of: SignIn) -> None:
    socket = knock(await sync_to_async(session_of)(instructor))
    await socket.connect()

    for _ in range(int(BURST) + 5):
        await socket.send_to(text_data='{"scope": "course"}')

    assert await closed_with(socket) == CloseCode.TOO_MANY


@pytest.mark.proves("R3")
async def test_the_last_of_four_choices_is_the_only_one_that_completes(
    instructor: User, knock: Knock, session_of: SignIn
) -> None:
    socket = knock(await sync_to_async(session_of)(instructor))
    await socket.connect()
    for seq, scope in enumerate(["container:unit-1", "container:unit-2", "container:unit-3"], 1):
        await socket.send_to(text_data=json.dumps({"scope": scope, "seq": seq}))

    html = await told(socket, scope="course", seq=4)

    assert re.findall(r'id="view-head"[^>]*data-scope="([^"]*)" data-token="\d+" data-seq="4"', html)[-1] == "course"
    assert scopes_of_tiles(html[html.index('data-seq="4"') :]) == {"course"}
    await socket.disconnect()


async def test_a_database_that_is_away_refuses_the_handshake(
    instructor: User, knock: Knock, session_of: SignIn, settings: Settings
) -> None:
    """An accepted socket that breaks would be opened again at once, for ever; a refused one is tried less and less."""
    cookie = await sync_to_async(session_of)(instructor)
    settings.SESSION_ENGINE = "tests.web.absent_sessions"

    connected, _ = await knock(cookie).connect()

    assert not connected


# ---- the data moves ---------------------------------------------------------------------------------------------


def moved(house: House, number: int) -> DataStamp:
    """The section is at this stamp, and oracles read it from now on; the progress tile says which."""
    stamp = house.runner.stamp = DataStamp(progress=number)
    house.runner.labels[KEYS[Capability.PROGRESS]] = f"move {number}"
    house.cache.entries.clear()
    house.watch.move(stamp)
    return stamp


async def heard_until(socket: WebsocketCommunicator, text: str) -> str:
    heard = ""
    while text not in heard:
        heard += await socket.receive_from(timeout=5)
    return heard


@pytest.mark.proves("coordinator:R17")
async def test_an_open_dashboard_gets_the_tile_that_changed(
    instructor: User, knock: Knock, session_of: SignIn, house: House
) -> None:
    socket = knock(await sync_to_async(session_of)(instructor))
    await socket.connect()
    await told(socket, scope="container:unit-1")

    moved(house, 1)
    html = await heard_until(socket, "move 1")

    assert re.findall(r'<section id="tile-(\w+)"', html) == ["progress"]
    assert scopes_of_tiles(html) == {"container:unit-1"}
    await socket.disconnect()


async def test_a_paused_dashboard_says_that_updates_wait_and_gets_the_newest_when_it_goes_on(
    instructor: User, knock: Knock, session_of: SignIn, house: House
) -> None:
    socket = knock(await sync_to_async(session_of)(instructor))
    await socket.connect()
    await told(socket, scope="course")
    assert 'data-state="paused"' in await told(socket, pause=True)

    for number in (1, 2):
        moved(house, number)
    waiting = await heard_until(socket, "2 updates waiting")
    await socket.send_to(text_data='{"pause": false}')
    html = await heard_until(socket, "move 2")

    assert "<section" not in waiting
    assert "move 1" not in html
    assert 'data-state="live"' in html
    await socket.disconnect()


async def test_paused_updates_stay_paused_in_the_next_scope_which_is_shown_as_it_is_now(
    instructor: User, knock: Knock, session_of: SignIn, house: House
) -> None:
    socket = knock(await sync_to_async(session_of)(instructor))
    await socket.connect()
    await told(socket, scope="course")
    await told(socket, pause=True)
    moved(house, 1)
    await heard_until(socket, "1 update waiting")

    html = await told(socket, scope="container:unit-2", seq=1)

    assert "move 1" in html
    assert 'data-state="paused"' in html
    assert "waiting" not in html
    await socket.disconnect()


async def test_a_container_that_is_gone_gives_way_to_the_course(
    instructor: User, knock: Knock, session_of: SignIn, house: House, section: Section
) -> None:
    socket = knock(await sync_to_async(session_of)(instructor))
    await socket.connect()
    await told(socket, scope="container:unit-1")

    await sync_to_async(Container.across_tenants.filter(section=section, key="unit-1").update)(hidden=True)
    house.runner.stamp = DataStamp(structure=1)
    house.cache.entries.clear()
    house.watch.move(house.runner.stamp)
    html = await heard_until(socket, 'data-work="idle" data-title')

    assert scopes_of_tiles(html) == {"course"}
    assert "There is no such part in this section" in html
    await socket.disconnect()


async def test_a_closed_socket_follows_nothing(
    instructor: User, knock: Knock, session_of: SignIn, house: House
) -> None:
    socket = knock(await sync_to_async(session_of)(instructor))
    await socket.connect()
    await told(socket, scope="course")
    following = len(house.watch.followers)

    await socket.disconnect()

    assert (following, house.watch.followers) == (1, [])
