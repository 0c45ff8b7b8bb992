"""What of the tray's and the console's points a digest names: by level, in their order, cut where it says. Pure."""

from __future__ import annotations

from datetime import datetime

from experiences.calculators.levels import THRESHOLDS, Level
from experiences.digest.calendar import Window
from experiences.digest.config import DigestConfig
from experiences.digest.contract import Point, SectionData
from oracles.payloads import Trend

RANK = {band.level: place for place, band in enumerate(THRESHOLDS)}
"""0 is the most urgent."""
WEEKS_SHOWN = 4


def issues(section: SectionData, config: DigestConfig) -> tuple[Point, ...]:
    """The open flaws at or above the level, in the tray's order, as many as the configuration allows."""
    points = section.tray.issues if section.tray else ()
    return tuple(point for point in points if _counts(point, config.priority_threshold))[: config.max_issues_shown]


def actions(section: SectionData, config: DigestConfig, most: int) -> tuple[Point, ...]:
    """What to do first: the most urgent of both, decisions before flaws where they are as urgent."""
    if not config.include_recommendations:
        return ()
    decisions = section.console.points if section.console else ()
    flaws = section.tray.issues if section.tray else ()
    points = [point for point in (*decisions, *flaws) if _counts(point, config.priority_threshold)]
    return tuple(sorted(points, key=_urgency)[:most])


def week_ends(trend: Trend, window: Window) -> tuple[datetime, ...]:
    """The week ends of the trend within the window; the last four where the window is shorter than that."""
    ends = [point.until for point in trend.points if point.until is not None and point.until <= window.end]
    within = [end for end in ends if window.holds(end)]
    return tuple(within if len(within) >= WEEKS_SHOWN else ends[-WEEKS_SHOWN:])


def _counts(point: Point, threshold: Level) -> bool:
    return RANK[point.level or Level.LOW] <= RANK[threshold]


def _urgency(point: Point) -> tuple[int, float]:
    return RANK[point.level or Level.LOW], -(point.score or 0)
