"""The ASGI application: pages over HTTP, dashboards over WebSocket."""

from __future__ import annotations

import gc
import os
import sys

import django
import structlog

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dashboard_project.settings")

django.setup(set_prefix=False)

from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402 the applications must be loaded first
from channels.sessions import CookieMiddleware  # noqa: E402
from django.conf import settings  # noqa: E402
from django.urls import re_path  # noqa: E402

from dashboard_project import wiring  # noqa: E402
from dashboard_project.assets import Assets  # noqa: E402
from dashboard_project.bodies import BoundedBodies  # noqa: E402
from dashboard_project.embedded import choice  # noqa: E402
from dashboard_project.handlers import handlers  # noqa: E402
from dashboard_project.headers import Headers  # noqa: E402
from dashboard_project.lifecycle import lifecycle  # noqa: E402
from dashboard_project.web.origins import OwnOriginOnly, refuse  # noqa: E402
from dashboard_project.web.urls import websocket_urlpatterns  # noqa: E402

log = structlog.get_logger(__name__)

SWITCH_SECONDS = 0.0005
"""A thread that computes hands the interpreter over after so long, not after five milliseconds: the event loop asks for
it dozens of times in a request, and would wait as often."""
sys.setswitchinterval(SWITCH_SECONDS)

application = ProtocolTypeRouter({
    "http": Headers(Assets(BoundedBodies(handlers()))),
    "websocket": OwnOriginOnly(CookieMiddleware(URLRouter([*websocket_urlpatterns, re_path("", refuse)]))),  # type: ignore[arg-type]
})  # fmt: skip

# Whatever server loaded us: the cache server lives as long as this process, and SIGTERM drains before it stops.
wiring.serve()
if not settings.REDIS_URL and not settings.TESTING:
    log.warning("no_shared_cache", reason=settings.REDIS.reason)
if settings.REDIS.embedded:
    choice.keep(settings.REDIS.embedded)
if not settings.TESTING:
    lifecycle.drain_on_sigterm()
    # What is loaded stays: the garbage collector need not look through it again, for a tenth of a second each time.
    gc.collect()
    gc.freeze()
