"""What the commands that print numbers share: a context and rules from arguments, a snapshot from the one path."""

from __future__ import annotations

import asyncio
from argparse import ArgumentParser
from collections.abc import Mapping
from datetime import datetime
from typing import cast
from uuid import uuid4

from django.core.cache import cache
from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import CommandError

from courses.access import THRESHOLDS, AccessError, resolve_for_command
from courses.contract import DashboardContext
from dashboard_project import wiring
from dashboard_project.environment import Environment
from dashboard_project.kept_snapshots import KeptSnapshots
from dashboard_project.projection_rules import deployed, named
from snapshot import data_snapshot
from snapshot.contract import Snapshot
from snapshot.projections.rules import Rules, UnknownVersion


def add_scope_arguments(parser: ArgumentParser) -> None:
    """`--section`, `--scope`, `--institution`, `--threshold`."""
    parser.add_argument("--section", required=True, help="slug of the section")
    parser.add_argument("--scope", default="course", help="course (default) or container:<key>")
    parser.add_argument("--institution", help="slug; needed where several institutions have the section's slug")
    parser.add_argument(
        "--threshold", type=int, default=100, choices=sorted(THRESHOLDS), help="percent of pages that means completed"
    )


def add_version_argument(parser: ArgumentParser) -> None:
    """`--projection NAME=VERSION`, as often as there are projections."""
    parser.add_argument(
        "--projection",
        action="append",
        default=[],
        metavar="NAME=VERSION",
        help="derive this projection by that version of its rule, whatever PROJECTION_VERSIONS says",
    )


def rules_of(options: Mapping[str, object]) -> Rules:
    """The rules that the arguments and the deployment choose; a `CommandError` where there are none."""
    pairs = ",".join(cast("list[str]", options.get("projection") or []))
    try:
        return deployed(named(Environment({"--projection": pairs}).versions("--projection")))
    except ImproperlyConfigured as error:
        raise CommandError(str(error)) from error
    except UnknownVersion as error:
        raise CommandError(f"--projection: {error}") from error


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


def build(context: DashboardContext, now: datetime, rules: Rules | None = None) -> Snapshot:
    """The snapshot of the context, as of now (aware); kept, so that an export of it can be verified.

    Under the rules of the deployment, unless others are given.
    """
    try:
        return asyncio.run(_build(context, now, rules or deployed()))
    finally:
        wiring.close()


async def _build(context: DashboardContext, now: datetime, rules: Rules) -> Snapshot:
    made = await data_snapshot.get_or_build(
        context, wiring.ports(), now, lambda: uuid4().hex, wiring.limits(), rules=rules
    )
    await kept().save(made)
    return made


def kept() -> KeptSnapshots:
    """Where snapshots are kept."""
    return KeptSnapshots(cache)
