"""What the socket answers to choices, settings and frames that nobody can read."""

from __future__ import annotations

import json
import re

import pytest
from asgiref.sync import sync_to_async
from django.contrib.auth.models import User

from dashboard_project.web.limits import BAD_FRAMES, BURST, CloseCode
from snapshot.contract import Capability
from tests.web.conftest import House
from tests.web.fakes import KEYS
from tests.web.sockets import Knock, SignIn, closed_with, scopes_of_tiles, told

pytestmark = pytest.mark.django_db(transaction=True)


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
