"""The outside as a Django app: management commands, template tags, system checks, and where writers' hints go."""

from __future__ import annotations

from django.apps import AppConfig

from ingest.hints import OUTLET, Hint


class WiredHints:
    """The composition root is loaded with the first hint: most processes never publish one."""

    def publish(self, hint: Hint) -> None:
        from dashboard_project import wiring  # noqa: PLC0415

        wiring.hints().publish(hint)


class DashboardProjectConfig(AppConfig):
    name = "dashboard_project"
    verbose_name = "Dashboard"

    def ready(self) -> None:
        from dashboard_project import checks  # noqa: F401, PLC0415

        OUTLET.lead_to(WiredHints())
