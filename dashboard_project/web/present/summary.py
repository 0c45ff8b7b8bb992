"""The summary strip: three figures and what to look at first."""

from __future__ import annotations

from dataclasses import dataclass

from dashboard_project.web.present.look import PLAIN, Look
from dashboard_project.web.urlstate import ViewState
from snapshot.contract import Capability, Card, Recommendation, SummaryProjection


@dataclass(frozen=True, slots=True)
class CardView:
    card: Card
    slug: str
    """`average_progress_pct`, …: ends ids, chooses words."""

    @property
    def is_known(self) -> bool:
        return self.card.value is not None


@dataclass(frozen=True, slots=True)
class SummaryBody:
    class_size: int | None
    cards: tuple[CardView, ...]
    recommendation: Recommendation | None

    @property
    def rule(self) -> str:
        """The name of the rule that speaks, for people."""
        return self.recommendation.rule.replace("_", " ") if self.recommendation else ""

    @property
    def target(self) -> str:
        """Where the recommendation leads: the element id of a tile."""
        capability = self.recommendation.capability if self.recommendation else Capability.SUMMARY
        return f"tile-{capability.value}"


def body(projection: SummaryProjection, _view: ViewState, _look: Look = PLAIN) -> SummaryBody:
    cards = tuple(CardView(card, card.fact.rpartition(".")[2]) for card in projection.cards if card.visible)
    return SummaryBody(projection.class_size, cards, projection.recommendation)
