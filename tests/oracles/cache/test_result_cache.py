"""The result cache in both tiers: found at the data as it is now, never another's, never older."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from django.db import OperationalError

from oracles.cache.codec import Unreadable, decode, encode
from oracles.cache.keys import entry_key, place
from oracles.cache.local import LocalTier
from oracles.contract import (
    LEARNER_INFO,
    PROGRESS,
    Failed,
    FailureReason,
    Loaded,
    OracleKey,
    OracleResult,
    Source,
    TenantId,
)
from oracles.instructor import ORACLES
from oracles.payloads import LearnerInfo, LearnerRow
from tests.oracles.cache.answers import NOW, PAYLOADS, SCOPE, Stamp, answer, cache
from tests.oracles.cache.conftest import Server

ALL = frozenset(ORACLES)


@pytest.mark.proves("B1", "K1")
@pytest.mark.parametrize("key", sorted(ORACLES))
async def test_what_was_written_is_read_in_tier_one(key: OracleKey) -> None:
    with cache() as kept:
        await kept.store(answer(key))

        found = await kept.consult(SCOPE, ALL)

    assert {hit.key: (hit.payload, hit.source, hit.stamp) for hit in found.values()} == {
        key: (PAYLOADS[key], Source.CACHE, NOW)
    }


@pytest.mark.proves("B1", "K2")
@pytest.mark.parametrize("key", sorted(ORACLES))
async def test_what_one_process_wrote_another_reads(key: OracleKey, valkey: Server) -> None:
    with cache(valkey.url) as one, cache(valkey.url) as another:
        await one.store(answer(key))

        found = await another.consult(SCOPE, ALL)

    assert {hit.key: hit.payload for hit in found.values()} == {key: PAYLOADS[key]}


@pytest.mark.proves("AC-004", "K4")
async def test_moved_data_is_not_found_and_its_own_domains_only_matter() -> None:
    stamp = Stamp()
    with cache(stamp=stamp) as kept:
        await kept.store(answer(PROGRESS))

        stamp.now = replace(NOW, scores=NOW.scores + 1)
        assert (await kept.consult(SCOPE, ALL))[PROGRESS].stamp == stamp.now
        stamp.now = replace(NOW, progress=NOW.progress + 1)
        assert await kept.consult(SCOPE, ALL) == {}


async def test_without_a_database_nothing_is_found_and_nothing_raised() -> None:
    stamp = Stamp()
    stamp.error = OperationalError("gone")
    with cache(stamp=stamp) as kept:
        assert await kept.consult(SCOPE, ALL) == {}


@pytest.mark.proves("R9")
async def test_an_older_answer_never_replaces_a_fresher_one() -> None:
    stamp = Stamp(replace(NOW, progress=NOW.progress + 1))
    with cache(stamp=stamp) as kept:
        await kept.store(answer(PROGRESS, stamp=stamp.now, started_at=1.0))

        await kept.store(answer(PROGRESS, stamp=NOW, started_at=2.0))

        assert PROGRESS in await kept.consult(SCOPE, ALL)


async def test_a_payload_of_another_oracle_or_version_is_refused() -> None:
    with cache() as kept:
        await kept.store(replace(answer(PROGRESS), version=99))
        await kept.store(replace(answer(PROGRESS), payload=PAYLOADS[LEARNER_INFO]))

        assert await kept.consult(SCOPE, ALL) == {}


def test_bytes_of_another_scope_are_not_the_answer() -> None:
    data = encode(answer(PROGRESS))

    for stranger in (replace(SCOPE, tenant_id=TenantId(8)), replace(SCOPE, container_id=1)):
        with pytest.raises(Unreadable):
            decode(data, stranger, ORACLES[PROGRESS], 0.0)


@pytest.mark.parametrize("data", [b"", b"\x00", b"\x01junk", b"\x02", b"\x00\xc1", b"\x80\x04K\x01."])
def test_damaged_bytes_are_not_the_answer(data: bytes) -> None:
    with pytest.raises(Unreadable):
        decode(data, SCOPE, ORACLES[PROGRESS], 0.0)


def test_a_large_answer_is_compressed_and_comes_back() -> None:
    rows = tuple(LearnerRow(n, f"x{n}", "Ada Lovelace", "ada@learners.example", None) for n in range(2000))
    large = replace(answer(LEARNER_INFO), payload=LearnerInfo(rows))

    data = encode(large)

    assert len(data) < 40_000
    assert decode(data, SCOPE, ORACLES[LEARNER_INFO], 0.0).payload == large.payload


@pytest.mark.proves("K1")
def test_the_least_recently_used_container_goes_as_a_whole() -> None:
    tier = LocalTier(lambda: 0.0, most_entries=4)
    scopes = [replace(SCOPE, container_id=number) for number in (1, 2, 3)]

    def put(scope_number: int, key: OracleKey) -> None:
        result = answer(key, scopes[scope_number])
        tier.put(entry_key(result.scope, ORACLES[key], NOW), result, 10)

    for number, key in ((0, PROGRESS), (0, LEARNER_INFO), (1, PROGRESS), (1, LEARNER_INFO)):
        put(number, key)
    tier.touch(place(scopes[0]))
    put(2, PROGRESS)

    kept = [tier.get(place(scope), PROGRESS, entry_key(scope, ORACLES[PROGRESS], NOW)) for scope in scopes]
    assert [result is not None for result in kept] == [True, False, True]
    assert (tier.entries, tier.bytes) == (3, 30)


def test_bytes_are_bounded_too_and_age_ends_an_entry() -> None:
    now = [0.0]
    tier = LocalTier(lambda: now[0], most_bytes=100, lifetime=60)
    key = entry_key(SCOPE, ORACLES[PROGRESS], NOW)

    assert not tier.put(key, answer(PROGRESS), 101)
    assert tier.put(key, answer(PROGRESS), 100)
    now[0] = 60.0
    assert tier.get(place(SCOPE), PROGRESS, key) is None


class Build:
    def __init__(self) -> None:
        self.count = 0
        self.was_cancelled = False
        self.gate = asyncio.Event()

    async def __call__(self) -> OracleResult:
        self.count += 1
        try:
            await self.gate.wait()
        except asyncio.CancelledError:
            self.was_cancelled = True
            raise
        return answer(PROGRESS)


@pytest.mark.proves("K3")
async def test_two_hundred_who_ask_at_once_cost_one_build(valkey: Server) -> None:
    build = Build()
    with cache(valkey.url) as one, cache(valkey.url) as another:
        asks = [
            asyncio.create_task(kept.coalesce_or_build(SCOPE, PROGRESS, build))
            for kept in (one, another)
            for _ in range(100)
        ]
        asyncio.get_running_loop().call_later(0.1, build.gate.set)

        results = await asyncio.gather(*asks)

    assert build.count == 1
    assert {result.payload for result in results if isinstance(result, Loaded)} == {PAYLOADS[PROGRESS]}
    assert len(results) == 200


@pytest.mark.proves("R6")
async def test_a_build_goes_on_while_anybody_waits_and_stops_with_the_last() -> None:
    build = Build()
    with cache() as kept:
        asks = [asyncio.create_task(kept.coalesce_or_build(SCOPE, PROGRESS, build)) for _ in range(3)]
        await turns()

        asks[0].cancel()
        asks[1].cancel()
        await turns()
        assert (asks[0].cancelled(), build.was_cancelled) == (True, False)
        asks[2].cancel()
        await asyncio.wait(asks)

    assert (build.count, build.was_cancelled) == (1, True)


async def test_a_failed_build_is_not_kept() -> None:
    async def build() -> OracleResult:
        return Failed(SCOPE, PROGRESS, FailureReason.TIMEOUT)

    with cache() as kept:
        result = await kept.coalesce_or_build(SCOPE, PROGRESS, build)

        assert isinstance(result, Failed)
        assert await kept.consult(SCOPE, ALL) == {}


async def turns() -> None:
    for _ in range(10):
        await asyncio.sleep(0)
