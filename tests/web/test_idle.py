"""Somebody who does nothing is told before they are signed out; the next thing they do keeps them signed in."""

from __future__ import annotations

import asyncio
import time

import pytest
from asgiref.sync import sync_to_async
from django.contrib.auth.models import User
from django.contrib.sessions.backends.db import SessionStore
from pytest_django import Settings

from dashboard_project.sessions import SEEN
from dashboard_project.web.limits import CloseCode
from tests.web.sockets import Knock, SignIn, closed_with, heard_until, told

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.proves("I6")]

WORDS = "You will be signed out in two minutes"


def nothing_done_for(key: str, seconds: int) -> None:
    session = SessionStore(key)
    session[SEEN] = int(time.time()) - seconds
    session.set_expiry(max(1, 1800 - seconds))
    session.save()


def last_seen(key: str) -> int:
    return int(SessionStore(key)[SEEN])


async def test_who_is_about_to_be_signed_out_is_told_once_and_stays_by_doing_something(
    instructor: User, knock: Knock, session_of: SignIn, settings: Settings
) -> None:
    settings.ACCESS_RECHECK_SECONDS = 0.01
    key = await sync_to_async(session_of)(instructor)
    await sync_to_async(nothing_done_for)(key, 1700)
    socket = knock(key)
    await socket.connect()
    await heard_until(socket, WORDS)
    told_again = not await socket.receive_nothing(timeout=0.1)

    await told(socket, scope="container:unit-1")

    async with asyncio.timeout(5):
        while await sync_to_async(last_seen)(key) < time.time() - 60:
            pass
    assert not told_again
    await socket.disconnect()


async def test_who_does_nothing_is_shown_out_and_has_to_sign_in_again(
    instructor: User, knock: Knock, session_of: SignIn, settings: Settings
) -> None:
    settings.ACCESS_RECHECK_SECONDS = 0.01
    key = await sync_to_async(session_of)(instructor)
    socket = knock(key)
    await socket.connect()

    await sync_to_async(nothing_done_for)(key, 1799)

    assert await closed_with(socket) == CloseCode.SIGN_IN
