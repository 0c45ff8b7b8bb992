"""Times as DataShop exports write them. Pure."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

FORMATS = (
    "%m/%d/%y %H:%M",
    "%m/%d/%y %H:%M:%S",
    "%m/%d/%Y %H:%M",
    "%m/%d/%Y %H:%M:%S",
    "%Y/%m/%d %H:%M:%S",
    "%Y/%m/%d %H:%M",
    "%Y-%m-%d %H:%M:%S.%f",
)
"""Beside ISO 8601. The last one is for fractions of one, two or five digits."""
ZONES = {
    "PST": "America/Los_Angeles",
    "CST": "America/Chicago",
    "PDT": "Etc/GMT+7",
    "MDT": "Etc/GMT+6",
    "CDT": "Etc/GMT+5",
    "EDT": "Etc/GMT+4",
}
"""Short names that logs carry and IANA does not have; PST and CST as Java reads them, which DataShop is written in."""
EARLIEST, LATEST = datetime(1970, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)


class UnreadableTime(ValueError):
    """Neither a known format nor a known zone, or no time of a course."""


def read_time(text: str, zone: str) -> datetime:
    """The moment in UTC.

    An empty zone is UTC; a time that says its own offset needs none. A wall-clock time that occurs twice is the
    earlier one; one that the clock jumped over is read with the offset from before the jump.

    Raises:
        UnreadableTime: expected and got.

    """
    local = _wall_clock(text)
    try:
        moment = (local if local.tzinfo else local.replace(tzinfo=_zone(zone))).astimezone(UTC)
    except OverflowError:
        moment = None
    if moment is None or not EARLIEST <= moment <= LATEST:
        raise UnreadableTime(f"expected a time between 1970 and 2200, got {text!r}")
    return moment


def _wall_clock(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return _by_format(text)


def _by_format(text: str) -> datetime:
    for form in FORMATS:
        try:
            return datetime.strptime(text, form)  # noqa: DTZ007  the zone stands in another column
        except ValueError:
            continue
    raise UnreadableTime(f"expected a time such as 2024-02-16 05:34:51 or 10/14/05 14:51, got {text[:60]!r}")


@lru_cache(maxsize=256)
def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(ZONES.get(name, name) or "UTC")
    except (KeyError, ValueError, OSError) as unknown:
        raise UnreadableTime(f"expected a time zone name such as US/Eastern, got {name[:60]!r}") from unknown
