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
GUARD = "'"


def guarded(text: str) -> str:
    """The text, harmless in a spreadsheet; `unguarded` gives it back."""
    return GUARD + text if _is_formula(text) else text


def unguarded(text: str) -> str:
    """The text as it was before `guarded`."""
    bare = text.removeprefix(GUARD)
    return bare if _is_formula(bare) else text


def _is_formula(text: str) -> bool:
    """Looks through full-width forms, spaces, invisible characters, and apostrophes that were there before."""
    for character in unicodedata.normalize("NFKC", text):
        if character in DANGEROUS:
            return True
        is_seen_through = character == GUARD or character.isspace() or unicodedata.category(character) in {"Cf", "Cc"}
        if not is_seen_through:
            return False
    return False


@dataclass(slots=True)
class CellWriter:
    """Writes cells in one time zone, and counts what it had to guard."""

    time_zone: str
    is_raw: bool = False
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
        safe = value if self.is_raw else guarded(value)
        self.guarded_cells += safe != value
        return safe
