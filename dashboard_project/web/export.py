"""What is on the screen as a ZIP of CSV files."""

from __future__ import annotations

from uuid import uuid4

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from courses.access import Granted
from courses.contract import DashboardContext
from dashboard_project import wiring
from dashboard_project.web.admission import admit, turned_away, view_asked
from dashboard_project.web.head import dashboard_path
from dashboard_project.web.urlstate import ViewState, write
from dashboard_project.web.workers import in_database_worker, in_worker
from snapshot.data_snapshot import get_or_build
from snapshot.export.csv_zip import ExportRequest, build_zip
from snapshot.export.inclusion import ExportRefused

UNAVAILABLE = 503


@never_cache
@require_safe
async def export(request: HttpRequest, institution: str, section: str) -> HttpResponse:
    """The file; or the dashboard, which says what was wrong with the address; or why there is no file."""
    view, notices = view_asked(request)
    access, _ = await in_database_worker(admit, request, institution, section, view)
    if not isinstance(access, Granted):
        return await in_database_worker(turned_away, request, access)
    path = dashboard_path(access.context)
    if access.fell_back or notices:
        return HttpResponseRedirect(f"{path}?{request.GET.urlencode()}")
    wanted = ExportRequest(is_partial=request.GET.get("partial") == "1", actor=f"user-{access.context.user_id}")
    snapshot = await get_or_build(access.context, wiring.ports(), timezone.now(), lambda: uuid4().hex, wiring.limits())
    try:
        content, _manifest = await in_worker(build_zip, snapshot, wanted)
    except ExportRefused as refused:
        return await in_database_worker(_refusal, request, access.context, view, refused)
    return _file(content, access.context)


def _file(content: bytes, context: DashboardContext) -> HttpResponse:
    name = f"{context.section_slug}-{context.scope.container_key or 'course'}.zip"
    return HttpResponse(
        content,
        content_type="application/zip",
        headers={"Content-Disposition": f'attachment; filename="{name}"', "X-Content-Type-Options": "nosniff"},
    )


def _refusal(request: HttpRequest, context: DashboardContext, view: ViewState, refused: ExportRefused) -> HttpResponse:
    query = write(view)
    path = dashboard_path(context)
    values = {
        "reasons": [decision.words for decision in refused.decisions],
        "back": path + query,
        "partial": f"{path}export.zip{query}{'&' if query else '?'}partial=1",
    }
    return render(request, "dashboard/export_refused.html", values, status=UNAVAILABLE)
