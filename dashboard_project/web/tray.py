"""The hygiene tray: what is wrong with a section's data, what changed, what to do now. One page, no script needed."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from courses.access import Access, Granted, resolve, scope_choices
from courses.queries.structure_quality import containers_of, pages_between
from courses.scopes import span_of
from dashboard_project.composition.tray import people_called, tray_service
from dashboard_project.web.admission import seen, turned_away
from dashboard_project.web.tray_address import TrayAddress, read
from dashboard_project.web.tray_page import Surroundings, TrayPage, tray_page
from dashboard_project.web.workers import in_database_worker
from experiences.contract import SectionContext
from experiences.hygiene_tray.issues import Issue
from experiences.hygiene_tray.tray import Filters
from oracles.contract import Scope

log = logging.getLogger(__name__)
MAY_MEND = "courses.change_page"


@dataclass(frozen=True, slots=True)
class Visit:
    """Who looks at the tray of which section, and which part of it is asked for."""

    context: SectionContext
    address: TrayAddress
    pages: frozenset[int] | None


@never_cache
@require_safe
async def tray(request: HttpRequest, institution: str, section: str) -> HttpResponse:
    """The tray, after a look at the data where something has moved."""
    return await in_database_worker(_tray, request, institution, section)


def visit_of(request: HttpRequest, institution: str, section: str, address: TrayAddress) -> Visit | Access:
    """The visit of whoever may look; else why not. A part that is not there is the whole section."""
    access = resolve(request.user, institution, section, address.scope)
    if not isinstance(access, Granted):
        return access
    span = span_of(access.context.scope)
    whole = replace(access.context, scope=Scope(access.context.tenant_id, access.context.scope.section_id))
    pages = None if span is None else pages_between(whole.tenant_id, whole.scope.section_id, *span)
    address = replace(address, scope="course") if access.fell_back else address
    return Visit(SectionContext(whole), address, pages)


def _tray(request: HttpRequest, institution: str, section: str) -> HttpResponse:
    visit = visit_of(request, institution, section, read(request.GET.dict()))
    if not isinstance(visit, Visit):
        return turned_away(request, visit)
    page = _page(request, visit)
    if any(row.people for row in page.rows):
        seen(visit.context.dashboard, request.user)
    return render(request, "tray/tray.html", {"page": page, **about(visit)})


def about(visit: Visit) -> dict[str, str]:
    """What the page of a section needs to know of it."""
    context = visit.context.dashboard
    return {
        "institution": context.institution_slug,
        "section": context.section_slug,
        "section_title": context.section_title,
        "current": "tray",
    }


def _page(request: HttpRequest, visit: Visit) -> TrayPage:
    service, context, address = tray_service(), visit.context, visit.address
    is_behind = not _looked(visit)
    filters = Filters(address.show, address.severity, address.kind, visit.pages, address.sort)
    found = service.get_tray(context, filters)
    return tray_page(found, address, _around(request, visit, found.issues, is_behind=is_behind))


def _looked(visit: Visit) -> bool:
    """The tray is up to date; a database that is busy leaves it as it was, and the page says so."""
    try:
        tray_service().look(visit.context)
    except OperationalError:
        log.warning("tray_look_failed", exc_info=True)
        return False
    return True


def _around(request: HttpRequest, visit: Visit, issues: Sequence[Issue], *, is_behind: bool) -> Surroundings:
    context = visit.context
    learners = {learner for issue in issues for learner in issue.blocks.learners}
    pages = {issue.page for issue in issues if issue.page is not None}
    return Surroundings(
        context=context.dashboard,
        choices=scope_choices(context.dashboard),
        people=people_called(context.tenant_id, context.section_id, learners) if learners else {},
        containers=containers_of(context.tenant_id, context.section_id, pages) if pages else {},
        may_administrate=request.user.is_staff and request.user.has_perm(MAY_MEND),
        is_behind=is_behind,
    )
