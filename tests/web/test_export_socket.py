"""The link on an open dashboard names what stands there now: new with every complete answer, and kept."""

from __future__ import annotations

import re
from html import unescape

import pytest
from asgiref.sync import sync_to_async
from channels.testing import WebsocketCommunicator
from django.conf import settings
from django.test import Client

from courses.models import Section
from tests.oracles.instructor.rows import learners_of, make_score, pages_of
from tests.snapshot.export.zips import table
from tests.web.facts import facts_of
from tests.web.sockets import heard_until, say

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("fresh_caches")]


async def shown(socket: WebsocketCommunicator, **fields: object) -> str:
    """Ask; the frames that answer, up to the one that offers what is complete."""
    await say(socket, **fields)
    return await heard_until(socket, "snapshot=")


def link(html: str) -> str:
    return unescape(re.findall(r'<a id="export"[^>]* href="([^"]*)"', html)[-1])


def move_the_data(section: Section) -> None:
    make_score(learners_of(section)["Dan"], pages_of(section)["quiz"], 10)
    section.stamp.scores += 1
    section.stamp.save()


@pytest.mark.proves("P3", "AC-002")
async def test_what_stands_on_an_open_dashboard_is_what_its_link_exports(
    mixed: Section, deployed: WebsocketCommunicator, session_key: str
) -> None:
    frames = {
        scope: await shown(deployed, scope=scope, seq=n) for n, scope in enumerate(("course", "container:unit-3"))
    }
    await sync_to_async(move_the_data)(mixed)
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = session_key

    for scope, html in frames.items():
        response = await sync_to_async(client.get)(link(html))

        rows = {row["fact"]: row["value"] for row in table(response.content, "dashboard_facts.csv")}
        assert facts_of(html)
        assert {fact: rows[fact] for fact in facts_of(html)} == facts_of(html), scope


async def test_another_threshold_is_another_snapshot_and_another_way_of_looking_is_not(
    mixed: Section, deployed: WebsocketCommunicator
) -> None:
    first = link(await shown(deployed, scope="course"))

    second = link(await shown(deployed, scope="course", **{"p.threshold": "50"}))

    assert "p.threshold=50" in second
    assert first.partition("snapshot=")[2] != second.partition("snapshot=")[2]
    await say(deployed, scope="course", **{"p.mode": "percent", "p.threshold": "50"})
    assert 'id="export"' not in await deployed.receive_from(timeout=5)
