"""The outside as a Django app: management commands, template tags, system checks, and where writers' hints go."""

from __future__ import annotations

from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in
from django.http import HttpRequest
from django.utils import timezone

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
        user_logged_in.connect(_begin_session, dispatch_uid="session begins")


def _begin_session(request: HttpRequest | None = None, **_: object) -> None:
    """The eight hours begin with each sign-in, also of somebody who was signed in."""
    from dashboard_project.sessions import begin  # noqa: PLC0415

    if request is not None:
        begin(request.session, timezone.now().timestamp())
