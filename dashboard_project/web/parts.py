"""What the page is built of in this process: the table of capabilities behind the tiles, and the socket's parts."""

from __future__ import annotations

from collections.abc import Mapping

from django.conf import settings

from coordinator.contract import Limits
from dashboard_project import wiring
from dashboard_project.web.board import Needs
from dashboard_project.web.consumer import Parts
from dashboard_project.web.present import TILES
from dashboard_project.web.tiles import Derived, TileMaker
from oracles.contract import OracleKey, OracleResult
from snapshot.contract import Capability, Metadata
from snapshot.data_snapshot import PROFILE
from snapshot.projections import CAPABILITIES, derive, fingerprint

NEEDS = {
    tile.capability: Needs(CAPABILITIES[tile.capability].required, CAPABILITIES[tile.capability].optional)
    for tile in TILES
}


def derived(
    capability: Capability,
    metadata: Metadata,
    answers: Mapping[OracleKey, OracleResult],
    pending: frozenset[OracleKey],
) -> Derived:
    """What one capability says, with its readiness and fingerprint."""
    projection, status = derive(capability, metadata, answers, pending)
    return Derived(projection, status, fingerprint(capability, projection))


def limits() -> Limits:
    """Deadlines and sizes of a session: the coordinator's own, unless COORDINATOR_LIMITS says otherwise."""
    return Limits(**getattr(settings, "COORDINATOR_LIMITS", {}))


TILE_MAKER = TileMaker(NEEDS, derived)
PARTS = Parts(wiring.ports, limits, TILE_MAKER, PROFILE)
