"""Every tile begins with a sentence that follows from its projection: whoever listens need not look at the picture."""

from __future__ import annotations

import re
from random import Random

import pytest

from dashboard_project.web.fragments import TileContent, render
from dashboard_project.web.present import TILES
from dashboard_project.web.urlstate import ViewState
from oracles.contract import SCOPE_RESOURCES, Loaded
from oracles.payloads import ScopeResources
from snapshot.contract import Capability, Readiness, Snapshot
from tests.parity.html import Element, parse
from tests.web.present.drawn import snapshot_drawn

TITLE = re.compile(r"\b(?:Unit|Quiz|Objective) \d+\b")
LIMIT, DAYS = 40, 7
"""At most so much proficiency is challenging; so many days without an event are inactive."""


def sentence_of(snapshot: Snapshot, capability: Capability) -> str:
    """What stands first in the tile, for eyes or only for ears."""
    content = TileContent(
        capability, "course", Readiness.READY, "idle", projection=snapshot.projections[capability], source="cache"
    )
    body = parse(render(content, ViewState()).html(1)).one("div", class_="tile-body")
    return next(each for each in body.content if isinstance(each, Element)).text


def known(snapshot: Snapshot) -> set[float]:
    """Every number that is a fact, counts of things, and the two limits."""
    ids = [tuple(fact.split(".")) for fact in snapshot.facts]
    things = {(fact[0], fact[1]) for fact in ids if len(fact) == 3}
    counts = {float(sum(each[0] == capability.value for each in things)) for capability in Capability}
    judged = [fact for fact, value in snapshot.facts.items() if fact.endswith("proficiency_pct") and value is not None]
    objectives = float(sum(fact.startswith("challenging") for fact in judged))
    return {float(value) for value in snapshot.facts.values() if value is not None} | counts | {objectives, LIMIT, DAYS}


@pytest.mark.proves("UX-l")
@pytest.mark.parametrize("seed", range(20))
def test_every_tile_says_in_a_sentence_what_its_numbers_are(seed: int) -> None:
    snapshot = snapshot_drawn(Random(seed))

    for tile in TILES:
        said = sentence_of(snapshot, tile.capability)
        numbers = {float(each) for each in re.findall(r"\d+(?:\.\d+)?", TITLE.sub("", said))}
        assert re.search(r"\w+ \w+ .*\.$", said), (tile.capability, said)
        assert numbers <= known(snapshot), (tile.capability, said)


@pytest.mark.proves("UX-l", "ROW-T1")
def test_the_strip_says_its_numbers_or_that_there_are_none() -> None:
    """A card that does not apply is not spoken of."""
    names = {
        "progress": "Average progress",
        "proficiency": "Class proficiency",
        "assessment": "average assessment score",
    }
    for seed in range(20):
        snapshot = snapshot_drawn(Random(seed))
        said = sentence_of(snapshot, Capability.SUMMARY)
        for name, words in names.items():
            value = snapshot.facts[f"summary.average_{name}_pct"]
            expected = f"{words} is {value:g} %." if value is not None else f"{words} cannot be computed yet."
            assert (expected in said) == applies(snapshot, name), said


def applies(snapshot: Snapshot, name: str) -> bool:
    """There is something in scope that the number is about."""
    answer = snapshot.oracles[SCOPE_RESOURCES]
    assert isinstance(answer, Loaded)
    assert isinstance(answer.payload, ScopeResources)
    about = {"progress": 1, "proficiency": answer.payload.objective_count, "assessment": len(answer.payload.pages)}
    return about[name] > 0
