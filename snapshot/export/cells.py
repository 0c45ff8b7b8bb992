"""How values become CSV cells. Pure.

Typed values (numbers, times, booleans) are written as they are; text that a spreadsheet would run as a formula gets an
apostrophe in front (ASVS 5.0 1.2.10). Empty is unknown, never 0.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

Cell = str | int | float | bool | datetime | None

DANGEROUS = frozenset("=+-@\t\r\n\0")
INVISIBLE = " \ufeff\u200b\u200c\u200d\u2060\u00ad"
GUARD = "'"


def guarded(text: str) -> str:
    """The text, harmless in a spreadsheet; looks through full-width forms, spaces and zero-width characters."""
    plain = unicodedata.normalize("NFKC", text).lstrip(INVISIBLE)
    is_dangerous = plain[:1] in DANGEROUS or text[:1] in DANGEROUS
    return GUARD + text if text and is_dangerous and plain else text


@dataclass(slots=True)
class CellWriter:
    """Writes cells in one time zone, and counts what it had to guard."""

    time_zone: str
    guarded_cells: int = field(default=0)

    def write(self, value: Cell) -> str:
        match value:
            case None:
                return ""
            case bool():
                return "true" if value else "false"
            case int():
                return str(value)
            case float():
                return f"{value:.1f}"
            case datetime():
                return value.astimezone(ZoneInfo(self.time_zone)).isoformat(timespec="seconds")
        safe = guarded(value)
        self.guarded_cells += safe != value
        return safe
