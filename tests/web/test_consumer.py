"""What the socket answers to choices, settings and frames that nobody can read."""

from __future__ import annotations

import re

import pytest
from channels.testing import WebsocketCommunicator

from dashboard_project.web.limits import BAD_FRAMES, BURST, CloseCode
from snapshot.contract import Capability
from tests.web.conftest import House
from tests.web.fakes import KEYS
from tests.web.sockets import closed_with, say, scopes_of_tiles, told

pytestmark = pytest.mark.django_db(transaction=True)


async def test_an_unknown_scope_falls_back_to_the_course_with_a_notice(dashboard: WebsocketCommunicator) -> None:
    html = await told(dashboard, scope="container:somebody-elses")

    assert scopes_of_tiles(html) == {"course"}
    assert "There is no such part in this section" in html


@pytest.mark.proves("R19")
async def test_tile_parameters_ask_no_oracle(dashboard: WebsocketCommunicator, house: House) -> None:
    await told(dashboard, scope="course")
    asked = len(house.runner.asked)

    html = await told(dashboard, **{"scope": "course", "p.threshold": "50"})

    assert re.findall(r'<section id="tile-(\w+)"', html) == ["progress"]
    assert "?p.threshold=50" in html
    assert len(house.runner.asked) == asked


@pytest.mark.proves("R18")
async def test_retry_asks_the_oracles_of_that_tile_only(dashboard: WebsocketCommunicator, house: House) -> None:
    house.runner.failing = {KEYS[Capability.ASSESSMENTS]}
    await told(dashboard, scope="course")
    house.runner.asked.clear()
    house.runner.failing = set()

    html = await told(dashboard, scope="course", retry="assessments")

    assert [key for _, key in house.runner.asked] == ["assessments"]
    assert re.search(r'id="tile-assessments"[^>]*data-readiness="ready"', html)


@pytest.mark.proves("R18", "accessibility:A4", "K5")
async def test_a_refresh_asks_every_oracle_again_and_is_announced_once(
    dashboard: WebsocketCommunicator, house: House
) -> None:
    await told(dashboard, scope="course", shown="course")
    house.runner.asked.clear()

    html = await told(dashboard, scope="course", retry="all")

    assert {key for _, key in house.runner.asked} <= set(KEYS.values())
    assert html.count('hx-target="#status"') == 1
    assert 'hx-target="#status"' not in await told(dashboard, scope="course", **{"p.threshold": "50"})


@pytest.mark.proves("WS6")
async def test_a_malformed_frame_is_answered_and_the_socket_stays(dashboard: WebsocketCommunicator) -> None:
    await dashboard.send_to(text_data="[" * 60_000)
    answer = await dashboard.receive_from(timeout=5)
    await dashboard.send_to(bytes_data=b"\xff\x00")
    await dashboard.receive_from(timeout=5)

    assert 'hx-target="#notices"' in answer
    assert scopes_of_tiles(await told(dashboard, scope="container:unit-2")) == {"container:unit-2"}


async def test_twenty_bad_frames_end_it(dashboard: WebsocketCommunicator) -> None:
    for _ in range(BAD_FRAMES):
        await dashboard.send_to(text_data="no")

    assert await closed_with(dashboard) == CloseCode.BAD_FRAMES


async def test_a_flood_ends_it(dashboard: WebsocketCommunicator) -> None:
    for _ in range(int(BURST) + 5):
        await dashboard.send_to(text_data='{"scope": "course"}')

    assert await closed_with(dashboard) == CloseCode.TOO_MANY


@pytest.mark.proves("R3")
async def test_the_last_of_four_choices_is_the_only_one_that_completes(dashboard: WebsocketCommunicator) -> None:
    for seq, scope in enumerate(["container:unit-1", "container:unit-2", "container:unit-3"], 1):
        await say(dashboard, scope=scope, seq=seq)

    html = await told(dashboard, scope="course", seq=4)

    assert re.findall(r'id="view-head"[^>]*data-scope="([^"]*)" data-token="\d+" data-seq="4"', html)[-1] == "course"
    assert scopes_of_tiles(html[html.index('data-seq="4"') :]) == {"course"}
