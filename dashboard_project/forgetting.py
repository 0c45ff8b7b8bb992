"""Takes what may hold an institution's names out of the shared server: kept answers, kept snapshots, unreadable events.

Nobody would be shown any of it any more (keys move with the data, and snapshots of an older roster are refused); but
bytes stay until they expire, for a quarter of an hour or a day. What is in the memory of processes is out of reach here
and expires the same way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from typing import cast

import redis
from django.conf import settings

from dashboard_project.ingest_queue import NAME
from oracles.contract import TenantId

SECONDS = 2.0
SCANNED = 1_000
"""Keys in one step of a scan, and in one removal."""


class NotForgotten(Exception):
    """The shared server does not answer."""


def forget_cached(tenant_id: TenantId, is_of: Callable[[str], bool] | None = None) -> int:
    """No answer, no snapshot of the institution is kept, nor an unreadable event that `is_of` recognises.

    Raises:
        NotForgotten: some may still be there, until they expire.
    """
    if not settings.REDIS_URL:
        return 0
    client = redis.Redis.from_url(settings.REDIS_URL, socket_timeout=SECONDS, socket_connect_timeout=SECONDS)
    try:
        with closing(client):
            count = sum(_remove(client, pattern) for pattern in _patterns(tenant_id))
            return count + (_remove_unreadable(client, tenant_id, is_of) if is_of else 0)
    except (redis.RedisError, OSError) as error:
        raise NotForgotten(f"the shared server does not answer ({type(error).__name__})") from error


def _patterns(tenant_id: TenantId) -> Iterator[str]:
    """As `oracles/cache/keys.py` and `dashboard_project/kept_snapshots.py` (behind Django's prefix) build them."""
    yield f"lectern:o*:{{i{tenant_id}}}|*"
    yield f"lectern:*:snapshot:{tenant_id}:*"
    yield f"lectern:*:snapshot-body:{tenant_id}:*"


def _remove(client: redis.Redis, pattern: str) -> int:
    keys = list(client.scan_iter(match=pattern, count=SCANNED))
    for start in range(0, len(keys), SCANNED):
        client.unlink(*keys[start : start + SCANNED])
    return len(keys)


def _remove_unreadable(client: redis.Redis, tenant_id: TenantId, is_of: Callable[[str], bool]) -> int:
    """Events that no writer could read are kept for people to look at (`StreamStore.put_aside`)."""
    stream, gone = f"{{{NAME}}}:unreadable", []
    entries = cast("list[tuple[bytes, dict[bytes, bytes]]]", client.xrange(stream))
    for entry_id, fields in entries:
        is_ours = fields.get(b"tenant", b"").decode() == str(tenant_id)
        if is_ours and is_of(fields.get(b"r", b"").decode("utf-8", errors="replace")):
            gone.append(entry_id)
    if gone:
        client.xdel(stream, *gone)
    return len(gone)
