"""A running section that has gone silent, and records that were given up for what they are like. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from courses.quality_facts import SectionFacts
from experiences.calculators.data_quality import Check, Dimension, Effort, Severity
from experiences.hygiene_tray.contract import DetectorName, Facts, Finding, Report, Targets
from experiences.hygiene_tray.detectors.letters import SPOKEN_FOR, count, letter_findings

NAME = DetectorName.FEED
WEIGHT = 20
"""The feed is one thing, and counts as much as twenty."""
DEAD_AFTER = 4
"""Times the promise, and nothing of the feed is fresh."""


def detect(facts: Facts, targets: Targets, now: datetime) -> Report:
    """A finding where the feed is silent for longer than promised, and one for each reason of dead records."""
    letters = tuple(one for one in facts.letters or () if one.reason not in SPOKEN_FOR)
    reported = facts.records.events if facts.records else 0
    silence = _silence(facts.section, now)
    if silence is None and not reported and not letters:
        return Report(NAME, unmeasured="not_running")
    total = reported + count(letters)
    checks = [Check(Dimension.VALIDITY, reported, total)]
    if silence is not None:
        checks.append(Check(Dimension.TIMELINESS, WEIGHT * _freshness(silence, targets), WEIGHT))
    stale = _stale(facts, silence, targets) if silence is not None else ()
    return Report(NAME, (*stale, *letter_findings(NAME, "dead_letters", letters, facts)), tuple(checks))


def _silence(section: SectionFacts | None, now: datetime) -> timedelta | None:
    """Since when a running section told nothing; `None` before it starts, after it ends, or if neither is known."""
    if section is None or section.ends_at is None or now > section.ends_at:
        return None
    since = section.as_of or section.starts_at
    if since is None or (section.starts_at is not None and now < section.starts_at):
        return None
    return max(now - since, timedelta(0))


def _freshness(silence: timedelta, targets: Targets) -> float:
    """1 as long as the promise holds, 0 at four times that."""
    over = (silence - targets.feed) / ((DEAD_AFTER - 1) * targets.feed)
    return 1.0 - min(max(over, 0.0), 1.0)


def _stale(facts: Facts, silence: timedelta, targets: Targets) -> Iterator[Finding]:
    if silence > targets.feed:
        learners = facts.section.learners if facts.section else 0
        yield Finding(
            NAME, "stale_feed", "feed", "",
            Severity.CRITICAL if silence > DEAD_AFTER * targets.feed else Severity.HIGH, Effort.LONG, learners,
            numbers={"hours": int(silence.total_seconds() // 3600), "target": targets.feed_hours},
        )  # fmt: skip
