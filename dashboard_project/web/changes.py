"""What changed since the last visit, a week ago, or a day whose numbers are kept: one page, no script needed."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from courses.access import Granted
from courses.contract import DashboardContext
from dashboard_project import wiring
from dashboard_project.kept_facts import basis, day_of, days_kept, events_reported, last_visit, newest_until
from dashboard_project.projection_rules import deployed
from dashboard_project.web.admission import admit, turned_away, view_asked, view_shown
from dashboard_project.web.changes_page import A_WEEK, LAST_VISIT, Asking, Present, Since, State, changes_page
from dashboard_project.web.export_answers import not_there
from dashboard_project.web.ids import is_id
from dashboard_project.web.urlstate import Notice
from dashboard_project.web.workers import in_database_worker
from oracles.contract import TREND, Loaded, Scope
from oracles.payloads import Trend
from snapshot.data_snapshot import get_or_build
from snapshot.fingerprint import config_signature

WEEK = timedelta(days=7)


@never_cache
@require_safe
async def changes(request: HttpRequest, institution: str, section: str) -> HttpResponse:
    """Every number that is not what it was; 404 for kept numbers that are not this scope's."""
    view, notices = view_asked(request)
    access, choices = await in_database_worker(admit, request, institution, section, view)
    if not isinstance(access, Granted):
        return await in_database_worker(turned_away, request, access)
    view, notices = view_shown(access, view, notices)
    asked = request.GET.get("since") or LAST_VISIT
    if not _is_known(asked):
        asked, notices = LAST_VISIT, (*notices, Notice("invalid_value", "since"))
    since = await in_database_worker(_since, access.context, asked, timezone.now())
    if since is None:
        return await in_database_worker(not_there, request)
    asking = Asking(access.context, view, choices, notices)
    page = changes_page(asking, since, await _present(access.context))
    return await in_database_worker(render, request, "dashboard/changes.html", {"page": page})


def _is_known(asked: str) -> bool:
    return is_id(asked) or asked in {LAST_VISIT, A_WEEK}


def _since(context: DashboardContext, asked: str, now: datetime) -> Since | None:
    """What is kept of then; `None` when an id is asked for that is not this scope's."""
    scope, days = context.scope, days_kept(context.scope)
    if asked.isdigit():
        found = basis(scope, int(asked))
        return None if found is None else Since(asked, State.COMPARED, found, days)
    moment = now - WEEK if asked == A_WEEK else last_visit(context, now)
    if moment is None:
        return Since(asked, State.FIRST_VISIT, days=days)
    found = newest_until(scope, day_of(moment, context.time_zone), config_signature(context.semantics))
    return Since(asked, State.NOTHING_KEPT if found is None else State.COMPARED, found, days)


async def _present(context: DashboardContext) -> Present:
    """The numbers, the events counted right after them, and the weeks; asked side by side."""
    now = timezone.now()
    snapshot, trend = await asyncio.gather(
        get_or_build(context, wiring.ports(), now, lambda: uuid4().hex, wiring.limits(), rules=deployed()),
        _trend(context.scope),
    )
    return Present(snapshot, await in_database_worker(events_reported, context.scope), trend)


async def _trend(scope: Scope) -> Trend | None:
    answer = await wiring.ask(scope, TREND)
    return answer.payload if isinstance(answer, Loaded) and isinstance(answer.payload, Trend) else None
