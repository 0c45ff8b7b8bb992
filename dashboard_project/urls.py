"""Every address of the outside contract."""

from __future__ import annotations

from django.contrib import admin
from django.urls import include, path

from dashboard_project import health

urlpatterns = [
    path("healthz/live", health.live),
    path("healthz/ready", health.ready),
    path("metrics", health.metrics),
    path("admin/", admin.site.urls),
    path("", include("dashboard_project.web.urls")),
]
