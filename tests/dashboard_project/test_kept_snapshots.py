"""A kept snapshot is found by its own tenant, until it expires."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest
from django.core.cache.backends.locmem import LocMemCache
from django_redis.cache import RedisCache

from dashboard_project.embedded.server import EmbeddedServer
from dashboard_project.kept_snapshots import KeptSnapshots
from oracles.contract import TenantId
from snapshot.contract import Snapshot
from tests.snapshot.snapshots import assembled

SHOWN = assembled()
MINE, THEIRS = TenantId(1), TenantId(2)


@pytest.fixture
def store() -> KeptSnapshots:
    cache = LocMemCache("kept", {})
    cache.clear()
    return KeptSnapshots(cache)


async def test_what_was_saved_is_found_as_it_was_shown(store: KeptSnapshots) -> None:
    await store.save(SHOWN)

    assert await store.load(MINE, "id") == msgspec.structs.replace(SHOWN, oracles={})


async def test_another_tenant_finds_nothing_under_the_same_id(store: KeptSnapshots) -> None:
    await store.save(SHOWN)

    assert await store.load(THEIRS, "id") is None


@pytest.mark.parametrize("snapshot_id", ["nope", "", "id\n", "1:id", "x" * 400])
async def test_what_is_not_there_is_nothing(store: KeptSnapshots, snapshot_id: str) -> None:
    await store.save(SHOWN)

    assert await store.load(MINE, snapshot_id) is None


async def test_what_has_expired_is_nothing(store: KeptSnapshots) -> None:
    await KeptSnapshots(store.cache, seconds=0).save(SHOWN)

    assert await store.load(MINE, "id") is None


async def test_bytes_of_something_else_are_nothing(store: KeptSnapshots) -> None:
    await store.cache.aset("snapshot:1:id", b"something else")

    assert await store.load(MINE, "id") is None


def later(minutes: int) -> Snapshot:
    about = SHOWN.metadata
    moved = msgspec.structs.replace(about, generated_at=about.generated_at + timedelta(minutes=minutes))
    return msgspec.structs.replace(SHOWN, snapshot_id=f"id{minutes}", metadata=moved)


def test_what_says_the_same_for_an_hour_is_kept_once(store: KeptSnapshots) -> None:
    for minutes in range(60):
        store.keep(later(minutes))

    found = [store.find(MINE, f"id{minutes}") for minutes in range(60)]

    assert found == [msgspec.structs.replace(later(minutes), oracles={}) for minutes in range(60)]
    assert isinstance(store.cache, LocMemCache)
    sizes = sorted(len(kept) for kept in store.cache._cache.values())  # type: ignore[attr-defined]
    assert len(sizes) == 61
    assert sum(sizes[:-1]) < 60 * 250


def test_a_body_is_as_young_as_the_last_who_needs_it(store: KeptSnapshots) -> None:
    KeptSnapshots(store.cache, seconds=1).keep(later(0))

    store.keep(later(1))

    assert isinstance(store.cache, LocMemCache)
    lives = sorted(store.cache._expire_info.values())  # type: ignore[attr-defined]
    assert lives[-2] - lives[0] > 3600


@pytest.mark.parametrize("broken", [b"something else", None])
def test_a_label_without_its_body_is_nothing(store: KeptSnapshots, broken: bytes | None) -> None:
    store.keep(later(0))
    assert isinstance(store.cache, LocMemCache)
    (key,) = (key.split(":", 2)[2] for key in store.cache._cache if "body" in key)  # type: ignore[attr-defined]
    store.cache.set(key, broken)

    assert store.find(MINE, "id0") is None


def test_the_shared_cache_keeps_them_too_and_without_it_they_are_not_there(running_valkey: EmbeddedServer) -> None:
    shared = RedisCache(running_valkey.place.url, {"OPTIONS": {"IGNORE_EXCEPTIONS": True}})
    store = KeptSnapshots(shared)
    for minutes in range(2):
        store.keep(later(minutes))

    found = [store.find(MINE, f"id{minutes}") for minutes in range(2)]
    running_valkey.stop()
    store.keep(later(2))

    assert found == [msgspec.structs.replace(later(minutes), oracles={}) for minutes in range(2)]
    assert store.find(MINE, "id0") is None
