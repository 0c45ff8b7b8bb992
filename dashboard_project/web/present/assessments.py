"""Assessments: a card for each graded page with its histogram and measures, and the learners of one of its lists."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from dashboard_project.web.present.charts import Column, columns, inner_columns
from dashboard_project.web.present.cross_filter import CrossFilter
from dashboard_project.web.present.learner_list import LearnerList, ListName, Rows, learner_list, lines_of
from dashboard_project.web.present.look import PLAIN, Look
from dashboard_project.web.present.standing import hand_ins_of, is_past_due, listed
from dashboard_project.web.urlstate import ViewState
from oracles.contract import HAND_INS, LEARNER_INFO
from oracles.payloads import HandIn
from snapshot.contract import AssessmentCard, AssessmentsProjection
from snapshot.projections.assessments import bin_of

LONG_AGO = datetime.min.replace(tzinfo=UTC)
WIDTH, HEIGHT = 300, 96
"""Of the histogram, in its own units."""


@dataclass(frozen=True, slots=True)
class ListView:
    """`todo`, `missing`, `late` or `awaiting`: a button on the card, with how many it lists."""

    id: str
    count: int
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class BinRow:
    """A row of the table of the scores: percent from, to; how many learners, and how many of the chosen."""

    low: int
    high: int
    count: int
    among: int = 0


@dataclass(frozen=True, slots=True)
class AssessmentView:
    card: AssessmentCard
    columns: tuple[Column, ...]
    is_open: bool
    lists: tuple[ListView, ...] = ()
    list: LearnerList | None = None
    among: int | None = None
    """How many of the chosen learners have a score; none while nobody is chosen."""
    among_columns: tuple[Column, ...] = ()
    """Their part of the histogram, inside its columns."""

    @property
    def bin_rows(self) -> tuple[BinRow, ...]:
        among = [column.count for column in self.among_columns] or [0] * len(self.card.bins)
        bins = zip(self.card.bins, among, strict=True)
        return tuple(BinRow(item.low, item.high, item.count, part) for item, part in bins)

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
    listed: str = ""
    """The list that is open, as the address writes it; empty when this scope has no such card."""
    chosen: CrossFilter | None = None


def body(projection: AssessmentsProjection, view: ViewState, look: Look = PLAIN) -> AssessmentsBody:
    cards = projection.cards
    if view.order == "recent":
        cards = tuple(sorted(cards, key=lambda card: card.due_at or card.available_from or LONG_AGO, reverse=True))
    keys = {card.key for card in cards}
    with_list = view.listed.partition(":")[0]
    wanted = [key for key in (with_list, view.open) if key in keys]
    opened = wanted[0] if wanted else next((card.key for card in cards if card.completed), "")
    return AssessmentsBody(
        projection=projection,
        order=view.order,
        cards=tuple(_card(card, view, look, is_open=card.key == opened) for card in cards),
        least=min(cards, key=lambda card: card.completed, default=None),
        listed=view.listed if with_list in keys else "",
        chosen=look.chosen,
    )


def _card(card: AssessmentCard, view: ViewState, look: Look, *, is_open: bool) -> AssessmentView:
    handed_in = hand_ins_of(look.people.hand_ins, card.key) if look.people.hand_ins else None
    chosen = _scores_of(look.chosen, handed_in)
    counts = [item.count for item in card.bins]
    return AssessmentView(
        card=card,
        columns=columns(counts, width=WIDTH, height=HEIGHT),
        is_open=is_open,
        lists=_lists(card, view),
        list=_list(card, view, look),
        among=None if chosen is None else len(chosen),
        among_columns=inner_columns(_bins(chosen), counts, width=WIDTH, height=HEIGHT) if chosen else (),
    )


def _lists(card: AssessmentCard, view: ViewState) -> tuple[ListView, ...]:
    """Those that hold somebody, and the one that is open."""
    counts = {
        "todo": card.class_size - card.completed,
        "missing": card.missing,
        "late": card.late,
        "awaiting": card.awaiting_grade,
    }
    views = (ListView(name, count, view.listed == f"{card.key}:{name}") for name, count in counts.items())
    return tuple(each for each in views if each.count or each.is_chosen)


def _list(card: AssessmentCard, view: ViewState, look: Look) -> LearnerList | None:
    key, _, which = view.listed.partition(":")
    if key != card.key:
        return None
    name = ListName(
        id=f"listed-{key}",
        rule=f"assessments.{key}.{which}",
        parameter="a.rows",
        only=f"assessment:{key}:{which}",
        is_picked=view.pick == "assessments",
    )
    is_failed = look.people.is_failed(HAND_INS, LEARNER_INFO)
    return learner_list(name, _rows(card, which, view, look), look.chosen, is_failed=is_failed)


def _rows(card: AssessmentCard, which: str, view: ViewState, look: Look) -> Rows | None:
    """The learners of a list by name, each with what was handed in."""
    people = look.people
    if people.hand_ins is None or not people.roster:
        return None
    past = look.now is not None and is_past_due(card.due_at, look.now)
    ids = listed(people.hand_ins, card.key, which, is_past_due=past) or frozenset()
    handed_in = hand_ins_of(people.hand_ins, card.key) or {}
    scores = {learner: each.percent for learner, each in handed_in.items() if each.percent is not None}
    return Rows(tuple(lines_of(ids, people, scores, _marks(handed_in))), view.listed_rows)


def _marks(handed_in: Mapping[int, HandIn]) -> dict[int, str]:
    """Work that awaits its grade is told from nothing at all; so is what came late."""
    marks = {learner: "late" for learner, each in handed_in.items() if each.is_late}
    return marks | {learner: "awaiting" for learner, each in handed_in.items() if each.awaits_grade}


def _scores_of(chosen: CrossFilter | None, handed_in: Mapping[int, HandIn] | None) -> list[float] | None:
    """The scores of the chosen learners."""
    if chosen is None or chosen.ids is None or handed_in is None:
        return None
    meant = (handed_in[learner] for learner in chosen.ids if learner in handed_in)
    return [each.percent for each in meant if each.percent is not None]


def _bins(scores: list[float]) -> list[int]:
    counts = [0] * 10
    for score in scores:
        counts[bin_of(score)] += 1
    return counts
