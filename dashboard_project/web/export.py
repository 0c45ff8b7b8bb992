"""What is on the screen as a file: the whole dashboard as a ZIP, or one table as CSV.

The page's links carry the id of the snapshot that is shown; that one is exported, whatever has moved since, and the
database is asked only who may have it. Without an id the current numbers are. Before a byte leaves, the file is
finished, and if it names learners, it is written down who gets it.
"""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter
from uuid import uuid4

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from courses.access import Granted, resolve
from courses.audit import Actor, NotRecorded
from courses.contract import DashboardContext
from dashboard_project import wiring
from dashboard_project.exporting import ExportedFile, ai_document, one_table, whole_dashboard, write_down
from dashboard_project.meters import ExportStatus, record_export
from dashboard_project.projection_rules import deployed
from dashboard_project.web import export_answers as answers
from dashboard_project.web.admission import turned_away, view_asked
from dashboard_project.web.export_answers import Asked
from dashboard_project.web.head import dashboard_path
from dashboard_project.web.shown import SHOWN
from dashboard_project.web.workers import in_database_worker, in_worker
from snapshot.contract import Capability, Snapshot
from snapshot.data_snapshot import get_or_build
from snapshot.export.contract import ExportRequest
from snapshot.export.datasets import tables_of
from snapshot.export.inclusion import ExportRefused

type Make = Callable[[Snapshot, ExportRequest], ExportedFile]


@never_cache
@require_safe
async def export(request: HttpRequest, institution: str, section: str) -> HttpResponse:
    """The ZIP; or the dashboard, which says what was wrong with the address; or why there is no file."""
    return await _export(request, institution, section, lambda snapshot, wanted: whole_dashboard(snapshot, wanted)[0])


@never_cache
@require_safe
async def export_table(request: HttpRequest, institution: str, section: str, capability: str) -> HttpResponse:
    """One table of a tile, byte for byte as in the ZIP; the tile's first unless `dataset` names another."""
    tables = {dataset.id: dataset for dataset in tables_of(Capability(capability))}
    dataset = tables.get(request.GET.get("dataset") or next(iter(tables)))
    if dataset is None:
        return await in_database_worker(answers.not_there, request)
    return await _export(request, institution, section, lambda snapshot, wanted: one_table(snapshot, dataset, wanted))


@never_cache
@require_safe
async def ai_context(request: HttpRequest, institution: str, section: str, ending: str) -> HttpResponse:
    """What is on the screen for a language model, as Markdown or JSON; it names nobody."""
    return await _export(request, institution, section, lambda snapshot, _: ai_document(snapshot, ending))


async def _export(request: HttpRequest, institution: str, section: str, make: Make) -> HttpResponse:
    view, notices = view_asked(request)
    access = await in_database_worker(resolve, request.user, institution, section, view.scope, view.threshold)
    if not isinstance(access, Granted):
        return await in_database_worker(turned_away, request, access)
    context, snapshot_id = access.context, request.GET.get("snapshot", "")
    kept = await _kept(context, snapshot_id, view.scope, view.threshold)
    if notices or (access.fell_back and kept is None):
        return HttpResponseRedirect(f"{dashboard_path(context)}?{request.GET.urlencode()}")
    asked = Asked(request, context, view, _wanted(request, context))
    if kept is None and snapshot_id:
        return await in_database_worker(answers.gone, asked)
    return await _answer(asked, make, kept or await _current(context))


def _wanted(request: HttpRequest, context: DashboardContext) -> ExportRequest:
    """Excel on Windows needs the byte-order mark, so a browser gets it unless it says `bom=0`."""
    is_partial, bom = request.GET.get("partial") == "1", request.GET.get("bom") != "0"
    return ExportRequest(is_partial=is_partial, bom=bom, actor=f"user-{context.user_id}")


async def _kept(context: DashboardContext, snapshot_id: str, scope: str, threshold: int) -> Snapshot | None:
    """The snapshot under this id, if it is of this section and of what the address says."""
    found = await SHOWN.find(context.tenant_id, snapshot_id) if snapshot_id else None
    if found is None or found.scope.section_id != context.scope.section_id:
        return None
    shown = (found.scope.address, found.metadata.semantics.progress_threshold)
    return found if shown == (scope, threshold) else None


async def _current(context: DashboardContext) -> Snapshot:
    """The numbers as they are now; kept, so that the file can be verified."""
    found = await get_or_build(
        context, wiring.ports(), timezone.now(), lambda: uuid4().hex, wiring.limits(), rules=deployed()
    )
    SHOWN.put(found)
    return found


async def _answer(asked: Asked, make: Make, snapshot: Snapshot) -> HttpResponse:
    """The file, or why there is none; counted either way."""
    started_at = perf_counter()
    status = ExportStatus.FAILED
    try:
        file = await in_worker(make, snapshot, asked.wanted)
        actor = Actor(asked.wanted.actor, asked.request.user.get_username())
        await in_database_worker(write_down, asked.context, actor, file, uuid4().hex, timezone.now())
        status = ExportStatus.WHOLE if file.is_whole else ExportStatus.PARTIAL
        return answers.handed_over(file)
    except ExportRefused as refused:
        status = ExportStatus.REFUSED
        return await in_database_worker(answers.refused, asked, refused.decisions)
    except NotRecorded:
        return await in_database_worker(answers.unrecorded, asked)
    finally:
        record_export(snapshot.scope, status, perf_counter() - started_at)
