"""What a batch of accepted events does to the rollups, folded in Python and applied in six statements.

Order does not matter: first and last are minima and maxima, first attempts compare (timestamp, sequence, event id),
counts add up, and what depends on several rows (progress of a page with activities, evidence, scores) is worked out
anew from the rows of just these learners and pages.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from ingest.bulk import Encoder, Row
from ingest.index import IndexedPage
from ingest.projection_sql import DONE, EVIDENCE, FIRST_ATTEMPTS, LAST_SEEN, PAGES_SEEN, SCORES
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


@dataclass(slots=True)
class Tried:
    """A learner at an activity, in this batch."""

    page_id: int
    first: tuple[Time, int, str | UUID]
    first_correct: bool
    attempts: int
    correct: int


@dataclass(slots=True)
class Projection:
    """The batch folded so far."""

    encoder: Encoder
    seen: dict[Pair, Seen] = field(default_factory=dict)
    tried: dict[Pair, Tried] = field(default_factory=dict)
    attempted: dict[Pair, int] = field(default_factory=dict)
    """Learner and page with an attempt → activities on the page."""
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
            self.attempted[learner, page.page_id] = page.activities
            self._try(record, (learner, activity), page.page_id, at)

    def apply(self, tenant_id: TenantId, section_id: int) -> set[Domain]:
        """The rollups hold the batch; returns the domains that moved."""
        pages = PAGES_SEEN.run(tenant_id, section_id, self._pages_seen())
        tries = FIRST_ATTEMPTS.run(tenant_id, section_id, self._first_attempts())
        pairs: list[Row] = [(*pair, total) for pair, total in sorted(self.attempted.items())]
        DONE.run(tenant_id, section_id, pairs)
        evidence = EVIDENCE.run(tenant_id, section_id, [pair[:2] for pair in pairs])
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

    def _pages_seen(self) -> list[Row]:
        return [
            (learner, page_id, 0.0 if seen.completed is None else 1.0, seen.first, seen.last, seen.completed)
            for (learner, page_id), seen in sorted(self.seen.items(), key=lambda item: item[0])
        ]

    def _first_attempts(self) -> list[Row]:
        return [
            (learner, tried.page_id, activity, *tried.first, tried.first_correct, tried.attempts, tried.correct)
            for (learner, activity), tried in sorted(self.tried.items(), key=lambda item: item[0])
        ]
