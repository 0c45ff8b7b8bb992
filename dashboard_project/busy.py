"""A database that is busy: who pressed a button reads that nothing was changed, and that they may press it again.

On SQLite one writes at a time, and whoever waited too long is sent away; PostgreSQL ends a statement that takes too
long. Every write of a page is one transaction, so nothing of it remains; and forms that are sent twice are done once.
"""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

import structlog
from django.contrib import messages
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.deprecation import MiddlewareMixin
from django.utils.translation import gettext as _

log = structlog.get_logger(__name__)

SOON_SECONDS = 5
"""When a program may try again."""


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


class BusyDatabaseMiddleware(MiddlewareMixin):
    """Every page that has no messages for it, the admin and the sign-in among them: a page of its own says so."""

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        return database_busy(request, error) if isinstance(error, OperationalError) else None


def database_busy(request: HttpRequest, error: OperationalError) -> HttpResponse:
    """A page that says so; a script that asked for a part of one gets a notice instead."""
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
