"""Times as DataShop exports write them. Pure."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

FORMATS = (
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%d %H:%M:%S.%f",
    "%Y-%m-%d %H:%M",
    "%m/%d/%y %H:%M",
    "%m/%d/%y %H:%M:%S",
    "%m/%d/%Y %H:%M",
    "%m/%d/%Y %H:%M:%S",
    "%Y/%m/%d %H:%M:%S",
    "%Y-%m-%dT%H:%M:%S",
)


class UnreadableTime(ValueError):
    """Neither a known format nor a known zone."""


def read_time(text: str, zone: str) -> datetime:
    """The moment in UTC; an empty zone is UTC, a wall-clock time that occurs twice is the earlier one."""
    local = _wall_clock(text)
    return local.replace(tzinfo=_zone(zone)).astimezone(UTC)


def _wall_clock(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=None)
    except ValueError:
        return _by_format(text)


def _by_format(text: str) -> datetime:
    for form in FORMATS:
        try:
            return datetime.strptime(text, form)  # noqa: DTZ007  the zone stands in another column
        except ValueError:
            continue
    raise UnreadableTime(f"expected a time such as 2024-02-16 05:34:51 or 10/14/05 14:51, got {text!r}")


@lru_cache(maxsize=256)
def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name or "UTC")
    except (KeyError, ValueError, OSError) as unknown:
        raise UnreadableTime(f"expected a time zone name such as US/Eastern, got {name!r}") from unknown
