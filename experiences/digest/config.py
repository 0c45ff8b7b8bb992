"""What a digest is to be: fourteen fields, each of which can be seen in what comes out. Pure.

Presets: `weekly`, `for_test_drive(variant)`, `onboarding`. A word that is not known is a ValueError; nothing is
guessed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Self

from experiences.calculators.levels import Level


class Trigger(StrEnum):
    """Why there is a digest: decides which sections it is about."""

    WEEKLY = "weekly"
    """Sections in term."""
    TEST_DRIVE = "test_drive"
    """All of them, over too."""
    ONBOARDING = "onboarding"
    """All that are not over."""


class TimeWindow(StrEnum):
    """Over which time changes are told."""

    SINCE_LAST = "since_last"
    """From the last delivered digest of this kind on; a week where there is none."""
    LAST_4_WEEKS = "last_4_weeks"
    FULL_HISTORY = "full_history"
    CUSTOM = "custom"
    """The days from `custom_start` to `custom_end`, both included."""


class Segment(StrEnum):
    """Whose sections: everybody's who teaches, or only those that the person answers for."""

    EVERYONE = "everyone"
    INSTRUCTORS = "instructors"


class Template(StrEnum):
    """How long the mail is."""

    FULL = "full"
    SHORT = "short"


VARIANTS = ("A", "B")
VARIABLE = frozenset({"max_issues_shown", "show_historical_trends", "include_recommendations", "email_template"})
"""All that an experiment may vary: never what is true, who gets it, or whether it leaves."""


TEST_DRIVES = {"A": (TimeWindow.LAST_4_WEEKS, 20), "B": (TimeWindow.FULL_HISTORY, 50)}


@dataclass(frozen=True, slots=True)
class DigestConfig:
    trigger_type: Trigger = Trigger.WEEKLY
    time_window: TimeWindow = TimeWindow.SINCE_LAST
    custom_start: date | None = None
    custom_end: date | None = None
    preview_mode: bool = False
    """Nothing is recorded and nothing leaves; what is shown is the same to the byte."""
    show_actions: bool = True
    """What can be done about it stands beside each point, as a link."""
    show_historical_trends: bool = True
    """The week ends are shown."""
    max_issues_shown: int = 5
    """Points of the data's flaws for each section."""
    priority_threshold: Level = Level.LOW
    """Flaws and recommendations below this level are left out; those without a level count as low."""
    include_recommendations: bool = True
    """The three things to do first are named."""
    experiment_variant: str | None = None
    """Under which arm it was made; `None` is outside of any."""
    user_segment: Segment = Segment.EVERYONE
    send_email: bool = True
    """It leaves as mail; else it is on the page only."""
    email_template: Template = Template.FULL

    def __post_init__(self) -> None:
        known = {
            "trigger_type": Trigger, "time_window": TimeWindow, "priority_threshold": Level,
            "user_segment": Segment, "email_template": Template,
        }  # fmt: skip
        for name, words in known.items():
            object.__setattr__(self, name, words(getattr(self, name)))  # raises ValueError: the word is not known
        if self.experiment_variant is not None and self.experiment_variant not in VARIANTS:
            raise ValueError(f"expected variant {' or '.join(VARIANTS)}, got {self.experiment_variant!r}")
        if self.max_issues_shown < 0:
            raise ValueError(f"expected max_issues_shown of at least 0, got {self.max_issues_shown}")
        self._check_days()

    @classmethod
    def weekly(cls) -> Self:
        """Every week, since the last one."""
        return cls()

    @classmethod
    def for_test_drive(cls, variant: str = "A") -> Self:
        """What the digest would say; A: of four weeks and short, B: of everything and long.

        Raises:
            ValueError: there is no such variant.
        """
        if variant not in TEST_DRIVES:
            raise ValueError(f"expected variant {' or '.join(TEST_DRIVES)}, got {variant!r}")
        window, most = TEST_DRIVES[variant]
        return cls(
            trigger_type=Trigger.TEST_DRIVE,
            time_window=window,
            preview_mode=True,
            max_issues_shown=most,
            experiment_variant=variant,
            send_email=False,
        )

    @classmethod
    def onboarding(cls) -> Self:
        """The first look at a section: four weeks, on the page only."""
        return cls(
            trigger_type=Trigger.ONBOARDING,
            time_window=TimeWindow.LAST_4_WEEKS,
            max_issues_shown=30,
            send_email=False,
            email_template=Template.SHORT,
        )

    def as_preview(self) -> Self:
        """The same digest, of which nothing is recorded."""
        return replace(self, preview_mode=True)

    def _check_days(self) -> None:
        start, end = self.custom_start, self.custom_end
        if self.time_window is not TimeWindow.CUSTOM:
            if start or end:
                raise ValueError("custom_start and custom_end go with time_window custom")
        elif start is None or end is None or start > end:
            raise ValueError(f"expected custom_start ≤ custom_end, got {start} and {end}")
