"""What keeps a decision from being reviewed. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime

from experiences.decision_console.contract import QueuedDecision, Wording
from experiences.decision_console.kinds import KINDS, Kind, Text
from experiences.decision_console.placeholders import Person, Problem, Sender, problems


def sends_mail(kind: Kind, wording: Wording) -> bool:
    """Whether each of its learners gets a mail."""
    text = KINDS[kind].text
    return text is Text.NEEDED or (text is Text.OPTIONAL and bool(wording.text.strip()))


def obstacles(decision: QueuedDecision, course: str, origins: Collection[str], now: datetime) -> tuple[Problem, ...]:
    """Everything that is missing or wrong; nothing is approved while there is any."""
    found = list(_missing(decision, now))
    if not decision.included:
        found.append(Problem("nobody_left"))
    if sends_mail(decision.kind, decision.wording):
        people = [Person(target.name) for target in decision.included]
        texts = (decision.wording.subject, decision.wording.text)
        found += problems(texts, people, Sender(decision.signature, course), origins)
    return tuple(found)


def _missing(decision: QueuedDecision, now: datetime) -> Iterator[Problem]:
    rule, wording = KINDS[decision.kind], decision.wording
    if sends_mail(decision.kind, wording):
        if not wording.subject.strip():
            yield Problem("no_subject")
        if not wording.text.strip():
            yield Problem("no_text")
    if rule.needs_page and decision.page_id is None:
        yield Problem("no_page")
    if rule.needs_reason and not wording.reason.strip():
        yield Problem("no_reason")
    if rule.needs_moment and wording.moment is None:
        yield Problem("no_moment")
    if wording.moment is not None and wording.moment <= now:
        yield Problem("moment_is_past")
    if wording.run_at is not None and wording.run_at <= now:
        yield Problem("run_at_is_past")
