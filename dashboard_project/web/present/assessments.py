"""Assessments: a card for each graded page, with its histogram and its five measures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from dashboard_project.web.present.charts import Column, columns
from dashboard_project.web.urlstate import ViewState
from snapshot.contract import AssessmentCard, AssessmentsProjection

LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class AssessmentView:
    card: AssessmentCard
    columns: tuple[Column, ...]
    is_open: bool

    @property
    def bins(self) -> tuple[tuple[int, int, int], ...]:
        """(from, to, learners) of the bins that hold somebody: what a reader without the picture needs."""
        return tuple((item.low, item.high, item.count) for item in self.card.bins if item.count)


@dataclass(frozen=True, slots=True)
class AssessmentsBody:
    projection: AssessmentsProjection
    order: str
    cards: tuple[AssessmentView, ...]
    least: AssessmentCard | None


def body(projection: AssessmentsProjection, view: ViewState) -> AssessmentsBody:
    cards = projection.cards
    if view.order == "recent":
        cards = tuple(sorted(cards, key=lambda card: card.due_at or card.available_from or LONG_AGO, reverse=True))
    keys = {card.key for card in cards}
    opened = view.open if view.open in keys else next((card.key for card in cards if card.completed), "")
    return AssessmentsBody(
        projection=projection,
        order=view.order,
        cards=tuple(_card(card, is_open=card.key == opened) for card in cards),
        least=min(cards, key=lambda card: card.completed, default=None),
    )


def _card(card: AssessmentCard, *, is_open: bool) -> AssessmentView:
    return AssessmentView(card, columns([item.count for item in card.bins], width=300, height=96), is_open)
