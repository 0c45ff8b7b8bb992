"""What a batch of accepted events does to the rollups, folded in Python and applied in five statements.

Order does not matter: first and last are minima and maxima, first attempts compare (timestamp, sequence, event id),
counts add up, and what depends on several rows (progress of a page with activities, evidence, scores) is worked out
anew from the rows of just these learners and pages.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from ingest.bulk import Encoder, Row
from ingest.index import IndexedPage
from ingest.projection_sql import EVIDENCE, FIRST_ATTEMPTS, LAST_SEEN, PAGES, SCORES
from ingest.records import EventRecord, Verb
from oracles.contract import Domain, TenantId

Time = str | datetime
Pair = tuple[int, int]
HANDED_IN = frozenset({Verb.SUBMITTED, Verb.SCORED})


@dataclass(slots=True)
class Seen:
    """A learner on a page, in this batch."""

    page: IndexedPage
    first: Time
    last: Time
    completed: Time | None
    total: int | None = None
    """Activities on the page, if one was attempted."""


@dataclass(slots=True)
class Tried:
    """A learner at an activity, in this batch."""

    page_id: int
    first: tuple[Time, int, str]
    first_correct: bool
    attempts: int
    correct: int


@dataclass(slots=True)
class Projection:
    """The batch folded so far."""

    encoder: Encoder
    seen: dict[Pair, Seen] = field(default_factory=dict)
    tried: dict[Pair, Tried] = field(default_factory=dict)
    attempted: set[Pair] = field(default_factory=set)
    """Learner and page with an attempt."""
    handed_in: set[Pair] = field(default_factory=set)
    last: dict[int, Time] = field(default_factory=dict)
    newest: datetime | None = None

    def add(self, record: EventRecord, learner: int, page: IndexedPage, activity: int | None) -> None:
        """One accepted event is part of the fold."""
        at = self.encoder.time(record.timestamp)
        if self.newest is None or record.timestamp > self.newest:
            self.newest = record.timestamp
        if learner not in self.last or at > self.last[learner]:  # type: ignore[operator]
            self.last[learner] = at
        handed_in = record.verb in HANDED_IN
        self._see(learner, page, at, handed_in=handed_in)
        if page.graded and handed_in:
            self.handed_in.add((learner, page.page_id))
        if activity is not None and record.success is not None:
            self.attempted.add((learner, page.page_id))
            self.seen[learner, page.page_id].total = page.activities
            self._try(record, (learner, activity), page.page_id, at)

    def apply(self, tenant_id: TenantId, section_id: int) -> set[Domain]:
        """The rollups hold the batch; returns the domains that moved."""
        tries = FIRST_ATTEMPTS.run(tenant_id, section_id, self._first_attempts())
        pages = PAGES.run(tenant_id, section_id, self._pages())
        evidence = EVIDENCE.run(tenant_id, section_id, sorted(self.attempted))
        scores = SCORES.run(tenant_id, section_id, sorted(self.handed_in))
        roster = LAST_SEEN.run(tenant_id, section_id, [(learner, self.last[learner]) for learner in sorted(self.last)])
        moved = {
            Domain.PROGRESS: pages or tries,
            Domain.EVIDENCE: tries or evidence,
            Domain.SCORES: scores,
            Domain.ROSTER: roster,
        }
        return {domain for domain, rows in moved.items() if rows}

    def _see(self, learner: int, page: IndexedPage, at: Time, *, handed_in: bool) -> None:
        completed = at if not page.activities and (handed_in or not page.graded) else None
        seen = self.seen.get((learner, page.page_id))
        if seen is None:
            self.seen[learner, page.page_id] = Seen(page, at, at, completed)
            return
        if at < seen.first:  # type: ignore[operator]
            seen.first = at
        elif at > seen.last:  # type: ignore[operator]
            seen.last = at
        if completed is not None and (seen.completed is None or completed < seen.completed):  # type: ignore[operator]
            seen.completed = completed

    def _try(self, record: EventRecord, pair: Pair, page_id: int, at: Time) -> None:
        first = (at, record.sequence, self.encoder.uuid(record.event_id))
        success = bool(record.success)
        tried = self.tried.get(pair)
        if tried is None:
            self.tried[pair] = Tried(page_id, first, success, record.attempts, record.correct)
            return
        tried.attempts += record.attempts
        tried.correct += record.correct
        if first < tried.first:
            tried.first, tried.first_correct = first, success

    def _pages(self) -> list[Row]:
        return [
            (*pair, float(seen.completed is not None), seen.first, seen.last, seen.completed, seen.total)
            for pair, seen in sorted(self.seen.items(), key=lambda item: item[0])
        ]

    def _first_attempts(self) -> list[Row]:
        return [
            (learner, tried.page_id, activity, *tried.first, tried.first_correct, tried.attempts, tried.correct)
            for (learner, activity), tried in sorted(self.tried.items(), key=lambda item: item[0])
        ]
