"""Keeps the records that were given up: idempotent, limited in size and number, in the caller's transaction.

Nothing that waits is ever thrown away: where too much waits, no more is accepted, and the writer hears it. What was
brought back or discarded goes after ninety days.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from itertools import batched
from uuid import UUID

from coordinator.writes.contract import Rejection, SinkUnavailable
from ingest.models import DeadLetter
from ingest.records import EventRecord
from ingest.validation import UNSTORABLE
from oracles.contract import TenantId

LONGEST_PAYLOAD = 16_384
CHUNK = 200
MOST_WAITING = 100_000
"""Letters of one institution; somebody has to look before there are more."""
SETTLED_FOR = timedelta(days=90)


class DeadLettersFull(SinkUnavailable):
    """So many records wait to be looked at that no more of them can be kept: nothing of the batch was written."""


@dataclass(frozen=True, slots=True)
class Lost:
    """A record given up, and why."""

    record: EventRecord
    rejection: Rejection


def keep(tenant_id: TenantId, section_id: int | None, lost: Sequence[Lost], now: datetime) -> int:
    """Every record given up has one dead letter; returns how many are new.

    Raises:
        DeadLettersFull: there would be more than `MOST_WAITING`.

    """
    if not lost:
        return 0
    letters = {bytes(letter.digest): letter for letter in (_letter(tenant_id, section_id, one, now) for one in lost)}
    known = _known(tenant_id, letters)
    fresh = [letter for digest, letter in letters.items() if digest not in known]
    if fresh:
        _make_room(tenant_id, len(fresh), now)
    DeadLetter.objects.for_tenant(tenant_id).bulk_create(fresh, batch_size=CHUNK)
    return len(fresh)


def _make_room(tenant_id: TenantId, wanted: int, now: datetime) -> None:
    letters = DeadLetter.objects.for_tenant(tenant_id)
    letters.exclude(status=DeadLetter.Status.WAITING).filter(last_failed_at__lt=now - SETTLED_FOR).delete()
    waiting = letters.filter(status=DeadLetter.Status.WAITING).count()
    if waiting + wanted > MOST_WAITING:
        raise DeadLettersFull(f"{waiting} dead letters wait already: look at them before more can be kept")


def as_json(record: EventRecord) -> str:
    """The record as ASCII JSON, shortened when it is larger than a dead letter may be."""
    text = json.dumps(asdict(record), default=_plain, sort_keys=True)
    if len(text) <= LONGEST_PAYLOAD:
        return text
    return json.dumps({"shortened": True, "length": len(text), "head": text[: LONGEST_PAYLOAD // 2]})


def _letter(tenant_id: TenantId, section_id: int | None, lost: Lost, now: datetime) -> DeadLetter:
    payload, reason = as_json(lost.record), lost.rejection.code
    return DeadLetter(
        institution_id=tenant_id,
        section_id=section_id,
        source=_visible(lost.record.source)[:40],
        record_key=str(lost.record.event_id),
        payload=payload,
        reason=reason,
        detail=_visible(lost.rejection.detail)[:500],
        error_class="Conflict" if reason == "conflict" else "RecordRejected",
        first_failed_at=now,
        last_failed_at=now,
        digest=hashlib.blake2b(f"{section_id}\x1f{payload}".encode(), digest_size=16).digest(),
    )


def _known(tenant_id: TenantId, digests: Iterable[bytes]) -> set[bytes]:
    known: set[bytes] = set()
    for some in batched(digests, CHUNK, strict=False):
        rows = DeadLetter.objects.for_tenant(tenant_id).filter(digest__in=some)
        known |= {bytes(digest) for digest in rows.values_list("digest", flat=True)}
    return known


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    return repr(value)


def _visible(text: str) -> str:
    """Characters that no database stores, written out."""
    return UNSTORABLE.sub(lambda found: f"\\u{ord(found.group()):04x}", text)
