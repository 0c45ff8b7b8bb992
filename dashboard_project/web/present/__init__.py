"""From a projection and a way of looking at it to what a template shows. Pure. The table is the registration."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from dashboard_project.web.present import assessments, challenging_objectives, progress, student_support, summary
from dashboard_project.web.present.look import PLAIN, Look
from dashboard_project.web.urlstate import ViewState
from snapshot.contract import Capability, Projection

type Body = (
    summary.SummaryBody
    | progress.ProgressBody
    | student_support.StudentSupportBody
    | challenging_objectives.ChallengingObjectivesBody
    | assessments.AssessmentsBody
)


@dataclass(frozen=True, slots=True)
class Tile:
    """One capability on the page: its body's template and which parameters of the address it looks at."""

    capability: Capability
    template: str
    fields: frozenset[str]
    group: str
    """`strip`, `engagement`, `content`: where on the page."""


TILES: tuple[Tile, ...] = (
    Tile(Capability.SUMMARY, "dashboard/tiles/summary.html", frozenset(), "strip"),
    Tile(
        Capability.PROGRESS,
        "dashboard/tiles/progress.html",
        frozenset({"threshold", "mode", "page", "bar", "side", "bar_rows", "only", "pick"}),
        "engagement",
    ),
    Tile(
        Capability.STUDENT_SUPPORT,
        "dashboard/tiles/student_support.html",
        frozenset({"bucket", "active", "noted", "rows", "only", "pick"}),
        "engagement",
    ),
    Tile(
        Capability.CHALLENGING_OBJECTIVES,
        "dashboard/tiles/challenging_objectives.html",
        frozenset({"sort"}),
        "content",
    ),
    Tile(
        Capability.ASSESSMENTS,
        "dashboard/tiles/assessments.html",
        frozenset({"order", "open", "listed", "listed_rows", "only", "pick"}),
        "content",
    ),
)
TILE_OF = {tile.capability: tile for tile in TILES}


def present(capability: Capability, projection: Projection, view: ViewState, look: Look = PLAIN) -> Body:
    """The body of a capability's tile."""
    return PRESENTERS[capability](projection, view, look)


PRESENTERS: dict[Capability, Callable[..., Body]] = {
    Capability.SUMMARY: summary.body,
    Capability.PROGRESS: progress.body,
    Capability.STUDENT_SUPPORT: student_support.body,
    Capability.CHALLENGING_OBJECTIVES: challenging_objectives.body,
    Capability.ASSESSMENTS: assessments.body,
}
