"""A kept snapshot is found by its own tenant, until it expires."""

from __future__ import annotations

import msgspec
import pytest
from django.core.cache.backends.locmem import LocMemCache

from dashboard_project.kept_snapshots import KeptSnapshots
from oracles.contract import TenantId
from tests.snapshot.test_assembler import assembled

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
