"""The console as an experience: asks its data, then the calculators, then combines. No SQL, no arithmetic."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from experiences.calculators.attention_priority import (
    Attention,
    AttentionPriorityCalculator,
    ItemInputs,
    LearnerInputs,
)
from experiences.calculators.decision_impact import DecisionImpactCalculator, Impact
from experiences.calculators.levels import Level
from experiences.calculators.pace_runway import PaceRunwayCalculator, SectionRunway
from experiences.contract import SectionContext
from experiences.decision_console.changes import change_of
from experiences.decision_console.checking import obstacles, sends_mail
from experiences.decision_console.conflicts import ReviewConflict, conflicts
from experiences.decision_console.content import Letter, letter
from experiences.decision_console.contract import (
    Block,
    ConsoleData,
    CourseStanding,
    Draft,
    HistoryEntry,
    Obligation,
    OutstandingWork,
    PageChoice,
    QueuedDecision,
    Target,
)
from experiences.decision_console.data import MAY_APPROVE, MAY_STAGE, DecisionConsoleDataOrchestrator, Review
from experiences.decision_console.people import LearnerRecord
from experiences.decision_console.placeholders import Problem
from experiences.decision_console.staging import Edit
from experiences.outbox.contract import Resolution

TO_LOOK_AT = frozenset({Level.URGENT, Level.HIGH, Level.MEDIUM})
MOST_PEOPLE = 5


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that falls due, how urgent it is, and who owes it."""

    obligation: Obligation
    attention: Attention
    work: OutstandingWork | None
    """`None`: it is not due yet, or not known."""


@dataclass(frozen=True, slots=True)
class Person:
    """One learner, and how soon somebody should look at them."""

    record: LearnerRecord
    attention: Attention


@dataclass(frozen=True, slots=True)
class Staged:
    """One decision of the queue, and what keeps it from review."""

    decision: QueuedDecision
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Console:
    """Three questions: what needs me, what is staged, what became of it."""

    data: ConsoleData
    items: Block[tuple[Item, ...]]
    people: Block[tuple[Person, ...]]
    """Learners whom somebody should look at first, at most five."""
    standing: Block[CourseStanding]
    queue: tuple[Staged, ...]
    what_if: Impact | None
    """Of the decisions that were asked about, together."""
    runway: SectionRunway | None
    """Of the learners they are about, as it is now."""
    recent: tuple[QueuedDecision, ...]
    history: tuple[HistoryEntry, ...]
    may_stage: bool
    may_approve: bool


@dataclass(frozen=True, slots=True)
class DecisionView:
    decision: QueuedDecision
    problems: tuple[Problem, ...]
    previews: tuple[tuple[Target, Letter], ...]
    """What each of its targets would be sent."""
    reply_to: str
    """Where answers go; empty where the person who signs has no address."""
    impact: Impact
    history: tuple[HistoryEntry, ...]
    pages: tuple[PageChoice, ...]
    may_stage: bool
    may_approve: bool


@dataclass(frozen=True, slots=True)
class ReviewView:
    review: Review
    impact: Impact
    """Of all of it together; not the sum of its parts."""
    impacts: Mapping[int, Impact]
    """Of each decision alone."""
    previews: Mapping[int, tuple[tuple[Target, Letter], ...]]
    conflicts: tuple[ReviewConflict, ...]
    may_approve: bool
    has_approved: bool


@dataclass(frozen=True)
class DecisionConsoleService:
    """Holds its collaborators and nothing else."""

    data: DecisionConsoleDataOrchestrator
    attention: AttentionPriorityCalculator = AttentionPriorityCalculator()
    pace: PaceRunwayCalculator = PaceRunwayCalculator()
    impacts: DecisionImpactCalculator = DecisionImpactCalculator()

    def get_console(self, context: SectionContext, what_if: Collection[int] = ()) -> Console:
        """The console; with decisions to ask “what if” about, what they would change together."""
        data = self.data.get_console_data(context)
        asked = [decision for decision in data.decision_queue if decision.id in what_if]
        impact, runway = self._weigh(context, asked, data.generated_at) if asked else (None, None)
        return Console(
            data=data,
            items=self._items(data),
            people=self._people(data),
            standing=data.standing,
            queue=tuple(self._staged(context, decision, data.generated_at) for decision in data.decision_queue),
            what_if=impact,
            runway=runway,
            recent=self.data.get_recent(context),
            history=self.data.get_history(context),
            may_stage=context.role in MAY_STAGE and not context.is_preview,
            may_approve=context.role in MAY_APPROVE and not context.is_preview,
        )

    def get_decision(self, context: SectionContext, decision_id: int) -> DecisionView:
        """One decision, with what each learner would read."""
        decision, now = self.data.get_decision(context, decision_id), self.data.clock()
        impact, _ = self._weigh(context, [decision], now)
        return DecisionView(
            decision=decision,
            problems=self._staged(context, decision, now).problems,
            previews=self._previews(context, decision),
            reply_to=self.data.get_reply_to(context, decision.staged_by, decision.signature),
            impact=impact,
            history=self.data.get_history(context, decision_id),
            pages=self.data.get_pages(context),
            may_stage=context.role in MAY_STAGE and not context.is_preview,
            may_approve=context.role in MAY_APPROVE and not context.is_preview,
        )

    def get_review(self, context: SectionContext, batch_id: int) -> ReviewView:
        """The review, with its impact as a whole, of its parts, and what speaks against it."""
        review, now = self.data.get_review(context, batch_id), self.data.clock()
        whole, _ = self._weigh(context, review.decisions, now)
        return ReviewView(
            review=review,
            impact=whole,
            impacts={each.id: self._weigh(context, [each], now)[0] for each in review.decisions},
            previews={each.id: self._previews(context, each) for each in review.decisions},
            conflicts=conflicts(review.decisions, review.foreseen, now),
            may_approve=context.role in MAY_APPROVE and not context.is_preview,
            has_approved=any(actor == f"user-{context.user_id}" for actor, *_ in review.approvals),
        )

    def stage(self, context: SectionContext, draft: Draft) -> int:
        """The decision is staged; returns its id. Twice is once."""
        staged = self.data.add_decision(context, draft).staged
        assert staged is not None
        return staged

    def find_page(self, context: SectionContext, key: str) -> PageChoice | None:
        """The page of this key; `None` where the section has none."""
        return next((page for page in self.data.get_pages(context) if page.key == key), None)

    def edit(self, context: SectionContext, decision_id: int, edit: Edit) -> bool:
        """The decision says this now; whether that is another thing than before."""
        return self.data.edit_decision(context, decision_id, edit)

    def snooze(self, context: SectionContext, decision_id: int, until: datetime) -> None:
        self.data.snooze_decision(context, decision_id, until)

    def wake(self, context: SectionContext, decision_id: int) -> None:
        self.data.wake_decision(context, decision_id)

    def discard(self, context: SectionContext, decision_id: int) -> None:
        """It will never be executed."""
        self.data.discard_decision(context, decision_id)

    def review(self, context: SectionContext, decision_ids: Collection[int]) -> int:
        """These decisions are in review; returns the review's id."""
        return self.data.open_review(context, decision_ids)

    def approve(self, context: SectionContext, batch_id: int, content_hash: str) -> bool:
        """Whoever acts has approved what has this digest; returns whether that is enough."""
        return self.data.approve_review(context, batch_id, content_hash)

    def execute(self, context: SectionContext, batch_id: int) -> tuple[int, ...]:
        """What was approved and may be executed has been; returns the decisions."""
        return self.data.execute_review(context, batch_id)

    def resolve(
        self, context: SectionContext, decision_id: int, target_ids: Collection[int], resolution: Resolution
    ) -> int:
        """What became of these mails stands as this person said; returns of how many."""
        return self.data.resolve_mails(context, decision_id, target_ids, resolution)

    def run_due(self, context: SectionContext) -> tuple[int, ...]:
        """For the clock: what has a time has been done; returns the decisions that were executed."""
        return self.data.run_due(context)

    def _items(self, data: ConsoleData) -> Block[tuple[Item, ...]]:
        """Most urgent first; what cannot be judged comes last."""
        if data.obligations.value is None:
            return Block(data.obligations.availability)
        work = {each.page_id: each for each in data.outstanding.value or ()}
        items = [
            Item(each, self._urgency(each, data.generated_at), work.get(each.page_id))
            for each in data.obligations.value
        ]
        items.sort(key=lambda item: (item.attention.score is None, -(item.attention.score or 0)))
        return Block(data.obligations.availability, tuple(items))

    def _people(self, data: ConsoleData) -> Block[tuple[Person, ...]]:
        """Those of level medium and above, the most urgent first; who cannot be judged is not among them."""
        if data.learners.value is None:
            return Block(data.learners.availability)
        people = [Person(each, self._attention(each, data.generated_at)) for each in data.learners.value]
        told = [person for person in people if person.attention.level in TO_LOOK_AT]
        told.sort(key=lambda person: (-(person.attention.score or 0), person.record.label))
        return Block(data.learners.availability, tuple(told[:MOST_PEOPLE]))

    def _attention(self, learner: LearnerRecord, now: datetime) -> Attention:
        known = LearnerInputs(
            overdue_share_pct=learner.work.overdue_share_pct,
            on_time_pct=learner.work.on_time_pct,
            proficiency_pct=learner.proficiency_pct,
            last_activity=learner.last_activity,
            known_since=learner.known_since,
        )
        return self.attention.learner(known, now)

    def _urgency(self, obligation: Obligation, now: datetime) -> Attention:
        return self.attention.item(ItemInputs(obligation.due_at, obligation.share_pct), now)

    def _staged(self, context: SectionContext, decision: QueuedDecision, now: datetime) -> Staged:
        return Staged(decision, obstacles(decision, context.dashboard.course_title, self.data.origins, now))

    def _previews(self, context: SectionContext, decision: QueuedDecision) -> tuple[tuple[Target, Letter], ...]:
        if not sends_mail(decision.kind, decision.wording):
            return ()
        course = context.dashboard.course_title
        return tuple((each, letter(decision, each.name, each.email, course)) for each in decision.included)

    def _weigh(
        self, context: SectionContext, decisions: Sequence[QueuedDecision], now: datetime
    ) -> tuple[Impact, SectionRunway]:
        changes = [change_of(decision) for decision in decisions]
        learners = frozenset[int]().union(*(change.learners for change in changes))
        works = self.data.get_works(context, learners)
        runway = self.pace.section(self.impacts.tightest(work, now) for work in works)
        return self.impacts.impact(works, changes, now), runway
