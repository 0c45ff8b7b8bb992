"""The one choice of learners that every tile is about: a bucket, a side of a bar, or a list of an assessment. Pure.

It never changes a fact: tiles keep the numbers of the class and say beside them how many of the chosen are among them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from dashboard_project.web.present.people import BEHIND, NOBODY, People
from dashboard_project.web.present.standing import Ids, is_past_due, listed, side
from dashboard_project.web.urlstate import ViewState


@dataclass(frozen=True, slots=True)
class CrossFilter:
    """Who is meant, in words and as ids."""

    only: str
    """As the address writes it."""

    kind: str
    """`bucket`, `progress` or `assessment`."""
    which: str
    """The bucket, the side of the bar, or the list of the assessment."""
    title: str
    """Of the bar or the assessment; empty for a bucket."""
    ids: Ids | None
    """Nothing until it is known who is meant."""
    state: str
    """`ready`, `loading`, `failed`, or `unknown`: this scope has nothing of the kind."""

    @property
    def size(self) -> int:
        return len(self.ids or ())

    def among(self, learners: Ids) -> int | None:
        """How many of these are meant."""
        return None if self.ids is None else len(self.ids & learners)

    def keeps(self, learner_id: int) -> bool:
        """Whether a list shows this learner: everybody, until it is known who is meant."""
        return self.ids is None or learner_id in self.ids


def cross_filter(view: ViewState, people: People = NOBODY, now: datetime | None = None) -> CrossFilter | None:
    """Who the view is about; nothing when it is about everybody. `now` decides what is past due."""
    if not view.only:
        return None
    kind, _, rest = view.only.partition(":")
    key, _, which = rest.partition(":")
    title, ids = "", None
    match kind:
        case "bucket":
            ids = _bucket(people, key)
        case "progress":
            title, ids = _bar(people, key, which, view.threshold)
        case "assessment":
            title, ids = _assessment(people, key, which, now)
    return CrossFilter(view.only, kind, which or key, title, ids, _state(kind, ids, people))


def _bar(people: People, key: str, which: str, threshold: int) -> tuple[str, Ids | None]:
    children = people.resources.children if people.resources else ()
    title = next((child.title for child in children if child.key == key), key)
    return title, side(people.progress, key, threshold, which) if people.progress else None


def _assessment(people: People, key: str, which: str, now: datetime | None) -> tuple[str, Ids | None]:
    pages = people.resources.graded_pages if people.resources else ()
    page = next((page for page in pages if page.key == key), None)
    is_late = page is not None and now is not None and is_past_due(page.due_at, now)
    found = listed(people.hand_ins, key, which, is_past_due=is_late) if people.hand_ins else None
    return page.title if page else key, found


def _bucket(people: People, name: str) -> Ids | None:
    if people.support is None:
        return None
    found = next((bucket for bucket in people.support.buckets if bucket.id == name), None)
    return frozenset(row.learner_id for row in found.learners) if found else None


def _state(kind: str, ids: Ids | None, people: People) -> str:
    if ids is not None:
        return "ready"
    if people.is_failed(*BEHIND[kind]):
        return "failed"
    answered = {"bucket": people.support, "progress": people.progress, "assessment": people.hand_ins}[kind]
    return "loading" if answered is None else "unknown"
