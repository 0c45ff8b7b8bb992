"""What an approval is bound to: everything that would happen, as one text with a digest; and what differs. Pure.

Names and addresses enter as digests only: the content is kept, and people are forgotten.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from experiences.decision_console.contract import Difference, Outcome, QueuedDecision
from experiences.decision_console.placeholders import Person, Sender, render

type Content = Mapping[str, Mapping[str, object]]
"""By decision id, as text: JSON keeps no other keys."""

TARGETS = "targets"


@dataclass(frozen=True, slots=True)
class Letter:
    """What one target is sent."""

    to: str
    subject: str
    text: str


def letter(decision: QueuedDecision, name: str, address: str, course: str) -> Letter:
    """The one mail: what is previewed, what is approved, what is sent."""
    person, sender = Person(name), Sender(decision.signature, course)
    wording = decision.wording
    return Letter(address, render(wording.subject, person, sender), render(wording.text, person, sender))


def content_of(decisions: Sequence[QueuedDecision], course: str) -> Content:
    """Everything that would happen if these were executed."""
    return {str(decision.id): _decision(decision, course) for decision in sorted(decisions, key=lambda one: one.id)}


def digest(content: Content) -> str:
    """SHA-256 of the content, the same on every machine."""
    return sha256(json.dumps(content, sort_keys=True, ensure_ascii=True).encode()).hexdigest()


def differences(before: Content, after: Content) -> tuple[Difference, ...]:
    """What is not what it was, field by field."""
    found: list[Difference] = []
    for name in sorted({*before, *after}, key=int):
        old, new = before.get(name, {}), after.get(name, {})
        changed = [field for field in sorted({*old, *new}) if old.get(field) != new.get(field)]
        found += [Difference(int(name), field, *_shown(field, old.get(field), new.get(field))) for field in changed]
    return tuple(found)


def _decision(decision: QueuedDecision, course: str) -> Mapping[str, object]:
    wording = decision.wording
    return {
        "kind": decision.kind.value,
        "version": decision.version,
        "rule": decision.rule,
        "page": decision.page_id,
        "subject": wording.subject,
        "text": wording.text,
        "moment": wording.moment.isoformat() if wording.moment else None,
        "reason": wording.reason,
        "run_at": wording.run_at.isoformat() if wording.run_at else None,
        TARGETS: {
            str(target.id): _digest(decision, target.name, target.email, course)
            for target in decision.targets
            if target.outcome is not Outcome.EXCLUDED
        },
    }


def _digest(decision: QueuedDecision, name: str, address: str, course: str) -> str:
    """Of what this target would be sent."""
    sent = letter(decision, name, address, course)
    return sha256(json.dumps([sent.to, sent.subject, sent.text]).encode()).hexdigest()[:16]


def _shown(field: str, old: object, new: object) -> tuple[str, str]:
    if field == TARGETS:
        before, after = _targets(old), _targets(new)
        changed = sum(before[one] != after[one] for one in before.keys() & after.keys())
        return str(
            len(before)
        ), f"{len(after)} (+{len(after.keys() - before)} −{len(before.keys() - after)} ~{changed})"
    return "" if old is None else str(old), "" if new is None else str(new)


def _targets(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}
