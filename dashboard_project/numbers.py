"""What the commands that print numbers share: a context from arguments, a snapshot from the one path."""

from __future__ import annotations

import asyncio
from argparse import ArgumentParser
from collections.abc import Mapping
from datetime import datetime
from typing import cast
from uuid import uuid4

from django.core.cache import cache
from django.core.management.base import CommandError

from courses.access import THRESHOLDS, AccessError, resolve_for_command
from courses.contract import DashboardContext
from dashboard_project import wiring
from dashboard_project.kept_snapshots import KeptSnapshots
from snapshot import data_snapshot
from snapshot.contract import Snapshot


def add_scope_arguments(parser: ArgumentParser) -> None:
    """`--section`, `--scope`, `--institution`, `--threshold`."""
    parser.add_argument("--section", required=True, help="slug of the section")
    parser.add_argument("--scope", default="course", help="course (default) or container:<key>")
    parser.add_argument("--institution", help="slug; needed where several institutions have the section's slug")
    parser.add_argument(
        "--threshold", type=int, default=100, choices=sorted(THRESHOLDS), help="percent of pages that means completed"
    )


def context_of(options: Mapping[str, object]) -> DashboardContext:
    """The context that the arguments name; a `CommandError` where they name nothing."""
    institution = options.get("institution")
    try:
        return resolve_for_command(
            str(options["section"]),
            str(institution) if institution else None,
            str(options["scope"]),
            cast("int", options["threshold"]),
        )
    except AccessError as error:
        raise CommandError(str(error)) from error


def build(context: DashboardContext, now: datetime) -> Snapshot:
    """The snapshot of the context, as of now (aware); kept, so that an export of it can be verified."""
    try:
        return asyncio.run(_build(context, now))
    finally:
        wiring.close()


async def _build(context: DashboardContext, now: datetime) -> Snapshot:
    made = await data_snapshot.get_or_build(context, wiring.ports(), now, lambda: uuid4().hex, wiring.limits())
    await kept().save(made)
    return made


def kept() -> KeptSnapshots:
    """Where snapshots are kept."""
    return KeptSnapshots(cache)
