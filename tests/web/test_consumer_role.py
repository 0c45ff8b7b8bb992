"""Somebody's role changes while their dashboard is open: within a check it shows what the new role may do."""

from __future__ import annotations

import re

import pytest
from asgiref.sync import sync_to_async
from channels.testing import WebsocketCommunicator
from django.contrib.auth.models import User
from pytest_django import Settings

from courses.models import Section, Teaching
from oracles.contract import TenantId
from tests.web.sockets import say

pytestmark = pytest.mark.django_db(transaction=True)

FORM = 'id="concern-open"'
"""By which instructors mark learners as not a concern."""


@pytest.fixture
def hasty(settings: Settings) -> None:
    settings.ACCESS_RECHECK_SECONDS = 0.05


async def support_tile(socket: WebsocketCommunicator, *, has_form: bool) -> str:
    """The newest text of the tile, once it has the form or has it no more."""
    while True:
        frame = await socket.receive_from(timeout=8)
        for tile in re.findall(r'<section id="tile-student_support".*?</footer>', frame, re.DOTALL):
            if 'data-work="idle"' in tile and (FORM in tile) is has_form:
                return str(tile)


@pytest.mark.proves("P5")
@pytest.mark.usefixtures("hasty")
async def test_who_becomes_an_assistant_is_offered_no_longer_what_instructors_may(
    section: Section, instructor: User, deployed: WebsocketCommunicator
) -> None:
    await say(deployed, scope="course", **{"s.bucket": "not_enough_information"})
    await support_tile(deployed, has_form=True)

    mine = Teaching.objects.for_tenant(TenantId(section.institution_id)).filter(user=instructor, section=section)
    await sync_to_async(mine.update)(role="assistant")

    assert "Ada" in await support_tile(deployed, has_form=False)
