"""Who comes to a page, and to which view of which section: asked the same way by every page of a section."""

from __future__ import annotations

import logging
from collections.abc import Iterable

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from courses.access import Access, Granted, SignInRequired, resolve, scope_choices
from courses.audit import note_view
from courses.contract import DashboardContext, ScopeChoice
from dashboard_project.meters import record_audit_failure
from dashboard_project.web.urlstate import COURSE, Notice, ViewState, read

log = logging.getLogger("lectern.audit")

NOT_STATE = frozenset({"bom", "complete", "dataset", "find", "partial", "retry", "since", "snapshot"})
"""Parameters of the pages that are not part of what is looked at."""


def view_asked(request: HttpRequest) -> tuple[ViewState, tuple[Notice, ...]]:
    """The view in the address, and what of it was not understood."""
    return read(_pairs(request))


def admit(
    request: HttpRequest, institution: str, section: str, view: ViewState
) -> tuple[Access, tuple[ScopeChoice, ...]]:
    """Access to the view's scope, and the scopes there are. Queries: run it in a worker."""
    access = resolve(request.user, institution, section, view.scope, view.threshold)
    if isinstance(access, Granted):
        seen(access.context, request.user)
    return access, scope_choices(access.context) if isinstance(access, Granted) else ()


def view_shown(access: Granted, view: ViewState, notices: tuple[Notice, ...]) -> tuple[ViewState, tuple[Notice, ...]]:
    """The view there is to see: where its part of the course is not there, the whole course, and that is said."""
    if not access.fell_back:
        return view, notices
    return view.at(COURSE), (*notices, Notice("unknown_scope", "scope"))


def seen(context: DashboardContext, person: AbstractBaseUser | AnonymousUser) -> None:
    """It is known that this person opens pages that name learners. Queries: call it in a worker.

    A page stays readable while that cannot be written (a file would not leave): the failure is counted, and an alarm.
    """
    try:
        note_view(context, person.get_username(), timezone.now())
    except (DatabaseError, InterfaceError):
        record_audit_failure()
        log.exception("view_not_recorded", extra={"section": context.scope.section_id})


def turned_away(request: HttpRequest, access: Access) -> HttpResponse:
    """To sign-in, or the one answer for what is not there and what is not theirs."""
    if isinstance(access, SignInRequired):
        return redirect_to_login(request.get_full_path())
    return render(request, "404.html", status=404)


def _pairs(request: HttpRequest) -> Iterable[tuple[str, str]]:
    for name, values in request.GET.lists():
        if name not in NOT_STATE:
            yield from ((name, str(value)) for value in values)
