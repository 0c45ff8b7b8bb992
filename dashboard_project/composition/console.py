"""The decision console with what it needs of others: the dashboard's numbers, the tray's word, the outbox's courier."""

from __future__ import annotations

import threading
from collections.abc import Callable

import structlog
from django.conf import settings
from django.core.mail import mailers
from django.db import DatabaseError, connections
from django.utils import timezone

from courses.access import resolve_for_command
from courses.models import Institution
from dashboard_project.composition.snapshots import snapshot_of
from dashboard_project.composition.tray import tray_service
from experiences.contract import SectionContext
from experiences.decision_console.contract import Blocking, StaleApproval
from experiences.decision_console.data import DecisionConsoleDataOrchestrator
from experiences.decision_console.reading import sections_with_work
from experiences.decision_console.service import DecisionConsoleService
from experiences.outbox.delivery import ServerAway, deliver_due
from oracles.contract import TenantId

log = structlog.get_logger(__name__)


def console_service() -> DecisionConsoleService:
    """One is like the other: they keep nothing."""
    data = DecisionConsoleDataOrchestrator(snapshot_of, blocked, timezone.now, tuple(settings.MAIL_ORIGINS))
    return DecisionConsoleService(data)


def blocked(context: SectionContext) -> Blocking:
    """What an open issue of the tray keeps out of the console."""
    return tray_service().blocked(context)


def run_console() -> dict[str, int]:
    """In every section: what has a time has been executed, has expired or is back; outcomes follow the outbox.

    A decision that is not what was approved stays where it is, for people to look at.
    """
    service, done = console_service(), {"sections": 0, "executed": 0, "stale": 0}
    for institution in Institution.objects.order_by("pk"):
        for slug in sections_with_work(TenantId(institution.pk)):
            context = SectionContext(resolve_for_command(slug, institution.slug))
            done["sections"] += 1
            try:
                done["executed"] += len(service.run_due(context))
            except StaleApproval:
                done["stale"] += 1
    return done


def deliver_mail() -> dict[str, int]:
    """What is due was tried; raises ServerAway."""
    return deliver_due(timezone.now, mailers["default"]).as_dict()


class Courier:
    """Takes mail away behind the page that decided on it, in a thread that ends with its work.

    A convenience: whatever it does not do, because it failed or the process ended, `run_schedule` does.
    """

    def __init__(self, work: Callable[[], object]) -> None:
        self._work = work
        self._lock = threading.Lock()
        self._is_wanted = False
        self._thread: threading.Thread | None = None

    def call(self) -> None:
        """There is something to take away. Returns at once."""
        with self._lock:
            self._is_wanted = True
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="courier", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        try:
            while self._goes_on():
                self._work()
        except (ServerAway, DatabaseError) as error:
            log.warning("courier_gave_up", error=type(error).__name__)
            with self._lock:
                self._thread = None
        finally:
            connections.close_all()

    def _goes_on(self) -> bool:
        """Whoever calls from now on either finds work being done or starts a thread of their own."""
        with self._lock:
            goes_on, self._is_wanted = self._is_wanted, False
            if not goes_on:
                self._thread = None
            return goes_on


def _take_away() -> None:
    deliver_mail()
    run_console()


COURIER = Courier(_take_away)


def deliver_soon() -> None:
    """What was put into the outbox leaves within moments, if this process lives. The setting DELIVER_BEHIND_PAGES."""
    if settings.DELIVER_BEHIND_PAGES:
        COURIER.call()
