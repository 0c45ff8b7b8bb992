"""Django's handler without its changes of thread.

Django runs both halves of every middleware in a thread: for a page some twenty changes of thread, each of which waits
for the interpreter while other threads compute. Most middleware only looks at headers and never blocks: it runs on the
event loop here. Programs (who come with a token, or ask how we are) have no session, no form and no language: what is
for those is left out for them.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import cast

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured, RequestAborted
from django.core.handlers.asgi import ASGIHandler, get_script_prefix
from django.core.handlers.exception import convert_exception_to_response
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import set_script_prefix
from django.utils.module_loading import import_string

from dashboard_project.assets import Application, Receive, Scope, Send

type GetResponse = Callable[[HttpRequest], Awaitable[HttpResponseBase]]

SENDERS = "/api/"
"""Programs that send us events."""
PROBES = ("/healthz/", "/metrics")
"""Programs that ask how we are."""
FOR_PROGRAMS = frozenset({
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
})  # fmt: skip
NEVER_BLOCKS = FOR_PROGRAMS | {
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "dashboard_project.busy.BusyDatabaseMiddleware",
}
"""Neither half asks a database, a cache or a file. The others run as Django runs them."""
NOT_SERVED = "process_template_response"


class LoopHandler(ASGIHandler):
    """Answers like Django, through the middleware of these paths, from the outside in."""

    def __init__(self, paths: Sequence[str]) -> None:
        self._paths = paths
        super().__init__()

    def load_middleware(self, is_async: bool = True) -> None:  # noqa: ARG002  Django's signature
        self._view_middleware: list[object] = []
        self._template_response_middleware: list[object] = []
        self._exception_middleware: list[object] = []
        chain = cast("GetResponse", convert_exception_to_response(self._get_response_async))  # type: ignore[attr-defined]
        for path in reversed(self._paths):
            chain = self._around(chain, path)
        self._middleware_chain = chain

    def _around(self, inner: GetResponse, path: str) -> GetResponse:
        middleware = import_string(path)(inner)
        if hasattr(middleware, NOT_SERVED):
            raise ImproperlyConfigured(f"{path} has a hook that this handler does not call: {NOT_SERVED}")
        if hasattr(middleware, "process_view"):
            self._view_middleware.insert(0, self.adapt_method_mode(True, middleware.process_view))
        if hasattr(middleware, "process_exception"):
            self._exception_middleware.append(self.adapt_method_mode(False, middleware.process_exception))
        return cast(
            "GetResponse",
            convert_exception_to_response(on_loop(middleware, inner) if path in NEVER_BLOCKS else middleware),
        )


def on_loop(middleware: object, inner: GetResponse) -> GetResponse:
    """The two halves of a middleware around `inner`, called where the request is."""
    before = getattr(middleware, "process_request", lambda _request: None)
    after = getattr(middleware, "process_response", lambda _request, response: response)

    async def answered(request: HttpRequest) -> HttpResponseBase:
        response = before(request)
        return cast("HttpResponseBase", after(request, response if response is not None else await inner(request)))

    return answered


class SenderHandler(LoopHandler):
    """Answers without the thread that Django starts for each request: views for senders have threads of their own.

    So Django's signals of a request, which are for the connections of that thread, are not sent. Who leaves before the
    answer is not listened for: what they sent is dealt with all the same.
    """

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            body = await self.read_body(receive)
        except RequestAborted:
            return
        with body:
            set_script_prefix(get_script_prefix(scope))
            request, refusal = self.create_request(scope, body)
            response = refusal if request is None else await self.get_response_async(request)
            await self.send_response(cast("HttpResponseBase", response), send)


class Addressed:
    """Hands each request to who answers at its address."""

    def __init__(self, senders: Application, probes: Application, pages: Application) -> None:
        self._programs = ((SENDERS, senders), (PROBES, probes))
        self._pages = pages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = str(scope["path"])
        await next((answers for start, answers in self._programs if path.startswith(start)), self._pages)(
            scope, receive, send
        )


def for_programs(paths: Iterable[str]) -> list[str]:
    """Of the middleware in the settings, in its order."""
    return [path for path in paths if path in FOR_PROGRAMS]


def handlers() -> Application:
    """What answers over HTTP, behind files and bounds."""
    bare = for_programs(settings.MIDDLEWARE)
    return Addressed(SenderHandler(bare), LoopHandler(bare), LoopHandler(settings.MIDDLEWARE))
