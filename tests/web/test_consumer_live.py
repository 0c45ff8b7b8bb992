"""The data moves under an open socket: a changed tile is sent, a paused page waits, a closed one follows nothing."""

from __future__ import annotations

import re

import pytest
from asgiref.sync import sync_to_async
from channels.testing import WebsocketCommunicator
from django.contrib.auth.models import User

from courses.models import Container, Section
from oracles.contract import DataStamp
from snapshot.contract import Capability
from tests.web.conftest import House
from tests.web.fakes import KEYS
from tests.web.sockets import Knock, SignIn, heard_until, say, scopes_of_tiles, told

pytestmark = pytest.mark.django_db(transaction=True)


def moved(house: House, number: int, roster: int = 0) -> DataStamp:
    """The section is at this stamp, and oracles read it from now on; the progress tile says which."""
    stamp = house.runner.stamp = DataStamp(progress=number, roster=roster)
    house.runner.labels[KEYS[Capability.PROGRESS]] = f"move {number}"
    house.cache.entries.clear()
    house.watch.move(stamp)
    return stamp


@pytest.mark.proves("coordinator:R17")
async def test_an_open_dashboard_gets_the_tile_that_changed(dashboard: WebsocketCommunicator, house: House) -> None:
    await told(dashboard, scope="container:unit-1")

    moved(house, 1)
    html = await heard_until(dashboard, "move 1")

    assert re.findall(r'<section id="tile-(\w+)"', html) == ["progress"]
    assert scopes_of_tiles(html) == {"container:unit-1"}


async def test_a_paused_dashboard_says_that_updates_wait_and_gets_the_newest_when_it_goes_on(
    dashboard: WebsocketCommunicator, house: House
) -> None:
    await told(dashboard, scope="course")
    assert 'data-state="paused"' in await told(dashboard, pause=True)

    for number in (1, 2):
        moved(house, number)
    waiting = await heard_until(dashboard, "2 updates waiting")
    await say(dashboard, pause=False)
    html = await heard_until(dashboard, "move 2")

    assert "<section" not in waiting
    assert "move 1" not in html
    assert 'data-state="live"' in html


async def test_paused_updates_stay_paused_in_the_next_scope_which_is_shown_as_it_is_now(
    dashboard: WebsocketCommunicator, house: House
) -> None:
    await told(dashboard, scope="course")
    await told(dashboard, pause=True)
    moved(house, 1)
    await heard_until(dashboard, "1 update waiting")

    html = await told(dashboard, scope="container:unit-2", seq=1)

    assert "move 1" in html
    assert 'data-state="paused"' in html
    assert "waiting" not in html


async def test_a_container_that_is_gone_gives_way_to_the_course(
    dashboard: WebsocketCommunicator, house: House, section: Section
) -> None:
    await told(dashboard, scope="container:unit-1")

    await sync_to_async(Container.across_tenants.filter(section=section, key="unit-1").update)(hidden=True)
    house.runner.stamp = DataStamp(structure=1)
    house.cache.entries.clear()
    house.watch.move(house.runner.stamp)
    html = await heard_until(dashboard, 'data-work="idle" data-title')

    assert scopes_of_tiles(html) == {"course"}
    assert "There is no such part in this section" in html


async def test_new_events_alone_do_not_have_the_scope_looked_up_again(
    dashboard: WebsocketCommunicator, house: House, section: Section
) -> None:
    await told(dashboard, scope="container:unit-1")
    moved(house, 1)
    await heard_until(dashboard, "move 1")

    await sync_to_async(Container.across_tenants.filter(section=section, key="unit-1").update)(hidden=True)
    moved(house, 2, roster=2)
    html = await heard_until(dashboard, "move 2")

    assert scopes_of_tiles(html) == {"container:unit-1"}


async def test_a_closed_socket_follows_nothing(
    instructor: User, knock: Knock, session_of: SignIn, house: House
) -> None:
    socket = knock(await sync_to_async(session_of)(instructor))
    await socket.connect()
    await told(socket, scope="course")
    following = len(house.watch.followers)

    await socket.disconnect()

    assert (following, house.watch.followers) == (1, [])
