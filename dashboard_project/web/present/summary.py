"""The summary strip: three figures and what to look at first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlencode

from courses.contract import Earlier
from dashboard_project.web.present.look import PLAIN, Look
from dashboard_project.web.urlstate import ViewState
from snapshot.contract import Capability, Card, Recommendation, SummaryProjection

TWO_WEEKS = timedelta(weeks=2)


@dataclass(frozen=True, slots=True)
class Change:
    """By how much a figure differs from what it was."""

    points: float
    """Percentage points, rounded to one decimal; negative when it fell."""

    @property
    def direction(self) -> str:
        return "up" if self.points > 0 else "down" if self.points < 0 else "same"

    @property
    def size(self) -> float:
        return abs(self.points)


@dataclass(frozen=True, slots=True)
class CardView:
    card: Card
    slug: str
    """`average_progress_pct`, …: ends ids, chooses words."""
    change: Change | None = None
    """Against earlier numbers, where there are any."""

    @property
    def is_known(self) -> bool:
        return self.card.value is not None


@dataclass(frozen=True, slots=True)
class SummaryBody:
    class_size: int | None
    cards: tuple[CardView, ...]
    recommendation: Recommendation | None
    earlier: Earlier | None = None
    """What the figures are compared with."""
    is_last_week: bool = False
    """It is between one and two weeks old; else its day is said."""
    changes: str = ""
    """The page that tells all that changed, from the dashboard."""
    zone: str = "UTC"

    @property
    def target(self) -> str:
        """Where the recommendation leads: the element id of a tile."""
        capability = self.recommendation.capability if self.recommendation else Capability.SUMMARY
        return f"tile-{capability.value}"


def body(projection: SummaryProjection, view: ViewState, look: Look = PLAIN) -> SummaryBody:
    earlier = look.beside.earlier
    before = dict(earlier.facts) if earlier else {}
    cards = tuple(
        CardView(card, card.fact.rpartition(".")[2], _change(card, before)) for card in projection.cards if card.visible
    )
    return SummaryBody(
        projection.class_size,
        cards,
        projection.recommendation,
        earlier=earlier,
        is_last_week=earlier is not None and look.now is not None and look.now - earlier.taken_at < TWO_WEEKS,
        changes=f"changes/?{urlencode({'scope': view.scope, 'since': 'week'}, safe=':')}",
        zone=look.zone,
    )


def _change(card: Card, before: Mapping[str, float]) -> Change | None:
    """The difference of the figures as they are shown, so that a reader who subtracts gets the same."""
    if card.value is None or card.fact not in before:
        return None
    return Change(round(card.value - before[card.fact], 1) + 0.0)
