"""The digest, built from the tray, the console and the snapshots that the pages show: so their numbers agree."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import DatabaseError
from django.urls import reverse
from django.utils import timezone

from courses.access import AccessError
from courses.contract import DashboardContext
from courses.models import Institution
from dashboard_project.composition.console import console_service
from dashboard_project.composition.console_reading import read_console
from dashboard_project.composition.snapshots import snapshot_of
from dashboard_project.composition.tray import tray_service
from experiences.calculators.data_quality import Severity
from experiences.calculators.levels import Confidence, Level, grade_of
from experiences.contract import SectionContext
from experiences.decision_console.service import DecisionConsoleService
from experiences.digest.contract import ConsoleReading, Point, ScoreThen, SourceUnavailable, TrayReading
from experiences.digest.data import DigestDataOrchestrator
from experiences.digest.recipients import recipients
from experiences.digest.sending import Sender, Site
from experiences.digest.service import DigestService
from experiences.hygiene_tray import words
from experiences.hygiene_tray.issues import Issue
from experiences.hygiene_tray.service import HygieneTrayService
from oracles.contract import OracleContext
from oracles.instructor import pace, trend
from oracles.payloads import Pace, Trend
from snapshot.contract import Snapshot

LEVELS: Mapping[Severity, Level] = {
    Severity.CRITICAL: Level.URGENT,
    Severity.HIGH: Level.HIGH,
    Severity.MEDIUM: Level.MEDIUM,
    Severity.LOW: Level.LOW,
}


@dataclass(frozen=True, slots=True)
class PageSources:
    """Implements `experiences.digest.contract.Sources`: each block is what its own page would show."""

    tray_service: HygieneTrayService
    console_service: DecisionConsoleService

    def snapshot(self, context: DashboardContext) -> Snapshot:
        return _read(lambda: snapshot_of(context))

    def trend(self, context: DashboardContext, now: datetime) -> Trend:
        return _read(lambda: trend.load(_asked(context, now)))

    def pace(self, context: DashboardContext, now: datetime) -> Pace:
        return _read(lambda: pace.load(_asked(context, now)))

    def tray(self, context: SectionContext) -> TrayReading:
        return _read(lambda: self._tray(context))

    def console(self, context: SectionContext) -> ConsoleReading:
        return _read(lambda: read_console(self.console_service, context, section_path(context, "console")))

    def _tray(self, context: SectionContext) -> TrayReading:
        self.tray_service.look(context)  # as its page does; a preview only reads
        tray, path = self.tray_service.get_tray(context), section_path(context, "tray")
        latest = tray.score
        return TrayReading(
            open_issues=tray.total_open,
            score=None if latest is None else latest.score,
            grade=None if latest is None else grade_of(latest.score),
            confidence=Confidence.NONE if latest is None else latest.confidence,
            issues=tuple(_point(issue, path) for issue in tray.issues),
            path=path,
            scores=tuple(ScoreThen(each.day, each.score) for each in tray.scores if each.score is not None),
        )


def digest_service() -> DigestService:
    """One is like the other: they keep nothing."""
    key = f"digest.experiments:{settings.SECRET_KEY}".encode()
    return DigestService(DigestDataOrchestrator(PageSources(tray_service(), console_service()), key))


def digest_sender() -> Sender:
    """What sends digests from this installation."""
    return Sender(digest_service(), site())


def run_digests() -> dict[str, int]:
    """Every digest that is due has left; returns people by what became of theirs."""
    people = (person for institution in Institution.objects.order_by("pk") for person in recipients(institution))
    return digest_sender().send(people, timezone.now(), lambda _: None).as_dict()


def site() -> Site:
    """Where the pages are; mail links to the setting PUBLIC_URL."""
    return Site(settings.PUBLIC_URL, reverse("digest"), lambda token: reverse("digest_unsubscribe", args=[token]))


def section_path(context: SectionContext, page: str) -> str:
    """The address of one of the section's pages."""
    place = context.dashboard
    return f"/s/{place.institution_slug}/{place.section_slug}/{page}/"


def _point(issue: Issue, path: str) -> Point:
    told = f"{words.subject(issue.fault, issue.title)}: {words.told(issue.fault, issue.numbers)}"
    return Point(f"tray:{issue.id}", told, LEVELS[issue.severity], issue.impact, f"{path}#issue-{issue.id}")


def _asked(context: DashboardContext, now: datetime) -> OracleContext:
    return OracleContext(context.scope, None, now, settings.ORACLE_DATABASE)


def _read[T](read: Callable[[], T]) -> T:
    try:
        return read()
    except (DatabaseError, AccessError) as error:
        raise SourceUnavailable(type(error).__name__) from error
