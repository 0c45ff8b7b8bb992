"""What the complete page says: its marked numbers, the texts of these, fingerprints, and the list of learners."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from tests.parity.facts import Facts, Value, as_read, written
from tests.parity.html import Element, parse

DECIMAL_POINT = {"en": ".", "es": ","}


@dataclass(frozen=True, slots=True)
class Page:
    root: Element
    language: str

    @classmethod
    def read(cls, text: str, language: str) -> Page:
        return cls(parse(text), language)

    @property
    def export_link(self) -> str:
        return self.root.one("a", id="export")["href"]

    @property
    def fingerprints(self) -> dict[str, str]:
        return {tile["data-capability"]: tile["data-fingerprint"] for tile in self._tiles}

    @property
    def facts(self) -> Facts:
        """Value by fact id; a fact that stands there twice says the same twice."""
        found: dict[str, Value] = {}
        for mark in self._marks:
            value = written(mark["value"])
            assert found.setdefault(mark["data-fact"], value) == value, mark
        return found

    def unready(self) -> Iterator[str]:
        """Tiles that have not everything to show, or show another scope than the page."""
        scope = self.root.one("main", id="dashboard")["data-scope"]
        for tile in self._tiles:
            shown = (tile["data-readiness"], tile["data-work"], tile["aria-busy"], tile["data-scope"])
            if shown != ("ready", "idle", "false", scope):
                yield f"{tile['id']} is {shown}"

    def misread(self) -> Iterator[str]:
        """Marked numbers whose text tells a person another number than the mark tells a program."""
        for mark in self._marks:
            value = Decimal(mark["value"]) if mark["value"] else None
            if as_read(mark.text, DECIMAL_POINT[self.language]) != value:
                yield f"{mark['data-fact']}: {value} marked, {mark.text!r} to read"

    def learners(self) -> list[tuple[str, Decimal | None, Decimal | None]]:
        """Name, progress and proficiency of each learner in the list."""
        lists = list(self.root.all("div", id="support-scroll"))
        rows = lists[0].one("tbody").all("tr") if lists else ()
        return [(_name(row), *(self._number(cell) for cell in row.all("td"))) for row in rows]  # type: ignore[misc]

    @property
    def chosen_bucket(self) -> str:
        pressed = (each["id"] for each in self.root.all("button", aria_pressed="true"))
        return next((name for name in pressed if name.startswith("bucket-")), "").removeprefix("bucket-")

    def _number(self, cell: Element) -> Decimal | None:
        return as_read(cell.text, DECIMAL_POINT[self.language])

    @property
    def _tiles(self) -> list[Element]:
        return [each for each in self.root.all("section") if each.get("data-capability")]

    @property
    def _marks(self) -> list[Element]:
        return [each for each in self.root.all("data") if each.get("data-fact")]


def _name(row: Element) -> str:
    """The words of the row's label; its box is to select, what stands after it says why."""
    return row.one("label").one("span").text
