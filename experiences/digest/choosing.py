"""What of the tray's and the console's points a digest names: by level, in their order, cut where it says. Pure."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from experiences.calculators.levels import THRESHOLDS, Level
from experiences.digest.calendar import Window
from experiences.digest.config import DigestConfig
from experiences.digest.contract import Point, ScoreThen, SectionData, TrayReading
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


def score_before(tray: TrayReading | None, window: Window, zone: str) -> ScoreThen | None:
    """The newest score from before the window, or the oldest within; `None` where all there is is the newest."""
    earlier = tray.scores[:-1] if tray else ()
    known = [then for then in earlier if then.day <= _first_day(window, zone)]
    return known[-1] if known else next(iter(earlier), None)


def _first_day(window: Window, zone: str) -> date:
    return date.min if window.start is None else window.start.astimezone(ZoneInfo(zone)).date()


def _counts(point: Point, threshold: Level) -> bool:
    return RANK[point.level or Level.LOW] <= RANK[threshold]


def _urgency(point: Point) -> tuple[int, float]:
    return RANK[point.level or Level.LOW], -(point.score or 0)
