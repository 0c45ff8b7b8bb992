"""A→B→C→D at 50 ms through a real server and a real socket: no tile of an older choice after a newer one was told."""

from __future__ import annotations

import asyncio
import json
import random
import re
import urllib.parse
import urllib.request
from collections.abc import Iterator
from http.cookiejar import CookieJar

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Origin

from tests.e2e.live import Live, serving
from tests.e2e.sample import PASSWORD, UNITS, USER

SCOPES = ["course", *(f"container:unit-{number}" for number in range(1, len(UNITS) + 1))]
PAUSE = 0.05
HEAD = re.compile(r'id="view-head"[^>]*data-scope="([^"]*)" data-token="(\d+)" data-seq="(\d+)"[^>]*data-work="(\w+)"')
TILE = re.compile(r'<section id="tile-(\w+)"[^>]*data-scope="([^"]*)" data-token="(\d+)" data-readiness="(\w+)"')


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    with serving(tmp_path_factory.mktemp("stale"), slow=0.12) as server:
        yield server


def cookie_of(live: Live) -> str:
    """Sign in as a browser does."""
    jar = CookieJar()
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
    browser.open(f"{live.origin}/accounts/login/")
    token = next(cookie.value for cookie in jar if cookie.name == "csrftoken")
    form = {"username": USER, "password": PASSWORD, "csrfmiddlewaretoken": token or ""}
    browser.open(f"{live.origin}/accounts/login/", urllib.parse.urlencode(form).encode())
    return "; ".join(f"{cookie.name}={cookie.value}" for cookie in jar)


class Watcher:
    """What a page would do: drops frames that answer an older choice, and notes what would be painted wrong."""

    def __init__(self) -> None:
        self.chosen = ""
        self.seq = 0
        self.stale: list[tuple[str, str, str]] = []
        self.late_frames = 0
        self.tiles: dict[str, tuple[str, str]] = {}
        self.is_complete = asyncio.Event()

    def choose(self, scope: str) -> str:
        self.chosen, self.seq = scope, self.seq + 1
        self.is_complete.clear()
        self.tiles.clear()
        return json.dumps({"scope": scope, "seq": self.seq})

    def see(self, frame: str) -> None:
        head = HEAD.search(frame)
        assert head, frame[:200]
        if int(head[3]) < self.seq:
            self.late_frames += 1  # it was on the wire when the choice was made; the page drops it
            return
        for tile, scope, token, readiness in TILE.findall(frame):
            if scope != self.chosen or token != head[2]:
                self.stale.append((tile, scope, self.chosen))
            self.tiles[tile] = (scope, readiness)
        if head[4] == "idle" and [readiness for _, readiness in self.tiles.values()] == ["ready"] * 5:
            self.is_complete.set()


async def listen(socket: ClientConnection, watcher: Watcher) -> None:
    async for frame in socket:
        watcher.see(str(frame))


async def rounds(live: Live, count: int) -> Watcher:
    dice = random.Random(11)
    watcher = Watcher()
    headers = {"Cookie": cookie_of(live)}
    async with connect(live.socket, origin=Origin(live.origin), additional_headers=headers, max_size=None) as socket:
        listening = asyncio.create_task(listen(socket, watcher))
        for _ in range(count):
            for scope in dice.sample(SCOPES, 4):
                await socket.send(watcher.choose(scope))
                await asyncio.sleep(PAUSE)
            await asyncio.wait_for(watcher.is_complete.wait(), 15)
            assert {scope for scope, _ in watcher.tiles.values()} == {watcher.chosen}
        listening.cancel()
    return watcher


@pytest.mark.proves("R3", "R6", "NFR-REL-001", "UX-9", "promises:P2")
async def test_twenty_rounds_of_four_quick_choices_paint_nothing_stale(live: Live) -> None:
    watcher = await rounds(live, 20)

    assert watcher.stale == []


@pytest.mark.long
@pytest.mark.proves("R3", "R6", "NFR-REL-001")
async def test_two_hundred_rounds_of_four_quick_choices_paint_nothing_stale(live: Live) -> None:
    watcher = await rounds(live, 200)

    assert watcher.stale == []
