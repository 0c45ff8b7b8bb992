"""Those who wait at the door share one question, hear their own answer, and are not told what was known before."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterator, Mapping
from threading import Event

import pytest

from ingest.door import Crowded, Door
from oracles.runner.pool import DatabaseThreads

LONG = 10.0
"""Seconds after which a test would rather fail than wait."""


class Register:
    """A look-up that says so when it is asked, and answers when it is let."""

    def __init__(self, known: Mapping[str, int]) -> None:
        self.known = dict(known)
        self.asked: list[set[str]] = []
        self.is_asked, self.may_answer = Event(), Event()
        self.error: Exception | None = None

    def look_up(self, names: Collection[str]) -> Mapping[str, int]:
        self.asked.append(set(names))
        self.is_asked.set()
        assert self.may_answer.wait(LONG)
        if self.error is not None:
            raise self.error
        return {name: self.known[name] for name in names if name in self.known}


@pytest.fixture
def register() -> Register:
    return Register({"ada": 1, "ben": 2})


@pytest.fixture
def threads() -> Iterator[DatabaseThreads]:
    threads = DatabaseThreads(1, "door-test", "default")
    yield threads
    threads.close()


@pytest.fixture
def door(register: Register, threads: DatabaseThreads) -> Door[int]:
    return Door(threads, register.look_up, most_waiting=3)


async def while_asked(register: Register, door: Door[int], *names: str) -> list[asyncio.Task[int | None]]:
    """The first is being asked about while the others arrive."""
    first = asyncio.create_task(door.ask(names[0]))
    await asyncio.to_thread(register.is_asked.wait, LONG)
    others = [asyncio.create_task(door.ask(name)) for name in names[1:]]
    await asyncio.sleep(0)  # they have arrived
    return [first, *others]


async def test_who_arrives_meanwhile_shares_the_next_question(register: Register, door: Door[int]) -> None:
    asking = await while_asked(register, door, "ada", "ben", "nobody", "ben")
    register.may_answer.set()

    assert await asyncio.gather(*asking) == [1, 2, None, 2]
    assert register.asked == [{"ada"}, {"ben", "nobody"}]


@pytest.mark.proves("P4")
async def test_nobody_is_told_what_was_known_before_they_came(register: Register, door: Door[int]) -> None:
    first, second = await while_asked(register, door, "ada", "ada")
    register.may_answer.set()
    assert await first == 1
    await second
    del register.known["ada"]

    assert await door.ask("ada") is None


async def test_too_many_are_turned_away_at_once(register: Register, door: Door[int]) -> None:
    asking = await while_asked(register, door, "ada", "ben", "ben", "ben")

    with pytest.raises(Crowded):
        await door.ask("ada")
    register.may_answer.set()
    assert await asyncio.gather(*asking) == [1, 2, 2, 2]


async def test_an_error_reaches_all_who_asked_and_nobody_after_them(register: Register, door: Door[int]) -> None:
    register.error = ConnectionError("away")
    asking = await while_asked(register, door, "ada", "ben", "ben")
    register.may_answer.set()

    heard = await asyncio.gather(*asking, return_exceptions=True)
    register.error = None

    assert [type(each) for each in heard] == [ConnectionError] * 3
    assert await door.ask("ada") == 1


async def test_one_who_leaves_takes_nobody_with_them(register: Register, door: Door[int]) -> None:
    first, leaving, staying = await while_asked(register, door, "ada", "ben", "ben")
    leaving.cancel()
    register.may_answer.set()

    assert (await first, await staying) == (1, 2)
    assert leaving.cancelled() or leaving.cancelling()
