"""What the tray's page shows. Built once per request; the template does no arithmetic and chooses no words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courses.contract import DashboardContext, Role, ScopeChoice
from dashboard_project.web.head import dashboard_path
from dashboard_project.web.page import Option, options
from dashboard_project.web.tray_address import TrayAddress
from experiences.calculators.data_quality import Severity
from experiences.hygiene_tray import words
from experiences.hygiene_tray.contract import DetectorName
from experiences.hygiene_tray.issues import Issue, ScoreOfDay
from experiences.hygiene_tray.service import REPLAYABLE, STILL_DEAD
from experiences.hygiene_tray.states import DECIDING, VERBS, Verb, may
from experiences.hygiene_tray.tray import Part, Show, Sort, Tray

ROWS = 50


@dataclass(frozen=True, slots=True)
class Row:
    """One issue as it is shown."""

    issue: Issue
    subject: str
    kind: str
    name: str
    """Subject and kind: what tells the forms of this issue from those of another one."""
    told: str
    matters: str
    fix: str
    severity: str
    effort: str
    status: str
    seen_as: str
    """`id:version`: which issue, as somebody saw it."""
    verbs: frozenset[str]
    """What this person may do with it now."""
    said: str
    """Why it is ignored, or what went wrong."""
    people: tuple[str, ...]
    on_dashboard: str
    """Address; empty where it is not about one part of the course."""
    admin: str
    """Address of the form of whoever may mend it there; empty for everybody else."""
    is_first: bool
    is_last: bool


@dataclass(frozen=True, slots=True)
class Choice:
    value: str
    label: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class PartRow:
    part: Part
    name: str
    why: str


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Who looks at what, and what the page needs to know besides the tray."""

    context: DashboardContext
    """Of the whole section."""
    choices: Sequence[ScopeChoice]
    people: Mapping[int, str]
    containers: Mapping[int, str]
    may_administrate: bool
    is_behind: bool
    """The data could not be looked at just now."""


@dataclass(frozen=True, slots=True)
class TrayPage:
    tray: Tray
    rows: tuple[Row, ...]
    listed: int
    """Before paging."""
    address: TrayAddress
    query: str
    path: str
    back: str
    zone: str
    section_title: str
    scopes: tuple[Option, ...]
    shows: tuple[Choice, ...]
    severities: tuple[Choice, ...]
    kinds: tuple[Choice, ...]
    sorts: tuple[Choice, ...]
    parts: tuple[PartRow, ...]
    top: tuple[Row, ...]
    quick: tuple[Row, ...]
    bulk: tuple[Choice, ...]
    previous: str
    next: str
    is_ordering: bool
    is_behind: bool
    may_decide: bool
    before: ScoreOfDay | None
    """The score of the day before the newest."""


def tray_page(tray: Tray, address: TrayAddress, around: Surroundings) -> TrayPage:
    """The page."""
    context = around.context
    role, listed = context.role, tray.issues
    pages = max(1, -(-len(listed) // ROWS))
    address = replace(address, page=min(address.page, pages))
    start = (address.page - 1) * ROWS
    rows = [_row(issue, around, place, len(listed)) for place, issue in enumerate(listed)][start : start + ROWS]
    path = f"{dashboard_path(context)}tray/"
    return TrayPage(
        tray=tray,
        rows=tuple(rows),
        listed=len(listed),
        address=address,
        query=address.query(),
        path=path,
        back=dashboard_path(context),
        zone=context.time_zone,
        section_title=context.section_title,
        scopes=options(around.choices),
        shows=_shows(address.show),
        severities=_severities(address.severity),
        kinds=_kinds(address.kind),
        sorts=_sorts(address.sort),
        parts=tuple(_part(part) for part in tray.parts),
        top=tuple(_row(issue, around, 0, 0) for issue in tray.top_fixes),
        quick=tuple(_row(issue, around, 0, 0) for issue in tray.quick_wins),
        bulk=tuple(Choice(verb.value, label, is_chosen=False) for verb, label in _bulk(role)),
        previous=path + replace(address, page=address.page - 1).query() if address.page > 1 else "",
        next=path + replace(address, page=address.page + 1).query() if address.page < pages else "",
        is_ordering=address == TrayAddress(sort=Sort.MINE, page=address.page) and context.user_id is not None,
        is_behind=around.is_behind,
        may_decide=role in DECIDING,
        before=tray.scores[-2] if len(tray.scores) > 1 else None,
    )


def _row(issue: Issue, around: Surroundings, place: int, count: int) -> Row:
    fault, kind = words.FAULTS[issue.fault], str(words.DETECTORS[issue.detector])
    subject = words.subject(issue.fault, issue.title)
    return Row(
        issue=issue,
        subject=subject,
        kind=kind,
        name=f"{subject} ({kind})",
        told=words.told(issue.fault, issue.numbers),
        matters=str(fault.matters),
        fix=str(fault.fix),
        severity=str(words.SEVERITIES[issue.severity]),
        effort=str(words.EFFORTS[issue.effort]),
        status=_status(issue),
        seen_as=f"{issue.id}:{issue.version}",
        verbs=_verbs(issue, around.context.role),
        said=_said(issue.state.reason),
        people=tuple(sorted(around.people[each] for each in issue.blocks.learners if each in around.people)),
        on_dashboard=_on_dashboard(issue, around),
        admin=_admin(issue, around),
        is_first=place == 0,
        is_last=place == count - 1,
    )


def _verbs(issue: Issue, role: Role) -> frozenset[str]:
    allowed = {verb for verb, rule in VERBS.items() if issue.state.status in rule.sources and may(role, verb)}
    if not issue.subject.startswith(REPLAYABLE):
        allowed -= {Verb.REPLAY}
    if issue.state.reviewed:
        allowed -= {Verb.REVIEW}
    return frozenset(verb.value for verb in allowed)


def _status(issue: Issue) -> str:
    state = issue.state
    if state.is_contested:
        return _("contested: resolved by hand, and still found")
    by_itself = state.closed_by == "detector"
    said = {
        "open": _("open"),
        "in_progress": _("being worked on"),
        "resolved": _("gone from the data") if by_itself else _("resolved by hand"),
        "ignored": _("ignored"),
        "error": _("a fix failed"),
    }[state.status]
    return _("%(status)s, reviewed") % {"status": said} if state.reviewed else said


def _said(reason: str) -> str:
    count = reason.removeprefix(STILL_DEAD)
    if count == reason:
        return reason
    text = ngettext(
        "%(count)d record still cannot be written.", "%(count)d records still cannot be written.", int(count)
    )
    return text % {"count": int(count)}


def _on_dashboard(issue: Issue, around: Surroundings) -> str:
    container = around.containers.get(issue.page) if issue.page else None
    return f"{dashboard_path(around.context)}?scope=container:{container}" if container else ""


def _admin(issue: Issue, around: Surroundings) -> str:
    if not around.may_administrate or issue.page is None:
        return ""
    return reverse("admin:courses_page_change", args=[issue.page])


def _part(part: Part) -> PartRow:
    reason = words.UNMEASURED.get(part.reason, part.reason)
    return PartRow(part, str(words.DETECTORS[part.detector]), str(reason))


def _bulk(role: Role) -> list[tuple[Verb, str]]:
    labels = {
        Verb.START: _("Work on them"),
        Verb.RESOLVE: _("Mark as resolved"),
        Verb.IGNORE: _("Ignore"),
        Verb.REVIEW: _("Mark as reviewed"),
        Verb.REOPEN: _("Open again"),
    }
    return [(verb, label) for verb, label in labels.items() if may(role, verb)]


def _shows(chosen: Show) -> tuple[Choice, ...]:
    labels = {Show.OPEN: _("To do"), Show.CLOSED: _("Done"), Show.ALL: _("All")}
    return tuple(Choice(each.value, label, each is chosen) for each, label in labels.items())


def _severities(chosen: Severity | None) -> tuple[Choice, ...]:
    every = Choice("", _("Any"), chosen is None)
    return every, *(Choice(each.value, str(words.SEVERITIES[each]), each is chosen) for each in Severity)


def _kinds(chosen: DetectorName | None) -> tuple[Choice, ...]:
    every = Choice("", _("Any"), chosen is None)
    return every, *(Choice(each.value, str(words.DETECTORS[each]), each is chosen) for each in DetectorName)


def _sorts(chosen: Sort) -> tuple[Choice, ...]:
    labels = {Sort.IMPACT: _("Impact"), Sort.MINE: _("My order"), Sort.NEWEST: _("Newest first")}
    return tuple(Choice(each.value, label, each is chosen) for each, label in labels.items())
