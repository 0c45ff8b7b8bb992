"""The three surfaces, asked as an instructor and an operator ask them, and what they say differently."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from io import StringIO
from typing import Any, cast

import time_machine
from django.core.management import call_command
from django.http import HttpResponse
from django.test import Client

from tests.parity.course import Course
from tests.parity.draws import Draw, put_in_force
from tests.parity.facts import Facts, differing, lacking
from tests.parity.files import Files
from tests.parity.page import Page

BACKEND = "django.contrib.auth.backends.ModelBackend"


@dataclass(frozen=True, slots=True)
class Told:
    """What the page, its file and the command say of one draw."""

    course: Course
    draw: Draw
    page: Page
    files: Files
    command: Mapping[str, Any]

    @property
    def facts(self) -> Facts:
        """Those of the command, as they are written."""
        return cast("Facts", self.command["facts"])

    def mismatches(self) -> Iterator[str]:
        """Every way in which they do not say the same."""
        columns = self.files.facts_by_column(self.course, self.draw.scope)
        yield from self.page.unready()
        yield from self.page.misread()
        yield from differing("on the page", self.page.facts, "in the command", self.facts)
        yield from differing("in dashboard_facts", self.files.every_fact(), "in the command", self.facts)
        yield from differing("in its table", columns, "in the command", self.facts)
        yield from lacking("on the page", self.page.facts, self.facts.keys() - self._hidden())
        yield from lacking("in dashboard_facts", self.files.every_fact(), self.facts)
        yield from lacking("in the tables", columns, self.facts.keys() - self._without_column())
        yield from self._fingerprints()
        yield from self._learners()

    def _hidden(self) -> set[str]:
        """What the page does not show because the outline proves that it does not apply."""
        cards = self.command["projections"]["summary"]["cards"]
        hidden = {card["fact"] for card in cards if not card["visible"]}
        assert all(self.facts[fact] is None for fact in hidden)
        if not self.command["projections"]["challenging_objectives"]["objectives"]:
            hidden.add("challenging_objectives.count")
        return hidden

    def _without_column(self) -> set[str]:
        """Averages of progress have no column; the table of objectives lists the challenging ones."""
        objectives = self.command["projections"]["challenging_objectives"]["objectives"]
        easy = {f"challenging_objectives.{each['key']}.proficiency_pct" for each in objectives
                if not each["is_challenging"]}  # fmt: skip
        return easy | {fact for fact in self.facts if fact.startswith("progress.") and fact.endswith(".average_pct")}

    def _fingerprints(self) -> Iterator[str]:
        shown, filed = self.page.fingerprints, cast("dict[str, str]", self.files.manifest["fingerprints"])
        for capability, value in shown.items():
            told = self.command["fingerprints"][capability]
            if not value == filed[capability] == told:
                yield f"fingerprint of {capability}: {value} on the page, {filed[capability]} filed, {told} told"

    def _learners(self) -> Iterator[str]:
        """The list of a bucket, when it was asked for whole, names the same learners with the same numbers."""
        if self.draw.view.get("s.rows") != "10000":
            return
        active = {"": {"true", "false"}, "0": {"true"}, "1": {"false"}}[self.draw.view.get("s.active", "")]
        filed = Counter(
            (row["student_name"] or row["student_id"], _number(row["progress_pct"]), _number(row["proficiency_pct"]))
            for row in self.files.rows("student_support_list")
            if row["support_category"] == self.page.chosen_bucket and row["inactive"] in active
        )
        if filed != Counter(self.page.learners()):
            yield f"learners of {self.page.chosen_bucket}: others on the page than in the file"


def ask(client: Client, course: Course, draw: Draw) -> Told:
    """What the three say at the moment of the draw, under its settings."""
    put_in_force(course, draw)
    with time_machine.travel(draw.moment, tick=False):
        client.force_login(course.instructor, backend=BACKEND)
        page = Page.read(_get(client, f"{course.path}?{draw.query}&complete=1", draw).decode(), draw.language)
        files = Files.unpacked(_get(client, page.export_link, draw))
        return Told(course, draw, page, files, _command(course, draw))


def _get(client: Client, address: str, draw: Draw) -> bytes:
    response = cast("HttpResponse", client.get(address, headers={"accept-language": draw.language}))
    assert response.status_code == 200, (address, response.status_code)
    return response.content


def _command(course: Course, draw: Draw) -> Mapping[str, Any]:
    out = StringIO()
    section = course.section
    where = {"section": section.slug, "institution": section.institution.slug, "scope": draw.scope}
    call_command("snapshot", **where, threshold=draw.threshold, format="json", stdout=out)
    # As written, so that `53` and `53.0` are two things.
    return cast("Mapping[str, Any]", json.loads(out.getvalue(), parse_float=str, parse_int=str))


def _number(cell: str) -> Decimal | None:
    return Decimal(cell) if cell else None
