"""The tray's address says what is listed: read from a query string, written back in one order. Pure.

A value that means nothing falls back to its default; nothing here raises for what a person may type.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from urllib.parse import parse_qsl, urlencode

from experiences.calculators.data_quality import Severity
from experiences.hygiene_tray.contract import DetectorName
from experiences.hygiene_tray.tray import Show, Sort

COURSE = "course"
LONGEST_SCOPE = 220
MOST_PAGES = 999


@dataclass(frozen=True, slots=True)
class TrayAddress:
    """What is listed; the defaults are left out of the address."""

    scope: str = COURSE
    show: Show = Show.OPEN
    severity: Severity | None = None
    kind: DetectorName | None = None
    sort: Sort = Sort.IMPACT
    page: int = 1

    def query(self) -> str:
        """`?severity=high&page=2`; empty where everything is as usual."""
        default = TrayAddress()
        said = {
            field.name: str(getattr(self, field.name))
            for field in fields(self)
            if getattr(self, field.name) != getattr(default, field.name)
        }
        return f"?{urlencode(said, safe=':')}" if said else ""


def read(asked: Mapping[str, str]) -> TrayAddress:
    """What this query asks for."""
    scope, page = asked.get("scope", COURSE), asked.get("page", "1")
    return TrayAddress(
        scope=scope if 0 < len(scope) <= LONGEST_SCOPE and scope.isprintable() else COURSE,
        show=_word(Show, asked.get("show")) or Show.OPEN,
        severity=_word(Severity, asked.get("severity")),
        kind=_word(DetectorName, asked.get("kind")),
        sort=_word(Sort, asked.get("sort")) or Sort.IMPACT,
        page=min(max(int(page), 1), MOST_PAGES) if page.isascii() and page.isdigit() and len(page) <= 4 else 1,  # noqa: PLR2004
    )


def read_query(query: str) -> TrayAddress:
    """The same of a whole query string, such as a form brings back."""
    return read(dict(parse_qsl(query.removeprefix("?")[:2000], keep_blank_values=True)))


def _word[W: StrEnum](words: type[W], said: str | None) -> W | None:
    return words(said) if said in set(words) else None
