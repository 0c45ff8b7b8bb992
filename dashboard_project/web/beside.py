"""What tiles say beside their numbers, looked up with the scope: two indexed queries, none of them while painting."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from courses.access import Access, Granted
from courses.concerns import holding
from courses.contract import Beside, DashboardContext, Earlier
from dashboard_project.kept_facts import day_of, newest_until, retention_days
from snapshot.fingerprint import config_signature

WEEK = timedelta(days=7)
COMPARED = ("summary.average_progress_pct", "summary.average_assessment_pct")
"""They depend on no setting: yesterday's are comparable whatever was set since."""
COMPARED_UNDER_THE_SAME_SETTINGS = ("summary.average_proficiency_pct",)


def with_beside(context: DashboardContext, now: datetime) -> DashboardContext:
    """The context, with what is beside the numbers of its scope."""
    return replace(context, beside=Beside(holding(context.scope, now), _a_week_ago(context, now)))


def let_in_with_beside(access: Access, now: datetime) -> Access:
    """The same for whoever was let in."""
    if not isinstance(access, Granted):
        return access
    return replace(access, context=with_beside(access.context, now))


def with_earlier(context: DashboardContext, now: datetime) -> DashboardContext:
    """The same where the section's words about learners are known already: one query."""
    return replace(context, beside=replace(context.beside, earlier=_a_week_ago(context, now)))


def _a_week_ago(context: DashboardContext, now: datetime) -> Earlier | None:
    """The newest kept numbers that are at least a week old."""
    if not retention_days():
        return None
    signature = config_signature(context.semantics)
    found = newest_until(context.scope, day_of(now - WEEK, context.time_zone), signature)
    if found is None:
        return None
    is_same = found.kept.config_signature == signature
    names = (*COMPARED, *COMPARED_UNDER_THE_SAME_SETTINGS) if is_same else COMPARED
    values = ((name, found.kept.facts.get(name)) for name in names)
    return Earlier(found.taken_at, tuple((name, float(value)) for name, value in values if value is not None))
