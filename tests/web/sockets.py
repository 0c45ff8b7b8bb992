"""Talking to the socket of a test: what is said, what is heard until when, with which code it is closed."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

from channels.testing import WebsocketCommunicator
from django.contrib.auth.models import User

Knock = Callable[..., WebsocketCommunicator]
SignIn = Callable[[User], str]

COMPLETE = 'data-work="idle" data-title'
"""What the frame says with which a scope is complete."""


async def say(socket: WebsocketCommunicator, **fields: object) -> None:
    await socket.send_to(text_data=json.dumps(fields))


async def told(socket: WebsocketCommunicator, **fields: object) -> str:
    """Say something; the frames that answer, up to the one that is complete."""
    await say(socket, **fields)
    return await heard_until(socket, COMPLETE)


async def closed_with(socket: WebsocketCommunicator) -> int:
    """The code the socket is closed with; what it says before does not matter."""
    while True:
        message = await socket.receive_output(timeout=5)
        if message["type"] == "websocket.close":
            return int(message["code"])


def scopes_of_tiles(html: str) -> set[str]:
    return set(re.findall(r'<section [^>]*data-scope="([^"]*)"', html))


async def heard_until(socket: WebsocketCommunicator, text: str) -> str:
    heard = ""
    while text not in heard:
        heard += await socket.receive_from(timeout=5)
    return heard
