from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction

from experiences.outbox.contract import Mail
from experiences.outbox.queueing import enqueue
from oracles.contract import TenantId

NOW = datetime(2026, 11, 9, 8, 0, tzinfo=UTC)


class Watch:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    def advance(self, by: timedelta) -> None:
        self.now += by


@pytest.fixture
def clock() -> Watch:
    return Watch()


def mail(key: str = "a", **fields: object) -> Mail:
    values: dict[str, object] = {"to": f"{key}@learners.example", "subject": f"About {key}", "text": f"Dear {key}"}
    return Mail(key, **{**values, **fields})  # type: ignore[arg-type]


def put(tenant_id: TenantId, *mails: Mail, now: datetime = NOW) -> frozenset[str]:
    with transaction.atomic():
        return enqueue(tenant_id, mails, now)


type Put = Callable[..., frozenset[str]]
