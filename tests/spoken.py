"""What a page or a template says to people."""

from __future__ import annotations

from html.parser import HTMLParser

SPOKEN = {"alt", "aria-description", "aria-label", "aria-roledescription", "label", "placeholder", "title"}
"""Attributes that are read out."""
SILENT = {"code", "kbd", "samp", "script", "style"}
"""What a machine or a keyboard reads."""


class Reader(HTMLParser):
    """Collects the texts of a page and of its attributes that are read out."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in SILENT
        self.texts += [value for name, value in attrs if name in SPOKEN and value]

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in SILENT

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.texts.append(" ".join(data.split()))


def spoken(html: str) -> list[str]:
    """Every text for people, in the order of the page."""
    reader = Reader()
    reader.feed(html)
    reader.close()
    return reader.texts
