"""The outside as a Django app: management commands, template tags, system checks."""

from __future__ import annotations

from django.apps import AppConfig


class DashboardProjectConfig(AppConfig):
    name = "dashboard_project"
    verbose_name = "Dashboard"

    def ready(self) -> None:
        from dashboard_project import checks  # noqa: F401, PLC0415
