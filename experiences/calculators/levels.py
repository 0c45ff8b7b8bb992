"""The one table of thresholds: from a score 0..100 to a word. Pure.

Every score of every experience is cut at the same three places (C-03): urgency and attention read the table as a
level (a high score needs somebody), quality reads it as a grade (a high score is good).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

INSUFFICIENT_DATA = "insufficient_data"
"""The word for "cannot be said": it stands where a number or a level would have to be made up."""


class Level(StrEnum):
    """How soon somebody should look."""

    URGENT = "urgent"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Grade(StrEnum):
    """How good something is."""

    EXCELLENT = "excellent"
    GOOD = "good"
    FAIR = "fair"
    POOR = "poor"


class Confidence(StrEnum):
    """How much a result rests on."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    NONE = "none"
    """There is no result."""


@dataclass(frozen=True, slots=True)
class Band:
    """Scores from `lowest` up to the next band."""

    lowest: float
    level: Level
    grade: Grade


THRESHOLDS: tuple[Band, ...] = (
    Band(80, Level.URGENT, Grade.EXCELLENT),
    Band(60, Level.HIGH, Grade.GOOD),
    Band(40, Level.MEDIUM, Grade.FAIR),
    Band(0, Level.LOW, Grade.POOR),
)


def band_of(score: float) -> Band:
    """The band of a score.

    Raises:
        ValueError: the score is outside 0..100, or no number.
    """
    if not 0 <= score <= 100:  # noqa: PLR2004  the scale itself
        raise ValueError(f"expected a score from 0 to 100, got {score}")
    return next(band for band in THRESHOLDS if score >= band.lowest)


def level_of(score: float | None) -> Level | None:
    """How soon somebody should look; nothing without a score."""
    return None if score is None else band_of(score).level


def grade_of(score: float | None) -> Grade | None:
    """How good it is; nothing without a score."""
    return None if score is None else band_of(score).grade
