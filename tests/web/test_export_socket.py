"""The link on an open dashboard names what stands there now: new with every complete answer, and kept."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from html import unescape

import pytest
from asgiref.sync import sync_to_async
from channels.routing import URLRouter
from channels.sessions import CookieMiddleware
from channels.testing import WebsocketCommunicator
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client
from django.urls import path

from courses.models import Section
from dashboard_project.web.consumer import DashboardConsumer
from dashboard_project.web.parts import PARTS
from tests.oracles.instructor.rows import learners_of, make_score, pages_of
from tests.snapshot.export.zips import table

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("fresh_caches")]

DOOR = "/ws/s/lakeside/algebra/"


def socket_of(session_key: str) -> WebsocketCommunicator:
    """A socket of the application as it is deployed, behind the check of origins."""
    route = path("ws/s/<slug:institution>/<slug:section>/", DashboardConsumer.as_asgi(parts=PARTS))
    cookie = f"{settings.SESSION_COOKIE_NAME}={session_key}".encode()
    return WebsocketCommunicator(CookieMiddleware(URLRouter([route])), DOOR, headers=[(b"cookie", cookie)])


async def shown(socket: WebsocketCommunicator, **fields: object) -> str:
    """Ask; the frames that answer, up to the one that offers what is complete."""
    await socket.send_to(text_data=json.dumps(fields))
    heard = ""
    while "snapshot=" not in heard:
        heard += await socket.receive_from(timeout=5)
    return heard


def link(html: str) -> str:
    return unescape(re.findall(r'<a id="export"[^>]* href="([^"]*)"', html)[-1])


def facts(html: str) -> dict[str, str]:
    return {fact: value for value, fact in re.findall(r'<data value="([^"]*)" data-fact="([^"]*)"', html)}


def move_the_data(section: Section) -> None:
    make_score(learners_of(section)["Dan"], pages_of(section)["quiz"], 10)
    section.stamp.scores += 1
    section.stamp.save()


@pytest.mark.proves("P3", "AC-002")
async def test_what_stands_on_an_open_dashboard_is_what_its_link_exports(
    instructor: User, mixed: Section, session_of: Callable[[User], str]
) -> None:
    key = await sync_to_async(session_of)(instructor)
    socket = socket_of(key)
    await socket.connect()
    frames = {scope: await shown(socket, scope=scope, seq=n) for n, scope in enumerate(("course", "container:unit-3"))}
    await sync_to_async(move_the_data)(mixed)
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = key

    for scope, html in frames.items():
        response = await sync_to_async(client.get)(link(html))

        rows = {row["fact"]: row["value"] for row in table(response.content, "dashboard_facts.csv")}
        assert facts(html)
        assert {fact: rows[fact] for fact in facts(html)} == facts(html), scope
    await socket.disconnect()


async def test_another_threshold_is_another_snapshot_and_another_way_of_looking_is_not(
    instructor: User, mixed: Section, session_of: Callable[[User], str]
) -> None:
    socket = socket_of(await sync_to_async(session_of)(instructor))
    await socket.connect()
    first = link(await shown(socket, scope="course"))

    second = link(await shown(socket, scope="course", **{"p.threshold": "50"}))

    assert "p.threshold=50" in second
    assert first.partition("snapshot=")[2] != second.partition("snapshot=")[2]
    await socket.send_to(text_data=json.dumps({"scope": "course", "p.mode": "percent", "p.threshold": "50"}))
    assert 'id="export"' not in await socket.receive_from(timeout=5)
    await socket.disconnect()
