"""The ASGI application: pages over HTTP, dashboards over WebSocket."""

from __future__ import annotations

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dashboard_project.settings")

pages = get_asgi_application()

from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402 the applications must be loaded first
from channels.sessions import CookieMiddleware  # noqa: E402
from django.urls import re_path  # noqa: E402

from dashboard_project.web.origins import OwnOriginOnly, refuse  # noqa: E402
from dashboard_project.web.urls import websocket_urlpatterns  # noqa: E402

application = ProtocolTypeRouter({
    "http": pages,
    "websocket": OwnOriginOnly(CookieMiddleware(URLRouter([*websocket_urlpatterns, re_path("", refuse)]))),
})  # fmt: skip
