"""What a decision does to its learners' work: the words of the console in those of the impact calculator. Pure."""

from __future__ import annotations

from experiences.calculators.decision_impact import Change, Task
from experiences.decision_console.checking import sends_mail
from experiences.decision_console.contract import Outcome, QueuedDecision
from experiences.decision_console.kinds import Kind

A_PAGE = 1.0
"""Points of a page that is to be done from the beginning."""


def change_of(decision: QueuedDecision) -> Change:
    """What would happen if it were executed now: to those for whom nothing has happened yet."""
    waiting = [target for target in decision.targets if target.outcome is Outcome.WAITING]
    learners = frozenset(target.learner_id for target in waiting if target.learner_id is not None)
    page, moment = decision.page_id, decision.wording.moment
    is_work = decision.kind in {Kind.PRACTICE, Kind.REOPEN} and page is not None
    is_later = decision.kind is Kind.EXTENSION and page is not None and moment is not None
    return Change(
        learners=learners,
        contacts=sends_mail(decision.kind, decision.wording),
        extends={page: moment} if is_later and page is not None and moment is not None else {},
        adds=(Task(page, A_PAGE, moment),) if is_work and page is not None else (),
    )
