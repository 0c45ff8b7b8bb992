"""A list that is opened on an open dashboard: asked for then, painted like any answer, and live from then on."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from asgiref.sync import sync_to_async
from channels.testing import WebsocketCommunicator

from courses.models import Section
from tests.builders import make_progress
from tests.oracles.instructor.rows import learners_of, mix_the_class, pages_of
from tests.web.sockets import say
from tests.web.test_learner_lists import among, listed

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("parts_end")]


async def heard(socket: WebsocketCommunicator, until: Callable[[str], bool], **fields: object) -> str:
    """Ask; the newest text of the progress tile for which it holds."""
    if fields:
        await say(socket, **fields)
    while True:
        frame = await socket.receive_from(timeout=8)
        for tile in re.findall(r'<section id="tile-progress".*?</footer>', frame, re.DOTALL):
            if until(tile):
                return str(tile)


def is_idle(tile: str) -> bool:
    return 'data-work="idle"' in tile


def complete_class(section: Section) -> None:
    """Ben does the second unit too."""
    for number in (1, 2, 3):
        make_progress(learners_of(section)["Ben"], pages_of(section)[f"unit-2-page-{number}"])
    section.stamp.progress += 1
    section.stamp.save()


@pytest.mark.proves("ROW-T4", "UX-11")
async def test_a_bar_opened_later_lists_its_learners_and_follows_the_data(
    section: Section, deployed: WebsocketCommunicator
) -> None:
    await sync_to_async(mix_the_class)(section)
    plain = await heard(deployed, is_idle, scope="course")

    opened = await heard(deployed, lambda tile: bool(listed(tile)), **{"p.open": "unit-2"})
    await sync_to_async(complete_class)(section)
    retried = await heard(deployed, lambda tile: listed(tile) == ["Dan"] and is_idle(tile), retry="progress")

    assert 'id="behind"' not in plain
    assert listed(opened) == ["Ben", "Dan"]
    assert "Not yet: 1" in retried


@pytest.mark.proves("UX-14")
async def test_a_filter_is_painted_in_the_tile_and_taken_away_again(
    section: Section, deployed: WebsocketCommunicator
) -> None:
    await sync_to_async(mix_the_class)(section)
    await heard(deployed, is_idle, scope="course")

    chosen = await heard(deployed, lambda tile: bool(among(tile)), f="bucket:struggling")
    cleared = await heard(deployed, lambda tile: not among(tile) and is_idle(tile), f="")

    assert among(chosen) == ["1 of these 1", "1 of these 1", "0 of these 1"]
    assert 'class="only"' not in cleared


async def test_an_address_with_a_list_opens_with_its_list(section: Section, deployed: WebsocketCommunicator) -> None:
    await sync_to_async(mix_the_class)(section)

    tile = await heard(
        deployed, lambda tile: bool(listed(tile)), op="address", **{"p.open": "unit-2", "p.side": "done"}
    )

    assert listed(tile) == ["Ada", "Cleo"]
