"""What may hold an institution's names goes out of the shared server; everybody else's stays."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace

import msgspec
import pytest
import redis
from django_redis.cache import RedisCache
from pytest_django import Settings

from dashboard_project.embedded.server import EmbeddedServer
from dashboard_project.forgetting import NotForgotten, forget_cached
from dashboard_project.ingest_queue import NAME
from dashboard_project.kept_snapshots import KeptSnapshots
from oracles.cache.keys import entry_key
from oracles.contract import LEARNER_INFO, DataStamp, TenantId
from oracles.instructor import ORACLES
from tests.snapshot.classroom import COURSE
from tests.snapshot.snapshots import assembled

pytestmark = [pytest.mark.proves("I9", "UX-28")]

OURS = assembled()
MINE = OURS.scope.tenant_id
THEIRS = TenantId(MINE * 10 + 1)
"""Begins with the same digit."""


@pytest.fixture
def server(running_valkey: EmbeddedServer, settings: Settings) -> Iterator[redis.Redis]:
    settings.REDIS_URL = running_valkey.place.url
    with closing(redis.Redis.from_url(running_valkey.place.url)) as client:
        yield client


def keep(server: redis.Redis, tenant_id: TenantId, url: str) -> KeptSnapshots:
    """An answer with names, under the key that the cache would give it, and a snapshot."""
    scope = replace(COURSE, tenant_id=tenant_id)
    server.set(entry_key(scope, ORACLES[LEARNER_INFO], DataStamp()), b"names")
    store = KeptSnapshots(RedisCache(url, {"KEY_PREFIX": "lectern"}))
    store.keep(msgspec.structs.replace(OURS, scope=scope))
    return store


def test_answers_and_snapshots_of_the_institution_go_and_nobody_elses(
    server: redis.Redis, running_valkey: EmbeddedServer
) -> None:
    url = running_valkey.place.url
    mine, theirs = keep(server, MINE, url), keep(server, THEIRS, url)

    gone = forget_cached(MINE)

    assert gone == 3  # the answer; the snapshot's label and its body
    assert (mine.find(MINE, "id"), theirs.find(THEIRS, "id") is not None) == (None, True)
    assert len(server.keys("lectern:o*")) == 1  # type: ignore[arg-type]


def test_events_that_nobody_could_read_go_if_they_speak_of_the_person(server: redis.Redis) -> None:
    stream = f"{{{NAME}}}:unreadable"
    for tenant_id, payload in ((MINE, b"\x82 zk-88417 \xff"), (MINE, b"somebody else"), (THEIRS, b"zk-88417")):
        server.xadd(stream, {"r": payload, "tenant": str(tenant_id)})

    gone = forget_cached(MINE, lambda text: "zk-88417" in text)

    assert gone == 1
    assert server.xlen(stream) == 2


def test_a_server_that_does_not_answer_is_said(settings: Settings) -> None:
    settings.REDIS_URL = "unix:///nowhere/at/all"

    with pytest.raises(NotForgotten, match="the shared server does not answer"):
        forget_cached(MINE)


def test_without_a_server_there_is_nothing_to_forget(settings: Settings) -> None:
    settings.REDIS_URL = ""

    assert forget_cached(MINE) == 0
