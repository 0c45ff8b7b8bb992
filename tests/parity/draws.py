"""Random choices of what an instructor can choose: scope, settings, moment, and how the page is looked at."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from urllib.parse import urlencode

from courses.models import Section, SupportParameters
from oracles.contract import TenantId
from tests.parity.course import Course

ZONES = ("UTC", "Europe/London", "America/New_York", "Asia/Kathmandu", "Pacific/Apia", "America/St_Johns")
BUCKETS = ("", "struggling", "on_track", "excelling", "not_enough_information")
AROUND = (-61, -60, -30, -1, 0, 1, 30, 59, 60, 61)
"""Seconds from the moment at which somebody becomes inactive."""


@dataclass(frozen=True, slots=True)
class Draw:
    """One choice; `support` are the columns of SupportParameters."""

    scope: str
    moment: datetime
    threshold: int
    zone: str
    model: str
    support: Mapping[str, int]
    view: Mapping[str, str]
    language: str

    @property
    def query(self) -> str:
        return urlencode({"scope": self.scope, "p.threshold": self.threshold, **self.view}, safe=":")

    def __str__(self) -> str:
        settings = " ".join(f"{name}={value}" for name, value in self.support.items())
        return f"?{self.query} at {self.moment.isoformat()} in {self.zone}, {self.model}, {settings}, {self.language}"


def draws(course: Course, seed: int) -> Iterator[Draw]:
    """Without end, the same for the same seed and course."""
    dice = Random(f"{course.path}{seed}")
    while True:
        support = _support(dice)
        yield Draw(
            scope=dice.choice(course.scopes) if dice.random() < 0.8 else "course",
            moment=_moment(course, support["inactivity_days"], dice),
            threshold=dice.randrange(10, 101, 10),
            zone=dice.choice(ZONES),
            model=dice.choice(Section.ProficiencyModel.values),
            support=support,
            view=_view(dice),
            language=dice.choice(("en", "es")),
        )


def put_in_force(course: Course, draw: Draw) -> None:
    """The section has the settings of the draw, as if they had been saved."""
    tenant_id = TenantId(course.section.institution_id)
    sections = Section.objects.for_tenant(tenant_id).filter(pk=course.section.pk)
    sections.update(time_zone=draw.zone, proficiency_model=draw.model)
    SupportParameters.objects.for_tenant(tenant_id).update_or_create(section=course.section, defaults=draw.support)


def _support(dice: Random) -> dict[str, int]:
    low, high = sorted(dice.sample(range(101), 2))
    weak, strong = sorted(dice.sample(range(101), 2))
    return {
        "inactivity_days": dice.choice((7, 14, 30, 90)),
        "progress_low": low,
        "progress_high": high,
        "proficiency_low": weak,
        "proficiency_high": strong,
    }


def _moment(course: Course, days: int, dice: Random) -> datetime:
    """Half of the time one at which a learner has just become inactive, or is about to."""
    if dice.random() < 0.5:
        seconds = dice.choice(AROUND)
        return dice.choice(course.last_events) + timedelta(days=days, seconds=seconds)
    first, last = course.last_events[0] - timedelta(days=30), course.last_events[-1] + timedelta(days=100)
    return first + dice.random() * (last - first)


def _view(dice: Random) -> dict[str, str]:
    """None of these changes a number."""
    choices = {
        "p.mode": ("count", "percent"),
        "p.page": ("1", "2", "9"),
        "s.bucket": BUCKETS,
        "s.active": ("", "0", "1"),
        "s.rows": ("20", "10000"),
        "o.sort": ("curriculum", "proficiency"),
        "a.order": ("due", "recent"),
    }
    return {name: dice.choice(values) for name, values in choices.items() if dice.random() < 0.7}
