"""What the page of the student-support parameters shows. Built once per request; the template does no arithmetic."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

import msgspec

from courses.contract import DashboardContext, ScopeChoice, SupportThresholds
from courses.support_settings import DEFAULTS, FIELDS, Change, Conflict
from dashboard_project.web.head import dashboard_path
from dashboard_project.web.parameters_form import Field, ParametersForm, fields
from dashboard_project.web.parameters_words import foretold, listed, told
from dashboard_project.web.present.matrix import Matrix, matrix
from dashboard_project.web.urlstate import COURSE
from snapshot.contract import StudentSupportProjection
from snapshot.projections.regrouping import Regrouping, regroup
from snapshot.projections.student_support import BUCKETS


@dataclass(frozen=True, slots=True)
class Groupings:
    """The class as it is grouped now, and under the draft (the same where there is none)."""

    now: StudentSupportProjection
    then: StudentSupportProjection


@dataclass(frozen=True, slots=True)
class Row:
    """Where the learners of one bucket would go."""

    bucket: str
    now: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Cell:
    bucket: str
    count: int
    is_moved: bool


@dataclass(frozen=True, slots=True)
class Preview:
    """What saving would do."""

    sentences: tuple[str, ...]
    rows: tuple[Row, ...]
    then: tuple[int, ...]
    found: Regrouping


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the history."""

    at: datetime
    who: str
    is_reset: bool
    what: tuple[str, ...]
    again: str
    """Query that previews what was in force after this change."""
    is_current: bool


@dataclass(frozen=True, slots=True)
class Asking:
    """Who asks for what."""

    context: DashboardContext
    choices: Sequence[ScopeChoice]
    form: ParametersForm | None = None
    conflict: Conflict | None = None
    outcome: str = ""
    """`saved`, `unchanged`, `reset`, `not_permitted`: what came of it."""


@dataclass(frozen=True, slots=True)
class ParametersPage:
    section_title: str
    path: str
    back: str
    scope: str
    label: str
    zone: str
    outcome: str
    may_set: bool
    version: int
    fields: tuple[Field, ...]
    draft: tuple[tuple[str, int], ...]
    """Name and value of what could be saved; empty when there is nothing to save."""
    can_reset: bool
    conflict: tuple[str, ...]
    """What somebody else changed meanwhile, in sentences."""
    preview: Preview | None
    matrix: Matrix | None
    counts: tuple[tuple[str, int], ...]
    """Bucket and learners in it now."""
    inactive: int | None
    history: tuple[Entry, ...]


def parameters_page(asking: Asking, groupings: Groupings | None, history: Sequence[Change]) -> ParametersPage:
    """The page; without groupings (the numbers could not be had) it can still be saved, unseen."""
    context = asking.context
    current, draft = context.semantics.support, draft_of(asking.form)
    differs = draft is not None and _bare(draft) != _bare(current)
    titles = {choice.address: choice.title for choice in asking.choices if choice.address != COURSE}
    address = context.scope.address
    found = regroup(groupings.now, groupings.then) if groupings and differs else None
    return ParametersPage(
        section_title=context.section_title,
        path=f"{dashboard_path(context)}parameters/",
        back=dashboard_path(context) + ("" if address == COURSE else f"?{urlencode({'scope': address}, safe=':')}"),
        scope="" if address == COURSE else address,
        label=titles.get(address, ""),
        zone=context.time_zone,
        outcome=asking.outcome,
        may_set=context.may_set,
        version=current.version,
        fields=fields(asking.form, current),
        draft=_values(draft) if draft is not None and differs else (),
        can_reset=_bare(current) != _bare(DEFAULTS),
        conflict=_conflict(asking),
        preview=_preview(current, draft, found) if draft is not None and found is not None else None,
        matrix=matrix(groupings.then, draft or current, current) if groupings else None,
        counts=tuple((bucket.id, bucket.count) for bucket in groupings.now.buckets) if groupings else (),
        inactive=groupings.now.inactive if groupings else None,
        history=tuple(_entry(change, current.version, address) for change in history),
    )


def draft_of(form: ParametersForm | None) -> SupportThresholds | None:
    """What a valid form would save."""
    return form.thresholds if form is not None and form.is_valid() else None


def _conflict(asking: Asking) -> tuple[str, ...]:
    if asking.conflict is None:
        return ()
    reader = asking.context.user_id
    return tuple(sentence for change in reversed(asking.conflict.changes) for sentence in told(change, reader))


def _preview(current: SupportThresholds, draft: SupportThresholds, found: Regrouping) -> Preview:
    rows = tuple(
        Row(bucket, sum(counts), _cells(index, counts))
        for index, (bucket, counts) in enumerate(zip(BUCKETS, found.matrix, strict=True))
    )
    return Preview(foretold(current, draft, found), rows, found.then, found)


def _cells(row: int, counts: Sequence[int]) -> tuple[Cell, ...]:
    return tuple(
        Cell(BUCKETS[column], count, is_moved=column != row and count > 0) for column, count in enumerate(counts)
    )


def _entry(change: Change, version: int, address: str) -> Entry:
    query: Mapping[str, object] = dict(_values(change.after)) | ({} if address == COURSE else {"scope": address})
    return Entry(
        at=change.at,
        who=change.actor_name,
        is_reset=change.is_reset,
        what=listed(change),
        again=f"?{urlencode(query, safe=':')}",
        is_current=change.after.version == version,
    )


def _values(thresholds: SupportThresholds) -> tuple[tuple[str, int], ...]:
    return tuple((name, getattr(thresholds, name)) for name in FIELDS)


def _bare(thresholds: SupportThresholds) -> SupportThresholds:
    return msgspec.structs.replace(thresholds, version=0)
