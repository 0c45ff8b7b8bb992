"""The digest: asks the orchestrator, then the calculators, then combines. No query, no arithmetic."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from experiences.calculators.insight import InsightCalculator
from experiences.calculators.pace_runway import PaceRunwayCalculator, SectionRunway
from experiences.calculators.trend import TrendCalculator, Week
from experiences.contract import Availability, InstructorContext
from experiences.digest import choosing
from experiences.digest.config import DigestConfig, Trigger
from experiences.digest.contract import (
    Digest,
    DigestData,
    Progress,
    ScoreThen,
    SectionData,
    SectionDigest,
    TrayReading,
)
from experiences.digest.data import DigestDataOrchestrator
from experiences.digest.experiments import SHORTER, Experiment
from experiences.digest.memory import Delivery, Preferences
from oracles.payloads import Pace
from snapshot.contract import Capability, Facts, Readiness, Snapshot

MOST_ACTIONS = 3


@dataclass(frozen=True, slots=True)
class DigestService:
    data: DigestDataOrchestrator
    pace: PaceRunwayCalculator = PaceRunwayCalculator()
    trend: TrendCalculator = TrendCalculator()
    insight: InsightCalculator = InsightCalculator()
    experiment: Experiment = SHORTER

    def get_digest(self, context: InstructorContext, config: DigestConfig, now: datetime) -> Digest:
        """The digest of this configuration, as of now; nothing is recorded."""
        read = self.data.get_digest_data(context, config, now)
        sections = tuple(self._section(read, section) for section in read.sections)
        return Digest(config, read.window, read.time_zone, now, sections, read.progress)

    def weekly_config(self, context: InstructorContext) -> DigestConfig:
        """The weekly configuration under the arm this person is in."""
        return self.experiment.configured(DigestConfig.weekly(), self.data.arm_of(context, self.experiment))

    def deliver(self, context: InstructorContext, delivery: Delivery, now: datetime) -> bool:
        """The digest leaves once; `False` when it had left already.

        Raises:
            PreviewRefused: the context, or the digest, is a preview.
        """
        return self.data.store_delivery(context, delivery, now)

    def is_delivered(self, context: InstructorContext, now: datetime) -> bool:
        """Whether this week's digest has left."""
        return self.data.is_delivered(context, Trigger.WEEKLY, now)

    def arm_of(self, context: InstructorContext) -> str:
        """The arm of the running experiment that this person is in."""
        return self.data.arm_of(context, self.experiment)

    def get_preferences(self, context: InstructorContext) -> Preferences:
        return self.data.get_preferences(context)

    def set_preferences(self, context: InstructorContext, wanted: Preferences, now: datetime) -> None:
        """What the person wants holds from the next digest on."""
        self.data.store_preferences(context, wanted, now)

    def get_progress(self, context: InstructorContext) -> Progress:
        return self.data.get_progress(context, Trigger.WEEKLY)

    def mark(self, context: InstructorContext, digest: Digest, step: str, now: datetime) -> None:
        """The person is at least at this step of the digest."""
        self.data.store_progress(context, digest, step, now)

    def _section(self, read: DigestData, section: SectionData) -> SectionDigest:
        config = read.config
        slack, before = self._slack(section.pace), self._slack(section.pace_before)
        weeks, then = self._weeks(read, section), choosing.score_before(section.tray, read.window, read.time_zone)
        return SectionDigest(
            context=section.context,
            as_of=None if section.snapshot is None else section.snapshot.metadata.as_of,
            facts=_summary(section.snapshot),
            slack=slack,
            slack_before=before,
            slack_change=self.trend.change("slack", _median(before), _median(slack)).by,
            events=section.events,
            insights=self.insight.insights(weeks, slack, before),
            weeks=weeks if config.show_historical_trends else (),
            actions=choosing.actions(section, config, MOST_ACTIONS),
            issues=choosing.issues(section, config),
            tray=section.tray,
            console=section.console,
            score_before=then,
            score_change=None if then is None else self._moved(then, section.tray),
            availability=_availability(section),
        )

    def _moved(self, then: ScoreThen, tray: TrayReading | None) -> float | None:
        return self.trend.change("hygiene", then.score, tray.score if tray else None).by

    def _slack(self, pace: Pace | None) -> SectionRunway | None:
        return None if pace is None else self.pace.of_class(pace)

    def _weeks(self, read: DigestData, section: SectionData) -> tuple[Week, ...]:
        if section.trend is None:
            return ()
        standings = self.trend.standings(section.trend, read.generated_at)
        ends = choosing.week_ends(section.trend, read.window)
        return self.trend.replay(standings, ends)


def _median(slack: SectionRunway | None) -> float | None:
    return None if slack is None else slack.median


def _summary(snapshot: Snapshot | None) -> Facts:
    if snapshot is None or snapshot.projection_statuses[Capability.SUMMARY].readiness is Readiness.FAILED:
        return {}
    return {name: value for name, value in snapshot.facts.items() if name.startswith("summary.")}


def _availability(section: SectionData) -> dict[str, Availability]:
    """By block; the facts' block fails with its projection, too."""
    read = {
        "facts": _summary(section.snapshot) or None,
        "slack": section.pace,
        "weeks": section.trend,
        "tray": section.tray,
        "console": section.console,
    }
    return {name: Availability.UNAVAILABLE if each is None else Availability.READY for name, each in read.items()}
