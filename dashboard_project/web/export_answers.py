"""What an export is answered with: the file, or a page that says why there is none and what can be done."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import quote, urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise

from courses.contract import DashboardContext
from dashboard_project.exporting import ExportedFile
from dashboard_project.web.fragments import TITLES
from dashboard_project.web.head import dashboard_path
from dashboard_project.web.urlstate import ViewState, write
from snapshot.export.contract import ExportRequest, Inclusion
from snapshot.export.inclusion import Decision

log = logging.getLogger("lectern.export")


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asked for a file of what, and how it is wanted."""

    request: HttpRequest
    context: DashboardContext
    view: ViewState
    wanted: ExportRequest

    @property
    def back(self) -> str:
        return dashboard_path(self.context) + write(self.view)

    def again(self, *without: str, **changes: str) -> str:
        """The same address, without these parameters and with these."""
        query = {name: value for name, value in self.request.GET.items() if name not in without} | changes
        return f"{self.request.path}?{urlencode(query, safe=':')}" if query else self.request.path


@dataclass(frozen=True, slots=True)
class Lack:
    """One table that is not to be had: of which tile, and why."""

    title: Promise | str
    dataset: str
    reason: str


def handed_over(file: ExportedFile) -> HttpResponse:
    """All of its bytes; a body that breaks off is shorter than announced."""
    return HttpResponse(
        file.content,
        content_type=file.media_type,
        headers={
            "Content-Length": str(len(file.content)),
            "Content-Disposition": f"attachment; filename=\"{file.name}\"; filename*=UTF-8''{quote(file.name)}",
            "X-Content-Type-Options": "nosniff",
        },
    )


def refused(asked: Asked, decisions: Sequence[Decision]) -> HttpResponse:
    """Every reason; and the choice of a part, where there is one to be had."""
    lacks = [_lack(decision) for decision in decisions]
    is_broken = any(decision.is_broken for decision in decisions)
    may_be_partial = is_broken and not asked.wanted.is_partial
    log.info("export_refused", extra={"datasets": ",".join(lack.dataset for lack in lacks)})
    values = {"lacks": lacks, "back": asked.back, "partial": asked.again(partial="1") if may_be_partial else ""}
    status = HTTPStatus.SERVICE_UNAVAILABLE if is_broken else HTTPStatus.NOT_FOUND
    return render(asked.request, "dashboard/export_refused.html", values, status=status)


def gone(asked: Asked) -> HttpResponse:
    """What was on the screen is no longer kept, or never was this section's; the current numbers are offered."""
    values = {"back": asked.back, "current": asked.again("snapshot")}
    return render(asked.request, "dashboard/export_gone.html", values, status=HTTPStatus.NOT_FOUND)


def unrecorded(asked: Asked) -> HttpResponse:
    """Nobody is given learners' names without a trace."""
    log.error("export_not_recorded")
    values = {"back": asked.back, "again": asked.again()}
    return render(asked.request, "dashboard/export_unrecorded.html", values, status=HTTPStatus.SERVICE_UNAVAILABLE)


def not_there(request: HttpRequest) -> HttpResponse:
    return render(request, "404.html", status=HTTPStatus.NOT_FOUND)


def _lack(decision: Decision) -> Lack:
    needs, name = decision.dataset.needs, decision.dataset.id
    title = name if needs is None else TITLES.get(needs, name)
    return Lack(title, name, decision.reason or Inclusion.UNAVAILABLE.value)
