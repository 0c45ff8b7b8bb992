"""What the page is built of in this process: the table of capabilities behind the tiles, and the socket's parts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from dashboard_project import wiring
from dashboard_project.web.board import Needs
from dashboard_project.web.desk import Parts
from dashboard_project.web.present import TILES
from dashboard_project.web.tiles import Derived, TileMaker
from oracles.contract import OracleKey, OracleResult
from snapshot.contract import Capability, Metadata
from snapshot.data_snapshot import PROFILE
from snapshot.projections import CAPABILITIES, derive_some, fingerprint

NEEDS = {
    tile.capability: Needs(CAPABILITIES[tile.capability].required, CAPABILITIES[tile.capability].optional)
    for tile in TILES
}


def derived(
    capabilities: Iterable[Capability],
    metadata: Metadata,
    answers: Mapping[OracleKey, OracleResult],
    pending: frozenset[OracleKey],
) -> dict[Capability, Derived]:
    """What these capabilities say, with their readiness and fingerprints."""
    outcomes = derive_some(capabilities, metadata, answers, pending)
    return {
        capability: Derived(projection, status, fingerprint(capability, projection))
        for capability, (projection, status) in outcomes.items()
    }


TILE_MAKER = TileMaker(NEEDS, derived)
PARTS = Parts(wiring.ports, wiring.limits, TILE_MAKER, PROFILE, wiring.watch)
