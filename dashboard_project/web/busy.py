"""A database that is busy: who pressed a button reads that nothing was changed, and that they may press it again.

On SQLite one writes at a time, and whoever waited too long is sent away; PostgreSQL ends a statement that takes too
long. Every write of a page is one transaction, so nothing of it remains; and forms that are sent twice are done once.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from functools import wraps
from http import HTTPStatus
from typing import Concatenate

import structlog
from django.contrib import messages
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from dashboard_project.web.workers import in_database_worker

log = structlog.get_logger(__name__)

SOON_SECONDS = 5
"""When a program may try again."""

type View[**P] = Callable[Concatenate[HttpRequest, P], HttpResponse]
type AsyncView[**P] = Callable[Concatenate[HttpRequest, P], Coroutine[None, None, HttpResponse]]


def unless_busy(
    request: HttpRequest, act: Callable[[], HttpResponse], back: Callable[[], HttpResponse]
) -> HttpResponse:
    """What was asked for is done; or the page it was asked on says why not, in its messages."""
    try:
        return act()
    except OperationalError as error:
        _note(error)
        messages.error(request, _("The database is busy: nothing was changed. It is safe to press the button again."))
        return back()


def says_when_busy[**P](view: View[P]) -> View[P]:
    """For a page that has no messages: a page of its own says so; a script that asked for a part gets a notice."""

    @wraps(view)
    def answered(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except OperationalError as error:
            return _busy(request, error)

    return answered


def says_when_busy_later[**P](view: AsyncView[P]) -> AsyncView[P]:
    """The same for a view that is awaited."""

    @wraps(view)
    async def answered(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            return await view(request, *args, **kwargs)
        except OperationalError as error:
            return await in_database_worker(_busy, request, error)

    return answered


def _busy(request: HttpRequest, error: OperationalError) -> HttpResponse:
    _note(error)
    if request.headers.get("HX-Request"):
        notice = render(request, "dashboard/busy.html")
        notice["HX-Reswap"] = "none"  # what stands there is still right
        return notice
    answer = render(request, "503.html", status=HTTPStatus.SERVICE_UNAVAILABLE)
    answer["Retry-After"] = str(SOON_SECONDS)
    return answer


def _note(error: OperationalError) -> None:
    """The text of the error is left out: a database may name in it what it was given."""
    log.warning("database_busy", error=type(error.__cause__ or error).__name__)
