"""Pages. A view is: who, which scope, ask, render."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from operator import attrgetter
from typing import cast

from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from courses.access import Granted, sections_of
from courses.contract import DashboardContext, ScopeChoice
from dashboard_project import personal
from dashboard_project.web.admission import admit, turned_away, view_asked, view_shown
from dashboard_project.web.arrangement import layout_of
from dashboard_project.web.beside import with_beside
from dashboard_project.web.finding import find
from dashboard_project.web.first_paint import complete_paint, first_paint
from dashboard_project.web.frames import LONGEST_NAME
from dashboard_project.web.head import dashboard_path
from dashboard_project.web.page import Personal, dashboard_page, options
from dashboard_project.web.parts import TILE_MAKER
from dashboard_project.web.saved_views import views_of
from dashboard_project.web.tiles import Viewing
from dashboard_project.web.urlstate import Notice, write
from dashboard_project.web.workers import in_database_worker


@never_cache
@require_safe
@login_required
def sections(request: HttpRequest) -> HttpResponse:
    """The sections this person may open, by institution."""
    user = cast("User", request.user)
    entries = sections_of(user)
    where = personal.entrances(user.pk, {entry.institution_slug for entry in entries})
    grouped = [
        {"slug": slug, "name": name, "sections": [(row, where.get((slug, row.slug), "")) for row in rows]}
        for (slug, name), rows in groupby(entries, attrgetter("institution_slug", "institution_name"))
    ]
    return render(request, "sections.html", {"institutions": grouped})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
async def dashboard(request: HttpRequest, institution: str, section: str) -> HttpResponse:
    """The dashboard: complete where the answers are there, skeletons elsewhere; `complete=1` waits for everything.

    A POST is a look too: it brings part of a learner's name, which must not stand in an address.
    """
    view, notices = view_asked(request)
    access, choices = await in_database_worker(admit, request, institution, section, view)
    if not isinstance(access, Granted):
        return await in_database_worker(turned_away, request, access)
    view, notices = view_shown(access, view, notices)
    if words := request.GET.get("find"):
        if found := find(options(choices), words):
            return redirect(dashboard_path(access.context) + write(view.at(found.address)))
        notices = (*notices, Notice("nothing_found", "find"))
    context = await in_database_worker(with_beside, access.context, timezone.now())
    sought = " ".join(request.POST.get("s.name", "")[:LONGEST_NAME].split())
    viewing = Viewing(context, view, request.LANGUAGE_CODE, TILE_MAKER.moment(), sought)
    is_complete_asked = request.GET.get("complete") == "1" or request.method == "POST"
    paint = await (
        complete_paint(viewing) if is_complete_asked else first_paint(viewing, for_program=_is_program(request))
    )
    mine = await in_database_worker(_personal, access.context, choices)
    page = dashboard_page(viewing, choices, notices, paint, mine, is_complete_asked=is_complete_asked)
    return await in_database_worker(render, request, "dashboard/dashboard.html", {"page": page})


def _is_program(request: HttpRequest) -> bool:
    """Browsers say how they fetch (over TLS, and on this machine); what opens no socket, such as curl, does not."""
    return "Sec-Fetch-Mode" not in request.headers


def _personal(context: DashboardContext, choices: Sequence[ScopeChoice]) -> Personal:
    layout = layout_of(personal.arranged(context))
    return Personal(layout, views_of(context, choices), personal.has_shortcuts(context))
