"""The console's data orchestrator: what it reads of a section, and its memory of decisions.

Rules: every method takes the context, which names the tenant, and nothing beside it does. A source that fails marks its
own block; memory that cannot be read is an error, never an empty queue (O-10). Assistants stage; instructors and
operators approve, execute and settle. Nothing is written in a preview.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction

from courses.audit import Actor, Handover, record
from courses.contract import DashboardContext, Role
from courses.models import AuditEntry
from experiences.calculators.decision_impact import LearnerWork
from experiences.contract import NotAllowed, SectionContext, place_of, require_writable
from experiences.decision_console import chronicle, executing, material, reading, records, reviewing, staging
from experiences.decision_console.allowance import settings_of
from experiences.decision_console.blocks import block_of
from experiences.decision_console.chronicle import Hand, hand_of
from experiences.decision_console.contract import (
    TROUBLED,
    Blocking,
    ConsoleData,
    CourseStanding,
    Difference,
    Draft,
    HistoryEntry,
    NotThere,
    PageChoice,
    QueuedDecision,
    StaleApproval,
    Why,
)
from experiences.decision_console.kinds import Kind
from experiences.decision_console.people import LearnerRecord
from experiences.decision_console.signing import reply_to
from experiences.decision_console.staging import Edit
from experiences.outbox.contract import Resolution
from experiences.outbox.resolving import resolve
from experiences.patience import patiently
from snapshot.contract import Capability, Snapshot

MAY_STAGE = frozenset({Role.INSTRUCTOR, Role.ASSISTANT, Role.OPERATOR})
MAY_APPROVE = frozenset({Role.INSTRUCTOR, Role.OPERATOR})
STANDING_FACTS = frozenset({Capability.SUMMARY.value, Capability.STUDENT_SUPPORT.value})


@dataclass(frozen=True, slots=True)
class Review:
    """Decisions that are looked at together, and what an approval of them would be bound to."""

    id: int
    content_hash: str
    opened_by: str
    opened_at: datetime
    decisions: tuple[QueuedDecision, ...]
    approvals: tuple[tuple[str, str, datetime], ...]
    """Pseudonym, account and moment."""
    needed: int
    stale: tuple[Difference, ...]
    """What is not what was frozen: with any, it cannot be approved."""
    foreseen: Mapping[int, Mapping[Why, int]]
    """By decision: targets that would be skipped if it were executed now, by reason."""


@dataclass(frozen=True)
class DecisionConsoleDataOrchestrator:
    """Holds its collaborators and nothing else."""

    snapshots: Callable[[DashboardContext], Snapshot]
    blocked: Callable[[SectionContext], Blocking]
    """What an open issue of the tray keeps out of the console."""
    clock: Callable[[], datetime]
    origins: tuple[str, ...] = ()
    """Sites that links may lead to."""

    def get_console_data(self, context: SectionContext) -> ConsoleData:
        """The console of this section, now."""
        (tenant, section), now = place_of(context), self.clock()
        return ConsoleData(
            obligations=block_of(lambda: material.obligations(context, self.blocked(context), now)),
            outstanding=block_of(lambda: material.outstanding(context, self.blocked(context), now)),
            standing=block_of(lambda: self._standing(context, now)),
            learners=block_of(lambda: self._learners(context, now)),
            decision_queue=reading.queue(tenant, section, now),
            institution_id=tenant,
            section_id=section,
            as_of=material.as_of(context),
            generated_at=now,
        )

    def add_decision(self, context: SectionContext, draft: Draft) -> ConsoleData:
        """The decision is staged (or found staged already); the refreshed console says which it is.

        Raises:
            NotThere, Refused: nothing was stored.
        """
        staged = self._change(context, lambda hand: staging.stage(hand, draft))
        return replace(self.get_console_data(context), staged=staged)

    def get_decision(self, context: SectionContext, decision_id: int) -> QueuedDecision:
        return reading.one(*place_of(context), decision_id, self.clock())

    def get_recent(self, context: SectionContext) -> tuple[QueuedDecision, ...]:
        """Decisions that are over, newest first."""
        return reading.recent(*place_of(context), self.clock())

    def get_history(self, context: SectionContext, decision_id: int | None = None) -> tuple[HistoryEntry, ...]:
        return chronicle.history(*place_of(context), decision_id)

    def get_works(self, context: SectionContext, learners: Collection[int]) -> tuple[LearnerWork, ...]:
        """What these learners have to do, for whoever works out what a decision would change."""
        place_of(context)
        return material.works(context, learners, self.clock())

    def get_pages(self, context: SectionContext) -> tuple[PageChoice, ...]:
        """What a decision can be about, in reading order."""
        place_of(context)
        return material.pages(context, self.clock())

    def get_reply_to(self, context: SectionContext, staged_by: int | None, signature: str) -> str:
        """Where answers to mail with this signature go; empty where the person has no address."""
        return reply_to(*place_of(context), staged_by, signature)

    def edit_decision(self, context: SectionContext, decision_id: int, edit: Edit) -> bool:
        """The decision says this now; whether that is another thing than before."""
        return self._change(context, lambda hand: staging.edit(hand, decision_id, edit))

    def snooze_decision(self, context: SectionContext, decision_id: int, until: datetime) -> None:
        self._change(context, lambda hand: staging.snooze(hand, decision_id, until))

    def wake_decision(self, context: SectionContext, decision_id: int) -> None:
        self._change(context, lambda hand: staging.wake(hand, decision_id))

    def discard_decision(self, context: SectionContext, decision_id: int) -> None:
        self._change(context, lambda hand: staging.discard(hand, decision_id))

    def open_review(self, context: SectionContext, decision_ids: Collection[int]) -> int:
        """These decisions are in review together; returns the review's id."""
        ids, origins = decision_ids, self.origins
        return self._change(
            context, lambda hand: reviewing.open_review(hand, ids, context.dashboard.course_title, origins)
        )

    def get_review(self, context: SectionContext, batch_id: int) -> Review:
        """The review, with what has changed since it was opened.

        Raises:
            NotThere: no such review here.
        """
        place, now = place_of(context), self.clock()
        nobody = chronicle.machine(*place, now)
        batch = reviewing.batch_of(nobody, batch_id)
        ids = [int(pk) for pk in batch.content]
        decisions = reading.some(*place, ids, now)
        return Review(
            id=batch.pk,
            content_hash=batch.content_hash,
            opened_by=batch.opened_by,
            opened_at=batch.opened_at,
            decisions=decisions,
            approvals=reviewing.approvals_of(nobody, batch),
            needed=2 if settings_of(context.tenant_id).needs_second_approver else 1,
            stale=reviewing.stale(batch, decisions, context.dashboard.course_title),
            foreseen={each.id: executing.foreseen(nobody, each) for each in decisions},
        )

    def approve_review(self, context: SectionContext, batch_id: int, content_hash: str) -> bool:
        """The approval of whoever acts stands; returns whether it is enough.

        Raises:
            NotAllowed, NotThere, StaleApproval: nothing was approved.
        """
        is_bulk = len(self.get_review(context, batch_id).decisions) > 1
        hand = self._hand(context, MAY_APPROVE, is_bulk=is_bulk)
        return patiently(lambda: reviewing.approve(hand, batch_id, content_hash, context.dashboard.course_title))

    def execute_review(self, context: SectionContext, batch_id: int) -> tuple[int, ...]:
        """What of the review may be executed has been; returns the decisions that were.

        Raises:
            NotAllowed, NotThere, StaleApproval, NotRecorded: of the first decision that cannot be, and those after it,
                nothing was done.
        """
        hand = self._hand(context, MAY_APPROVE)
        reviewing.batch_of(hand, batch_id)
        return self._execute(context, hand, executing.due(hand, batch_id))

    def resolve_mails(
        self, context: SectionContext, decision_id: int, target_ids: Collection[int], resolution: Resolution
    ) -> int:
        """Mails of these targets that failed or are unknown stand as this person said; returns how many.

        Raises:
            NotAllowed, NotThere: nothing was changed.
        """
        hand = self._hand(context, MAY_APPROVE)
        decision = self.get_decision(context, decision_id)
        mine = {target.id: target for target in decision.targets}
        if not set(target_ids) <= mine.keys():
            raise NotThere("target")
        keys = [mine[one].mail_key for one in target_ids if mine[one].outcome in TROUBLED]
        with transaction.atomic():
            said = resolve(context.tenant_id, keys, resolution, hand.actor, hand.now)
            if said:
                row = staging.locked(hand, decision_id)
                chronicle.note(hand, row, "resolved", {}, {"as": resolution.value, "mails": len(said)})
        executing.settle(context.tenant_id, context.section_id, hand.now, [decision_id])
        return len(said)

    def run_due(self, context: SectionContext) -> tuple[int, ...]:
        """What has a time has been done: expired, woken, executed, settled; returns the decisions that were executed.

        For the clock: its context is a command's, and what it does is the machine's.

        Raises:
            StaleApproval: of the first that is not what was approved; those after it were executed all the same.
        """
        require_writable(context)
        hand = hand_of(context, self.clock())
        executing.settle(context.tenant_id, context.section_id, hand.now)
        staging.expire_due(hand)
        scheduled = [
            decision.id
            for decision in reading.some(context.tenant_id, context.section_id, executing.due(hand), hand.now)
            if decision.wording.run_at is not None
        ]
        done: list[int] = []
        stale: list[StaleApproval] = []
        for each in scheduled:
            try:
                done += self._execute(context, hand, [each])
            except StaleApproval as error:
                stale.append(error)
        if stale:
            raise stale[0]
        return tuple(done)

    def _execute(self, context: SectionContext, hand: Hand, decision_ids: Collection[int]) -> tuple[int, ...]:
        done: list[int] = []
        for decision_id in decision_ids:
            given = executing.approved(hand, decision_id, context.dashboard.course_title)
            if given is not None:
                _write_down(context, hand, given)
                executing.execute(hand, given)
                done.append(decision_id)
        return tuple(done)

    def _standing(self, context: SectionContext, now: datetime) -> CourseStanding:
        facts = self.snapshots(context.dashboard).facts
        return CourseStanding(
            facts={name: value for name, value in facts.items() if name.partition(".")[0] in STANDING_FACTS},
            watched=material.arranged(context, Kind.WATCH, now),
            flagged=material.arranged(context, Kind.FLAG, now),
        )

    def _change[T](self, context: SectionContext, act: Callable[[Hand], T]) -> T:
        """What the act gives: one transaction, by whoever may stage. A database that is busy is asked again."""
        return patiently(lambda: act(self._hand(context, MAY_STAGE)))

    def _learners(self, context: SectionContext, now: datetime) -> tuple[LearnerRecord, ...]:
        """Everybody who can be judged, with the dashboard's own numbers of them."""
        projection = self.snapshots(context.dashboard).projections[Capability.STUDENT_SUPPORT]
        return records.learner_records(context, projection, self.blocked(context), now)

    def _hand(self, context: SectionContext, roles: frozenset[Role], *, is_bulk: bool = False) -> Hand:
        """Whose hand it is that writes, if it may."""
        require_writable(context)
        if context.role not in roles or context.user_id is None:
            raise NotAllowed(f"expected {' or '.join(sorted(roles))}, got {context.role}")
        return hand_of(context, self.clock(), is_bulk=is_bulk)


def _write_down(context: SectionContext, hand: Hand, given: executing.Approved) -> None:
    """The audit entry is committed before anything leaves; without it nothing does."""
    mails = executing.letters(given)
    handover = Handover(
        action=AuditEntry.Action.SEND,
        scope="course",
        rows=len(mails),
        sha256=executing.fingerprint(given),
        request_id=f"decision-{given.decision.id}",
        details={
            "kind": given.decision.kind.value,
            "review": given.decision.batch_id,
            "version": given.decision.version,
        },
    )
    record(context.dashboard, Actor(hand.actor, hand.name), handover, hand.now)
