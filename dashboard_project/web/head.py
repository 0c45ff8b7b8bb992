"""The head of the page: where am I, and where to go from here. Pure, and the first part of every frame."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from courses.contract import DashboardContext, ScopeChoice
from dashboard_project.web.urlstate import COURSE, ViewState, write


@dataclass(frozen=True, slots=True)
class Head:
    scope: str
    token: int | str
    seq: int | str
    url: str
    query: str
    """The part of it that says what is looked at; empty for the whole course."""
    work: str
    """`loading` until everything required is there, then `idle`."""
    state: str
    """What the page says of itself: `live`, `catching-up`, `paused` or `stale`."""
    label: str
    trail: str
    section_title: str
    previous: ScopeChoice | None
    next: ScopeChoice | None
    only: str = ""
    """The cross-filter: the form keeps it."""


def head(
    context: DashboardContext,
    choices: Sequence[ScopeChoice],
    view: ViewState,
    *,
    token: int | str,
    seq: int | str,
    work: str,
    state: str,
) -> Head:
    """The head for what `view` looks at; `choices` are the scopes of the section in curriculum order."""
    at = next((index for index, choice in enumerate(choices) if choice.address == view.scope), 0)
    path, query = dashboard_path(context), write(view)
    return Head(
        scope=view.scope,
        token=token,
        seq=seq,
        url=path + query,
        query=query,
        work=work,
        state=state,
        label=choices[at].title if choices else context.section_title,
        trail=context.course_title if view.scope == COURSE else f"{context.course_title} · {context.section_title}",
        section_title=context.section_title,
        previous=choices[at - 1] if at > 0 else None,
        next=choices[at + 1] if at + 1 < len(choices) else None,
        only=view.only,
    )


def dashboard_path(context: DashboardContext) -> str:
    return f"/s/{context.institution_slug}/{context.section_slug}/"


def socket_path(context: DashboardContext) -> str:
    return f"/ws/s/{context.institution_slug}/{context.section_slug}/"
