"""Codes of the console as words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from django import template
from django.utils.functional import Promise

from dashboard_project.templatetags.dashboard import pct
from dashboard_project.web import console_words as say
from experiences.decision_console.conflicts import ReviewConflict
from experiences.decision_console.contract import QueuedDecision
from experiences.decision_console.placeholders import Problem
from experiences.words import LEVELS

register = template.Library()

TABLES: Mapping[str, Mapping[str, Promise]] = {
    "kind": say.KINDS,
    "moment": say.MOMENTS,
    "state": say.STATES,
    "outcome": say.OUTCOMES,
    "why": say.WHY,
    "event": say.EVENTS,
    "by": say.DECIDED_BY,
    "field": say.FIELDS,
    "level": LEVELS,
    "factor": say.FACTORS,
}


@register.filter
def words(code: str, table: str) -> str:
    return say.words(TABLES[table], code)


@register.filter
def problem(found: Problem) -> str:
    """The sentence that says what keeps a decision from review."""
    return say.words(say.PROBLEMS, found.code).format(what=found.what, learners=found.learners)


@register.filter
def conflict(found: ReviewConflict) -> str:
    return say.words(say.CONFLICTS, found.code)


@register.filter
def rule(decision: QueuedDecision) -> str:
    """How its targets were chosen, and what it is about where that does not say it."""
    chosen = say.chosen_by(decision.rule, decision.rule_title)
    is_said = not decision.page_title or decision.page_title == decision.rule_title
    return chosen if is_said else f"{chosen} · {decision.page_title}"


@register.filter
def share(value: float) -> str:
    """0..1 as a percentage."""
    return pct(100 * value)


@register.filter
def written(value: datetime | None, zone: str) -> str:
    """A moment as a form field takes it, by the section's clock."""
    return "" if value is None else value.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%dT%H:%M")


@register.filter
def impact_id(decision_id: int) -> str:
    """Of a decision's impact among others on a page."""
    return f"impact-{decision_id}"


@register.filter
def of(table: Mapping[int, object], key: int) -> object:
    """A value by its key."""
    return table.get(key)
