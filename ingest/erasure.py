"""Erases a learner: whatever the institution has stored of a person is gone afterwards, and it is known that it was.

Rules:
- Rows are deleted, not renamed: a course of answers can give a person away without a name. Every number is then one of
  the learners who are left (rollups are rows of single learners, so they agree with the events at once).
- What was told of a class on an earlier day (`KeptFacts`) are counts and means, and stays.
- Records given up that speak of the person go too, from the table and from the spool.
- An audit entry says that it happened. It holds a keyed digest instead of the id: who knows the id can find it.
- Everything in the database is one transaction; stamps move, so open dashboards let go of the name within seconds.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from uuid import uuid4

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.crypto import salted_hmac

from courses import erasure
from courses.audit import Actor
from courses.erasure import Subject
from courses.models import AuditEntry
from ingest.models import DeadLetter
from ingest.stamps import forget_names, move
from ingest.structure.header import lock_stamps
from oracles.contract import Domain

MOVED = (Domain.ROSTER, Domain.PROGRESS, Domain.EVIDENCE, Domain.SCORES)
LETTERS = DeadLetter._meta.db_table


class UnknownLearner(LookupError):
    """Nothing is known of such a person, and nobody of this id was erased."""


@dataclass(frozen=True, slots=True)
class Erasure:
    """What was removed. Nothing, where it was done before."""

    rows: dict[str, int] = field(default_factory=dict)
    """By table, or by the module that saw to it."""
    sections: tuple[int, ...] = ()
    erased_before: datetime | None = None
    left: dict[str, int] = field(default_factory=dict)
    """Rows by table that still mention the person: nobody could tell whether they may go."""

    @property
    def is_nothing(self) -> bool:
        return not self.rows


def erase(subject: Subject, actor: Actor, at: datetime, *, spooled: int = 0, dry_run: bool = False) -> Erasure:
    """Nothing of the learner is in the database; with `dry_run` it says what would go, and changes nothing.

    `spooled` is how many lines of the spool have gone already.

    Raises:
        UnknownLearner: there is nothing of theirs, and there never was.
    """
    with transaction.atomic():
        sections = erasure.sections_of(subject)
        lock_stamps(subject.tenant_id, sections)
        found = _erased(subject, sections)
        if spooled:
            found.rows["spool"] = spooled
        if found.is_nothing and found.erased_before is None:
            raise UnknownLearner("nobody of this id is known here")
        if found.rows:
            _write_down(subject, actor, at, found)
        transaction.set_rollback(dry_run)
    return found


def mentions(text: str, subject: Subject) -> bool:
    """Whether a record, as JSON (perhaps cut short), is about the person or speaks of them."""
    try:
        record = json.loads(text)
    except ValueError:
        return _is_in(text, subject)
    return any(_is_in(each, subject) for each in _strings(record))


def _erased(subject: Subject, sections: list[int]) -> Erasure:
    before = _entries(subject).order_by("-at").values_list("at", flat=True).first()
    rows = erasure.remove(subject)
    if letters := _remove_letters(subject):
        rows[LETTERS] = rows.get(LETTERS, 0) + letters
    for module, count in erasure.tell_others(subject).items():
        rows[module] = rows.get(module, 0) + count
    if subject.learner_id is not None:
        move(subject.tenant_id, sections, MOVED)
        forget_names(subject.tenant_id, sections)
    return Erasure(rows, tuple(sections), before, erasure.leftovers(subject))


def _remove_letters(subject: Subject) -> int:
    letters = DeadLetter.objects.for_tenant(subject.tenant_id)
    suspects = letters.filter(_hint(subject)).values_list("pk", "payload", "detail")
    gone = [pk for pk, payload, detail in suspects.iterator() if mentions(payload, subject) or _is_in(detail, subject)]
    return letters.filter(pk__in=gone).delete()[0]


def _hint(subject: Subject) -> Q:
    """Letters worth a look; JSON there is ASCII."""
    hints = Q()
    for word in {subject.external_id, subject.name, subject.email} - {""}:
        hints |= Q(payload__contains=json.dumps(word)[1:-1]) | Q(payload__contains=json.dumps(json.dumps(word))[1:-1])
        hints |= Q(detail__contains=word)
    return hints


def _strings(value: object) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            for key, each in value.items():
                yield from (key, *_strings(each))
        case list():
            for each in value:
                yield from _strings(each)


def _is_in(text: str, subject: Subject) -> bool:
    """The id as a whole, or as a JSON or Python string inside of the text; the name or address anywhere."""
    quoted = (json.dumps(subject.external_id), repr(subject.external_id), ascii(subject.external_id))
    if text == subject.external_id or any(each in text for each in quoted):
        return True
    telling = (word for word in (subject.name, subject.email) if word)
    return any(word == text or (len(word) >= erasure.TELLING and word in text) for word in telling)


def _write_down(subject: Subject, actor: Actor, at: datetime, found: Erasure) -> None:
    AuditEntry.objects.for_tenant(subject.tenant_id).create(
        at=at,
        actor=actor.pseudonym,
        actor_name=actor.name[:150],
        action=AuditEntry.Action.ERASURE,
        rows=sum(found.rows.values()),
        request_id=uuid4().hex,
        details={"subject": _digest(subject), "rows": found.rows},
    )


def _entries(subject: Subject) -> QuerySet[AuditEntry]:
    """What was written down when they were erased."""
    entries = AuditEntry.objects.for_tenant(subject.tenant_id).filter(action=AuditEntry.Action.ERASURE)
    return entries.filter(details__subject=_digest(subject))


def _digest(subject: Subject) -> str:
    said = f"{subject.tenant_id}:{subject.external_id}"
    return salted_hmac("lectern.erasure", said, algorithm="sha256").hexdigest()
