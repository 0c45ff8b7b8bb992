"""The days of a presentation. Pure. The real start days are not published: 1 October (J), 1 February (B)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

TIME_ZONE = "Europe/London"
LONDON = ZoneInfo(TIME_ZONE)
FIRST_MONTH = {"J": 10, "B": 2}
NOON = time(12)
FURTHEST_DAY = 3_000


@dataclass(slots=True)
class Calendar:
    """Day numbers of one presentation as moments (UTC); day 0 is the first."""

    first: date
    _noons: dict[int, datetime] = field(default_factory=dict)

    def midnight(self, day: int) -> datetime:
        return datetime.combine(self.first + timedelta(days=day), time(0), LONDON).astimezone(UTC)

    def noon(self, day: int) -> datetime:
        """What happened on a day is put at its noon: the data knows no hours."""
        moment = self._noons.get(day)
        if moment is None:
            moment = datetime.combine(self.first + timedelta(days=day), NOON, LONDON).astimezone(UTC)
            self._noons[day] = moment
        return moment


def calendar_of(presentation: str) -> Calendar:
    """The calendar of `2013J` or `2014B`.

    Raises:
        ValueError: the code is neither.

    """
    year, letter = presentation[:4], presentation[4:]
    if not year.isdecimal() or letter not in FIRST_MONTH or not 1970 <= int(year) <= 2150:  # noqa: PLR2004 - storable years
        raise ValueError(f"expected a year and J or B such as 2013J, got {presentation!r}")
    return Calendar(date(int(year), FIRST_MONTH[letter], 1))
