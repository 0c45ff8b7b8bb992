"""The page of those who operate an institution. Anybody else finds nothing under this address."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus

import msgspec
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from courses.access import operated_by
from courses.audit import Actor
from courses.models import Institution
from dashboard_project.retention import RULES
from dashboard_project.web.ops_report import OpsReport, ops_report
from ingest.hiding import hide_names
from oracles.contract import TenantId

NAMES = {"hide": True, "show": False}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def ops(request: HttpRequest) -> HttpResponse:
    """One of the institutions that the person operates, the first unless `institution` names another.

    As JSON with `format=json`. A POST turns the switch that hides names.
    """
    operated = operated_by(request.user)
    chosen = _chosen(operated, (request.POST if request.method == "POST" else request.GET).get("institution", ""))
    if chosen is None:
        return render(request, "404.html", status=HTTPStatus.NOT_FOUND)
    if request.method == "POST":
        return _switched(request, chosen)
    report = ops_report(chosen, timezone.now())
    if request.GET.get("format") == "json":
        return HttpResponse(as_json(report), content_type="application/json")
    values = {"report": report, "operated": operated, "institution": chosen, "retention": RULES}
    return render(request, "ops/ops.html", values)


def as_json(report: OpsReport) -> bytes:
    """The machine form of the page."""
    return msgspec.json.encode(report)


def _chosen(operated: Sequence[Institution], slug: str) -> Institution | None:
    """A slug that is not among them is not there; none stands for the first."""
    return next((each for each in operated if slug in {"", each.slug}), None)


def _switched(request: HttpRequest, institution: Institution) -> HttpResponse:
    asked = request.POST.get("names", "")
    if asked not in NAMES:
        return render(request, "400.html", status=HTTPStatus.BAD_REQUEST)
    actor = Actor(f"user-{request.user.pk}", request.user.get_username())
    hide_names(TenantId(institution.pk), actor, timezone.now(), is_hidden=NAMES[asked])
    return redirect(f"{reverse('ops')}?institution={institution.slug}#names")
