"""The hygiene tray: what is wrong with a section's data, and what to do about it.

Asks the orchestrator, then the detectors and the calculator, then combines. It holds its collaborators and nothing
else: no SQL, no arithmetic, no state.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from experiences.calculators.data_quality import DataQualityCalculator, Reach, Severity
from experiences.contract import NotAllowed, SectionContext, place_of, writable_place_of
from experiences.hygiene_tray import detectors
from experiences.hygiene_tray.contract import Blocks, Facts, Finding, FixFailed, Replayed, Targets
from experiences.hygiene_tray.data import HygieneTrayDataOrchestrator
from experiences.hygiene_tray.issues import (
    Changed,
    Chosen,
    Issue,
    Look,
    NoSuchIssue,
    Outcome,
    Result,
    TrayData,
    Weighed,
)
from experiences.hygiene_tray.states import Verb, Wish, may, needs_confirmation
from experiences.hygiene_tray.tray import Filters, Tray, tray_of

MOST_AT_ONCE = 100
REPLAYABLE = "reason:"
"""How the subject of a replayable issue begins; what follows is the reason of its dead letters."""
STILL_DEAD = "still_dead:"
"""How the reason of a replay that failed begins; what follows is how many records."""
EVERYTHING = Filters()


class ConfirmationRequired(Exception):
    """Somebody has to say yes first; nothing was changed."""


class TooMany(ValueError):
    """More issues at once than one change may hold; nothing was changed."""


@dataclass(frozen=True, slots=True)
class Tools:
    """What the service works with, besides its orchestrator and its calculator."""

    clock: Callable[[], datetime]
    new_id: Callable[[], UUID]
    replay: Callable[[SectionContext, str], Replayed]
    """Tries the dead letters of one reason again; raises `FixFailed`."""


class HygieneTrayService:
    """One per process: everything it knows is in the database."""

    def __init__(self, data: HygieneTrayDataOrchestrator, calculator: DataQualityCalculator, tools: Tools) -> None:
        self._data = data
        self._calculator = calculator
        self._tools = tools

    def get_tray(self, context: SectionContext, filters: Filters = EVERYTHING) -> Tray:
        """The tray as it is remembered; `look` brings it up to date."""
        return tray_of(self._data.get_tray_data(context, self._tools.clock()), filters)

    def look(self, context: SectionContext, *, is_forced: bool = False) -> bool:
        """The tray agrees with the data; `False` where nothing had moved. A preview only reads."""
        place_of(context)
        if context.is_preview:
            return False
        now, signature = self._tools.clock(), self._data.get_signature(context)
        if not is_forced and not self._data.is_look_due(context, signature, now):
            return False
        known = self._data.get_tray_data(context, now)
        look = self._looked(self._data.get_facts(context, now), known.targets, signature, now)
        return self._data.remember_look(context, look, self._tools.new_id())

    def change(
        self, context: SectionContext, chosen: Sequence[Chosen], wish: Wish, *, is_confirmed: bool = False
    ) -> Changed:
        """One result for each issue, in one transaction; what cannot be changed does not spoil the others.

        Raises:
            PreviewRefused, NotAllowed, TooMany, ConfirmationRequired: nothing was changed.
        """
        self._check(context, wish.verb, chosen)
        if not is_confirmed and needs_confirmation(wish.verb, self._severities(context, chosen)):
            raise ConfirmationRequired(wish.verb.value)
        return self._data.change(context, chosen, wish, self._tools.new_id(), self._tools.clock())

    def replay(self, context: SectionContext, chosen: Chosen, *, is_confirmed: bool = False) -> Result:
        """The issue's dead letters were tried again and the data looked at: it is gone, or says what is still wrong.

        Raises:
            PreviewRefused, NotAllowed, ConfirmationRequired, NoSuchIssue: nothing was changed.
        """
        self._check(context, Verb.REPLAY, [chosen])
        issue = self.get_issue(context, chosen.issue)
        if not issue.subject.startswith(REPLAYABLE):
            return Result(issue.id, Outcome.ILLEGAL, "nothing of it can be replayed")
        if not is_confirmed and needs_confirmation(Verb.REPLAY, (issue.severity,)):
            raise ConfirmationRequired(Verb.REPLAY.value)
        started = self._data.change(context, [chosen], Wish(Verb.REPLAY), self._tools.new_id(), self._tools.clock())
        if started.results[0].outcome is not Outcome.APPLIED:
            return started.results[0]
        return self._replayed(context, issue)

    def undo(self, context: SectionContext, batch: UUID) -> Changed:
        """Every issue of the batch that nobody changed since is exactly as it was; no results after 24 hours.

        Raises:
            PreviewRefused, NoSuchBatch: nothing was changed.
        """
        writable_place_of(context)
        return self._data.undo(context, batch, self._tools.new_id(), self._tools.clock())

    def reorder(self, context: SectionContext, ids: Sequence[int], version: int) -> Outcome:
        """The person's own order, if it names every open issue once and nobody changed it since.

        Raises:
            PreviewRefused: nothing was changed.
        """
        writable_place_of(context)
        return self._data.reorder(context, ids, version)

    def get_issue(self, context: SectionContext, issue_id: int) -> Issue:
        """One issue of this section.

        Raises:
            NoSuchIssue: there is none, or it belongs to somebody else.
        """
        for issue in self._known(context).issues:
            if issue.id == issue_id:
                return issue
        raise NoSuchIssue(f"no issue {issue_id} in this section")

    def blocked(self, context: SectionContext) -> Blocks:
        """Learners, pages and activities that cannot be judged until an issue is closed."""
        return self._data.get_blocked(context)

    def _looked(self, facts: Facts, targets: Targets, signature: str, now: datetime) -> Look:
        reports = detectors.run(facts, targets, now)
        found = [finding for report in reports for finding in report.findings]
        return Look(
            at=now,
            as_of=facts.section.as_of if facts.section else None,
            signature=signature,
            findings=tuple(self._weighed(finding, facts) for finding in found),
            unmeasured={report.detector: report.unmeasured for report in reports if report.unmeasured},
            quality=self._calculator.score(check for report in reports for check in report.checks),
        )

    def _weighed(self, finding: Finding, facts: Facts) -> Weighed:
        size = facts.section.learners if facts.section else 0
        reach = Reach(finding.severity, finding.learners, size, finding.grade_share, finding.regained)
        return Weighed(finding, self._calculator.impact(reach))

    def _replayed(self, context: SectionContext, issue: Issue) -> Result:
        try:
            told = self._tools.replay(context, issue.subject.removeprefix(REPLAYABLE))
        except FixFailed as failure:
            return self._failed(context, issue, str(failure))
        self.look(context, is_forced=True)
        if told.still_dead:
            return self._failed(context, issue, f"{STILL_DEAD}{told.still_dead}")
        return Result(issue.id, Outcome.APPLIED, f"back:{told.back}")

    def _failed(self, context: SectionContext, issue: Issue, reason: str) -> Result:
        now = self.get_issue(context, issue.id)
        chosen = Chosen(now.id, now.version)
        self._data.mark_failed(context, chosen, reason, self._tools.new_id(), self._tools.clock())
        return Result(issue.id, Outcome.ILLEGAL, reason)

    def _check(self, context: SectionContext, verb: Verb, chosen: Sequence[Chosen]) -> None:
        writable_place_of(context)
        if not may(context.role, verb):
            raise NotAllowed(f"{verb}: not for {context.role}")
        if len(chosen) > MOST_AT_ONCE:
            raise TooMany(f"expected at most {MOST_AT_ONCE} issues at once, got {len(chosen)}")

    def _severities(self, context: SectionContext, chosen: Sequence[Chosen]) -> tuple[Severity, ...]:
        severities = {issue.id: issue.severity for issue in self._known(context).issues}
        return tuple(severities.get(each.issue, Severity.LOW) for each in chosen)

    def _known(self, context: SectionContext) -> TrayData:
        return self._data.get_tray_data(context, self._tools.clock())
