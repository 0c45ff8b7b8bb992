"""What decisions would change: the difference of two evaluations, with them and without. Pure.

A learner's slack is that of their tightest deadline: for each due date, the work due by then against the pace that was
seen (`PaceRunwayCalculator`). Decisions are really applied: an extension moves a due date, practice adds work, a
reopened attempt brings work back, a message reaches people. Two decisions about the same learner and item do not add
up: the later due date holds, the same work is added once, a learner is reached once (K-04).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from statistics import median

from experiences.calculators.pace_runway import PaceRunwayCalculator, Runway, RunwayStatus, Work


@dataclass(frozen=True, slots=True)
class Task:
    """Something a learner has to do. Points are any unit, the same in the whole section."""

    page_id: int
    points_left: float
    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class LearnerWork:
    """One learner as of a moment; `points_done`, days and activity as in `Work`."""

    learner_id: int
    tasks: tuple[Task, ...]
    points_done: float
    days_observed: float
    active_days: int


@dataclass(frozen=True, slots=True)
class Change:
    """What one decision does to its learners."""

    learners: frozenset[int]
    contacts: bool = False
    """Each of them gets a mail."""
    extends: Mapping[int, datetime] = field(default_factory=dict)
    """Page → new due date."""
    adds: tuple[Task, ...] = ()
    """Work that is to be done (again)."""


@dataclass(frozen=True, slots=True)
class Evaluation:
    """How the learners stand."""

    slacks: Mapping[int, float]
    """Days, of those whose slack is known."""
    at_risk: int
    """Learners whose tightest deadline cannot be met at their pace."""
    overdue: int
    """Learner × item: past due and not done."""
    reached: frozenset[int]
    mails: int

    @property
    def median_slack(self) -> float | None:
        return median(self.slacks.values()) if self.slacks else None


@dataclass(frozen=True, slots=True)
class Impact:
    """The difference between two evaluations of the same learners."""

    learners: int
    """Whom any of the decisions is about, each once."""
    reached: int
    """Who gets at least one mail."""
    mails: int
    at_risk: int
    """How many more; negative is better."""
    overdue: int
    slack_days: float
    """Sum over the learners whose slack is known before and after."""
    median_slack_before: float | None
    median_slack_after: float | None


@dataclass(frozen=True, slots=True)
class DecisionImpactCalculator:
    pace: PaceRunwayCalculator = PaceRunwayCalculator()

    def impact(
        self, works: Sequence[LearnerWork], changes: Sequence[Change], now: datetime, others: Sequence[Change] = ()
    ) -> Impact:
        """What these decisions change, given that `others` are carried out anyway.

        Raises:
            NaiveTime: a moment knows no zone.
        """
        before, after = self.evaluate(works, others, now), self.evaluate(works, (*others, *changes), now)
        both = before.slacks.keys() & after.slacks.keys()
        return Impact(
            learners=len(frozenset().union(*(change.learners for change in changes))),
            reached=len(after.reached) - len(before.reached),
            mails=after.mails - before.mails,
            at_risk=after.at_risk - before.at_risk,
            overdue=after.overdue - before.overdue,
            slack_days=sum(after.slacks[one] - before.slacks[one] for one in sorted(both)),
            median_slack_before=before.median_slack,
            median_slack_after=after.median_slack,
        )

    def evaluate(self, works: Sequence[LearnerWork], changes: Sequence[Change], now: datetime) -> Evaluation:
        """How the learners would stand with these changes."""
        changed = [_apply(work, changes) for work in works]
        runways = {work.learner_id: self.tightest(work, now) for work in changed}
        contacted = [one for change in changes if change.contacts for one in change.learners]
        return Evaluation(
            slacks={one: runway.slack_days for one, runway in runways.items() if runway.slack_days is not None},
            at_risk=sum(runway.status is RunwayStatus.CRITICAL for runway in runways.values()),
            overdue=sum(_is_overdue(task, now) for work in changed for task in work.tasks),
            reached=frozenset(contacted),
            mails=len(contacted),
        )

    def tightest(self, work: LearnerWork, now: datetime) -> Runway:
        """The runway to the deadline that leaves least slack; work without a due date is never late."""
        open_tasks = [task for task in work.tasks if task.points_left > 0 and task.due_at is not None]
        deadlines = sorted({task.due_at for task in open_tasks if task.due_at is not None})
        runways = [self.pace.runway(_until(work, open_tasks, due), due, now) for due in deadlines]
        known = [runway for runway in runways if runway.slack_days is not None]
        if known:
            return min(known, key=lambda runway: runway.slack_days or 0.0)
        last = max((task.due_at for task in work.tasks if task.due_at is not None), default=None)
        return runways[0] if runways else self.pace.runway(_until(work, (), last), last, now)


def _until(work: LearnerWork, tasks: Iterable[Task], due: datetime | None) -> Work:
    """The learner's work that is due by then."""
    left = sum(task.points_left for task in tasks if due is not None and task.due_at is not None and task.due_at <= due)
    return Work(left, work.points_done, work.days_observed, work.active_days)


def _apply(work: LearnerWork, changes: Iterable[Change]) -> LearnerWork:
    mine = [change for change in changes if work.learner_id in change.learners]
    tasks = {task.page_id: task for task in work.tasks}
    for task in (task for change in mine for task in change.adds):
        tasks[task.page_id] = _added(tasks.get(task.page_id), task)
    for page_id, due in ((page_id, due) for change in mine for page_id, due in change.extends.items()):
        tasks[page_id] = _extended(tasks[page_id], due) if page_id in tasks else Task(page_id, 0, due)
    return replace(work, tasks=tuple(tasks.values()))


def _added(task: Task | None, added: Task) -> Task:
    """The larger of both, not their sum: work that is asked for twice is done once."""
    if task is None:
        return added
    due = added.due_at or task.due_at
    return replace(task, points_left=max(task.points_left, added.points_left), due_at=due)


def _extended(task: Task, due: datetime) -> Task:
    """An extension never shortens."""
    return task if task.due_at is not None and task.due_at >= due else replace(task, due_at=due)


def _is_overdue(task: Task, now: datetime) -> bool:
    return task.due_at is not None and task.due_at < now and task.points_left > 0
