"""A digest's sources as values: what a test says is what is read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from django.contrib.auth.models import User

from courses.contract import DashboardContext
from courses.models import Learner, Page, Section
from experiences.calculators.levels import Confidence, Grade, Level
from experiences.contract import InstructorContext, SectionContext
from experiences.digest.contract import ConsoleReading, Point, SourceUnavailable, TrayReading
from experiences.digest.data import DigestDataOrchestrator
from experiences.digest.recipients import Recipient, as_recipient
from experiences.digest.sending import Sender, Site
from experiences.digest.service import DigestService
from oracles.contract import DataStamp, Loaded, Oracle, OracleContext, TenantId
from oracles.instructor import ORACLES
from oracles.payloads import LearnerPace, Pace, Trend, TrendPoint
from snapshot.assembler import assemble
from snapshot.contract import Metadata, Snapshot
from tests.builders import make_event

MONDAY = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
KEY = b"a key of the tests"
HOUR = timedelta(hours=1)


def point(key: str, level: Level | None, score: float | None = None) -> Point:
    return Point(key, f"About {key}", level, score, f"/there/{key}/")


FLAWS = (
    point("dates", Level.URGENT, 90),
    point("objectives", Level.HIGH, 70),
    point("policies", Level.MEDIUM, 50),
    point("titles", Level.LOW, 10),
    point("twins", Level.LOW, 5),
    point("ranges", None, None),
)
DECISIONS = (point("quiz", Level.URGENT, 85), point("essay", Level.MEDIUM, 41))
TRAY = TrayReading(6, 71.0, Grade.GOOD, Confidence.MEDIUM, FLAWS, "/s/lakeside/algebra/tray/")
CONSOLE = ConsoleReading(2, 1, DECISIONS, "/s/lakeside/algebra/console/")
NOTHING_WRONG = replace(TRAY, open_issues=0, issues=())
NOTHING_TO_DECIDE = replace(CONSOLE, ready=0, staged=0, points=())


def _trend(now: datetime) -> Trend:
    monday = datetime(2026, 11, 2, tzinfo=UTC)
    ends = [monday - timedelta(weeks=back) for back in reversed(range(6))]
    weeks = [TrendPoint(end, 10 * n, n / 10, n, n, 50.0 + n) for n, end in enumerate(ends, start=1) if end <= now]
    return Trend(4, 7, (*weeks, TrendPoint(None, 70, 0.7, 7, 7, 57.0)))


def _pace(now: datetime) -> Pace:
    """One learner has as many days of slack as days are left, less ten; the other has done nothing lately."""
    learners = (LearnerPace(1, 10, 14, 7), LearnerPace(2, 3, 0, 0))
    return Pace(now, 14, 20, MONDAY - timedelta(days=60), MONDAY + timedelta(days=13), learners)


def _loaded(context: DashboardContext, oracle: Oracle) -> Loaded:
    """The oracle's own answer, read in the test's transaction."""
    payload = oracle.load(OracleContext(context.scope, None, MONDAY))
    return Loaded(context.scope, oracle.key, payload, oracle.version, DataStamp())


@dataclass(slots=True)
class FakeSources:
    """Answers as told; `away` names those that cannot be read; `asked` is who was asked, for which tenant."""

    tray_reading: TrayReading = TRAY
    console_reading: ConsoleReading = CONSOLE
    away: frozenset[str] = frozenset()
    asked: list[tuple[str, TenantId, bool]] = field(default_factory=list)
    breaks: Callable[[DashboardContext], bool] = lambda _: False

    def snapshot(self, context: DashboardContext) -> Snapshot:
        self._ask("snapshot", context)
        about = Metadata(
            institution=context.institution_slug,
            section=context.section_slug,
            section_title=context.section_title,
            course_title=context.course_title,
            time_zone=context.time_zone,
            generated_at=MONDAY,
            as_of=MONDAY - HOUR,
        )
        results = {key: _loaded(context, oracle) for key, oracle in ORACLES.items()}
        return assemble(about, context.scope, "test", results, "test")

    def trend(self, context: DashboardContext, now: datetime) -> Trend:
        self._ask("trend", context)
        return _trend(now)

    def pace(self, context: DashboardContext, now: datetime) -> Pace:
        self._ask("pace", context)
        return _pace(now)

    def tray(self, context: SectionContext) -> TrayReading:
        self._ask("tray", context.dashboard, is_preview=context.is_preview)
        return self.tray_reading

    def console(self, context: SectionContext) -> ConsoleReading:
        self._ask("console", context.dashboard, is_preview=context.is_preview)
        return self.console_reading

    def _ask(self, name: str, context: DashboardContext, *, is_preview: bool = False) -> None:
        self.asked.append((name, context.tenant_id, is_preview))
        if self.breaks(context):
            raise RuntimeError("a defect")
        if name in self.away:
            raise SourceUnavailable(name)


SITE = Site("https://lectern.example", "/digest/", lambda token: f"/digest/unsubscribe/{token}/")


def service(sources: FakeSources | None = None) -> DigestService:
    return DigestService(DigestDataOrchestrator(sources or FakeSources(), KEY))


def sender(sources: FakeSources | None = None) -> Sender:
    return Sender(service(sources), SITE)


def recipient_of(user: User) -> Recipient:
    """The person in the one institution where they teach."""
    (found,) = as_recipient(user)
    return found


def at_work(user: User) -> InstructorContext:
    return recipient_of(user).context


def reported(section: Section, stored: datetime, count: int = 1) -> None:
    """Events of the section that were stored at this moment."""
    mine = TenantId(section.institution_id)
    learner = Learner.objects.for_tenant(mine).order_by("pk").first()
    page = Page.objects.for_tenant(mine).filter(section=section).first()
    assert learner is not None
    assert page is not None
    for _ in range(count):
        make_event(learner, page, stored=stored, timestamp=stored - HOUR)
