"""The page of the student-support parameters: what they are, what others would do, and saving them for everybody.

A preview is a GET and changes nothing: assistants may have one too. Saving says which version its author had seen.
"""

from __future__ import annotations

from http import HTTPStatus

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from coordinator.answers import answers_for
from coordinator.contract import Profile
from courses.access import Granted
from courses.audit import Actor
from courses.contract import DashboardContext, ScopeChoice
from courses.support_settings import DEFAULTS, Edit, Outcome, Saved, Unchanged, changes_of, save
from dashboard_project import wiring
from dashboard_project.projection_rules import deployed
from dashboard_project.web.admission import admit, turned_away
from dashboard_project.web.head import dashboard_path
from dashboard_project.web.parameters_form import ParametersForm, form_of
from dashboard_project.web.parameters_page import Asking, Groupings, draft_of, parameters_page
from dashboard_project.web.urlstate import COURSE, read
from dashboard_project.web.workers import in_database_worker, in_worker
from ingest.hints import announce
from oracles.contract import LEARNER_INFO, PROGRESS_PROFICIENCY
from snapshot.contract import Metadata
from snapshot.data_snapshot import metadata, newest
from snapshot.projections.regrouping import Results, grouped_by

NEEDED = Profile(frozenset({LEARNER_INFO, PROGRESS_PROFICIENCY}))
OUTCOMES = frozenset({"saved", "reset"})
LONGEST_VERSION = 9
"""Digits."""


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
async def parameters(request: HttpRequest, institution: str, section: str) -> HttpResponse:
    """The page; a POST saves, or says who was first."""
    asked = request.POST if request.method == "POST" else request.GET
    view, _ = read([("scope", asked.get("scope") or COURSE)])
    access, choices = await in_database_worker(admit, request, institution, section, view)
    if not isinstance(access, Granted):
        return await in_database_worker(turned_away, request, access)
    form = form_of(asked.dict())
    if request.method == "POST":
        return await _saved(request, access.context, choices, form)
    outcome = request.GET.get("done", "")
    asking = Asking(access.context, choices, form, outcome=outcome if outcome in OUTCOMES else "")
    return await _page(request, asking, HTTPStatus.OK)


async def _saved(
    request: HttpRequest, context: DashboardContext, choices: tuple[ScopeChoice, ...], form: ParametersForm | None
) -> HttpResponse:
    """To the page that says so; or the page again, with the reason why not."""
    edit = _edit(request, form)
    if not context.may_set:
        asking = Asking(context, choices, form, outcome="not_permitted")
        return await _page(request, asking, HTTPStatus.FORBIDDEN)
    if edit is None:
        return await _page(request, Asking(context, choices, form, outcome="invalid"), HTTPStatus.BAD_REQUEST)
    actor = Actor(f"user-{context.user_id}", request.user.get_username())
    outcome = await in_database_worker(save_and_tell, context, edit, actor)
    match outcome:
        case Saved():
            return HttpResponseRedirect(_address(context, "reset" if edit.is_reset else "saved"))
        case Unchanged():
            return await _page(request, Asking(context, choices, form, outcome="unchanged"), HTTPStatus.OK)
    access, choices = await in_database_worker(
        admit, request, context.institution_slug, context.section_slug, read([("scope", context.scope.address)])[0]
    )
    if not isinstance(access, Granted):
        return await in_database_worker(turned_away, request, access)
    asking = Asking(access.context, choices, form, conflict=outcome)
    return await _page(request, asking, HTTPStatus.CONFLICT)


def save_and_tell(context: DashboardContext, edit: Edit, actor: Actor) -> Outcome:
    """Saved, and open dashboards hear that there is something new; or not saved."""
    with transaction.atomic():
        outcome = save(context, edit, actor, timezone.now())
        if isinstance(outcome, Saved):
            announce(context.tenant_id, [context.scope.section_id])
    return outcome


def _edit(request: HttpRequest, form: ParametersForm | None) -> Edit | None:
    """What is to be saved; `None` when it cannot be."""
    version = request.POST.get("version", "")
    if not (version.isascii() and version.isdigit() and len(version) <= LONGEST_VERSION):
        return None
    if request.POST.get("action") == "reset":
        return Edit(DEFAULTS, int(version), is_reset=True)
    draft = draft_of(form)
    return None if draft is None else Edit(draft, int(version))


def _address(context: DashboardContext, done: str) -> str:
    scope = context.scope.address
    return f"{dashboard_path(context)}parameters/?done={done}" + ("" if scope == COURSE else f"&scope={scope}")


async def _page(request: HttpRequest, asking: Asking, status: HTTPStatus) -> HttpResponse:
    context = asking.context
    results = await answers_for(context.scope, NEEDED, wiring.ports(), wiring.limits())
    about = metadata(context, timezone.now(), newest(results))
    groupings = await in_worker(_groupings, asking, about, results)
    history = await in_database_worker(changes_of, context.scope)
    page = parameters_page(asking, groupings, history)
    kwargs = {"institution": context.institution_slug, "section": context.section_slug}
    values = {"page": page, "section_title": context.section_title, "current": "parameters", **kwargs}
    return await in_database_worker(render, request, "dashboard/parameters.html", values, status=status)


def _groupings(asking: Asking, about: Metadata, results: Results) -> Groupings | None:
    """The same answers grouped twice; `None` where one of them could not be had."""
    rules = deployed()
    now = grouped_by(asking.context.semantics.support, about, results, rules)
    draft = draft_of(asking.form)
    then = now if draft is None else grouped_by(draft, about, results, rules)
    return Groupings(now, then) if now is not None and then is not None else None
