"""Every address of the outside contract."""

from __future__ import annotations

from django.contrib import admin
from django.urls import include, path

from dashboard_project import health, wiring
from ingest.endpoint import caliper_events, xapi_statements

urlpatterns = [
    path("healthz/live", health.live),
    path("healthz/ready", health.ready),
    path("metrics", health.metrics),
    path("admin/", admin.site.urls),
    path("api/xapi/statements", xapi_statements(wiring.reception), name="xapi-statements"),
    path("api/caliper/events", caliper_events(wiring.reception), name="caliper-events"),
    path("", include("dashboard_project.web.urls")),
]
