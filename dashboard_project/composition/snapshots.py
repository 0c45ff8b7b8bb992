"""Snapshots for whoever works in a thread: experiences get their numbers from where the page gets them."""

from __future__ import annotations

import asyncio
from uuid import uuid4

from django.utils import timezone

from courses.contract import DashboardContext
from dashboard_project import wiring
from dashboard_project.projection_rules import deployed
from snapshot.contract import Snapshot
from snapshot.data_snapshot import get_or_build


def snapshot_of(context: DashboardContext) -> Snapshot:
    """The snapshot of this scope, from the cache where it is there. Not on an event loop: it waits.

    A command calls `wiring.close` when it is done.
    """
    now = timezone.now()
    return asyncio.run(
        get_or_build(context, wiring.ports(), now, lambda: uuid4().hex, wiring.limits(), rules=deployed())
    )
