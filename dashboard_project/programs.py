"""Django for programs: who comes with a token, or asks how we are, has no session, no form and no language.

Django runs both halves of every middleware in a thread: twenty changes of thread for a request, each of which waits for
the interpreter while other threads compute. What counts for a program never blocks, and runs on the loop here.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import reduce
from typing import cast

from django.conf import settings
from django.core.handlers.asgi import ASGIHandler
from django.core.handlers.exception import convert_exception_to_response
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.module_loading import import_string

from dashboard_project.assets import Application, Receive, Scope, Send

type GetResponse = Callable[[HttpRequest], Awaitable[HttpResponseBase]]
type Half[A] = Callable[..., A]

ADDRESSES = ("/api/", "/healthz/", "/metrics")
FOR_PROGRAMS = frozenset({
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
})  # fmt: skip
"""Of the middleware in the settings, in their order: each looks at headers only."""


class ProgramHandler(ASGIHandler):
    """Answers like Django, with the middleware that is `FOR_PROGRAMS` and no other."""

    def load_middleware(self, is_async: bool = True) -> None:  # noqa: ARG002  Django's signature
        self._view_middleware: list[object] = []
        self._template_response_middleware: list[object] = []
        self._exception_middleware: list[object] = []
        innermost = cast("GetResponse", convert_exception_to_response(self._get_response_async))  # type: ignore[attr-defined]
        chosen = [import_string(path) for path in settings.MIDDLEWARE if path in FOR_PROGRAMS]
        self._middleware_chain = reduce(lambda inner, kind: on_loop(kind, inner), reversed(chosen), innermost)


class Programs:
    """Hands requests below `ADDRESSES` to the handler of programs, all others to the pages."""

    def __init__(self, programs: Application, pages: Application) -> None:
        self._programs = programs
        self._pages = pages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_programs = str(scope["path"]).startswith(ADDRESSES)
        await (self._programs if is_programs else self._pages)(scope, receive, send)


def on_loop(kind: Callable[[GetResponse], object], inner: GetResponse) -> GetResponse:
    """A middleware of two halves around `inner`, both called where the request is."""
    middleware = kind(inner)
    before: Half[HttpResponseBase | None] = getattr(middleware, "process_request", lambda _request: None)
    after: Half[HttpResponseBase] = getattr(middleware, "process_response", lambda _request, response: response)

    async def answered(request: HttpRequest) -> HttpResponseBase:
        response = before(request)
        return after(request, response if response is not None else await inner(request))

    return cast("GetResponse", convert_exception_to_response(answered))
