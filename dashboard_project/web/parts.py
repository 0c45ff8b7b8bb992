"""What the page is built of in this process: the table of capabilities behind the tiles, and the socket's parts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from time import perf_counter

from coordinator.ports import Meter
from dashboard_project import wiring
from dashboard_project.projection_rules import deployed
from dashboard_project.web.board import Needs
from dashboard_project.web.desk import Parts
from dashboard_project.web.present import TILES
from dashboard_project.web.shown import SHOWN
from dashboard_project.web.tiles import Derive, Derived, TileMaker
from oracles.contract import OracleKey, OracleResult
from snapshot.contract import Capability, Metadata
from snapshot.data_snapshot import profile_of
from snapshot.projections import derive_some, fingerprint
from snapshot.projections.material import Outcome
from snapshot.projections.rules import Rules
from snapshot.telemetry import Stopwatch, record_projections


def needs_of(rules: Rules) -> dict[Capability, Needs]:
    """The oracles behind each tile."""
    return {
        tile.capability: Needs(rules.of[tile.capability].required, rules.of[tile.capability].optional) for tile in TILES
    }


def derive_with(rules: Rules, meter: Meter) -> Derive:
    """What some capabilities say under these rules; how ready they are and how long it took is counted."""

    def derived(
        capabilities: Iterable[Capability],
        metadata: Metadata,
        answers: Mapping[OracleKey, OracleResult],
        pending: frozenset[OracleKey],
    ) -> dict[Capability, Derived]:
        watch = Stopwatch(perf_counter)
        outcomes = derive_some(capabilities, metadata, answers, pending, rules=rules, watch=watch)
        _record(meter, outcomes, answers, watch)
        return {
            capability: Derived(projection, status, fingerprint(capability, projection, rules))
            for capability, (projection, status) in outcomes.items()
        }

    return derived


def _record(
    meter: Meter,
    outcomes: Mapping[Capability, Outcome],
    answers: Mapping[OracleKey, OracleResult],
    watch: Stopwatch,
) -> None:
    """Tiles of one board share its scope; a board without an answer has nothing to derive."""
    for scope in {answer.scope for answer in answers.values()}:
        statuses = {capability: status for capability, (_, status) in outcomes.items()}
        record_projections(meter, scope, statuses, watch.seconds)


RULES = deployed()
PROFILE = profile_of(RULES)
NEEDS = needs_of(RULES)
TILE_MAKER = TileMaker(NEEDS, derive_with(RULES, wiring.meter()))
PARTS = Parts(wiring.ports, wiring.limits, TILE_MAKER, PROFILE, wiring.watch, wiring.recheck_seconds, SHOWN.keep)
