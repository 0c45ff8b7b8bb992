"""Changes that persons make: all rows locked in one order, each decided by itself, all stored or none."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import transaction

from experiences.hygiene_tray.issues import Changed, Chosen, NoSuchBatch, Outcome, Result
from experiences.hygiene_tray.memory.reading import UNDO_FOR
from experiences.hygiene_tray.memory.rows import STATE_FIELDS, as_json, from_json, put_state, state_of
from experiences.hygiene_tray.models import TrayChange, TrayIssue
from experiences.hygiene_tray.states import Illegal, State
from oracles.contract import TenantId

CHUNK = 200
UPDATED = (*STATE_FIELDS, "version")
type Move = Callable[[TrayIssue], State]


@dataclass(frozen=True, slots=True)
class Author:
    """Who changes, when, and what for."""

    actor: str
    decided_by: TrayChange.DecidedBy
    verb: str
    batch: UUID
    at: datetime


@dataclass(slots=True)
class Ledger:
    """Rows that were moved, and what the history says of it; `store` writes both."""

    author: Author
    rows: list[TrayIssue] = field(default_factory=list)
    changes: list[TrayChange] = field(default_factory=list)

    def move(self, row: TrayIssue, state: State) -> None:
        before = as_json(state_of(row))
        put_state(row, state)
        self.rows.append(row)
        self.note(row, before)

    def note(self, row: TrayIssue, before: Mapping[str, object]) -> None:
        """The history tells how the row came to be as it is."""
        author = self.author
        self.changes.append(
            TrayChange(
                issue=row, at=author.at, verb=author.verb, decided_by=author.decided_by, actor=author.actor,
                batch=author.batch, before=before, after=as_json(state_of(row)), version=row.version,
            )
        )  # fmt: skip

    def store(self, tenant_id: TenantId, fields: Sequence[str] = UPDATED) -> None:
        TrayIssue.objects.for_tenant(tenant_id).bulk_update(self.rows, fields, batch_size=CHUNK)
        TrayChange.objects.for_tenant(tenant_id).bulk_create(self.changes, batch_size=CHUNK)


def change(tenant_id: TenantId, section_id: int, chosen: Sequence[Chosen], move: Move, author: Author) -> Changed:
    """Every issue that is as it was seen, and may be moved, is moved; one result each, in the order of `chosen`."""
    with transaction.atomic():
        rows = _locked(tenant_id, section_id, [each.issue for each in chosen])
        ledger = Ledger(author)
        results = tuple(_decide(rows.get(each.issue), each, move, ledger) for each in chosen)
        ledger.store(tenant_id)
    return Changed(results, author.batch if ledger.rows else None)


def undo(tenant_id: TenantId, section_id: int, batch: UUID, author: Author, only_actor: str = "") -> Changed:
    """Every issue of the batch that nobody changed since is as it was before; of one actor's batch only, if named.

    A batch that is older than a day, or that a look at the data made, has no results.

    Raises:
        NoSuchBatch: nothing of this section was changed under this id.
    """
    with transaction.atomic():
        changes = _undoable(tenant_id, section_id, batch, author.at, only_actor)
        rows = _locked(tenant_id, section_id, list(changes))
        ledger = Ledger(author)
        results = tuple(
            _decide(rows.get(issue), Chosen(issue, told.version), _back(told), ledger)
            for issue, told in sorted(changes.items())
        )
        ledger.store(tenant_id)
    return Changed(results, author.batch if ledger.rows else None)


def _undoable(
    tenant_id: TenantId, section_id: int, batch: UUID, now: datetime, only_actor: str
) -> dict[int, TrayChange]:
    rows = TrayChange.objects.for_tenant(tenant_id).filter(
        batch=batch, issue__section=section_id, issue__institution=tenant_id
    )
    if not rows.exists():
        raise NoSuchBatch(f"no change {batch} in this section")
    of_today = rows.filter(at__gte=now - UNDO_FOR).exclude(decided_by=TrayChange.DecidedBy.MACHINE)
    return {row.issue_id: row for row in (of_today.filter(actor=only_actor) if only_actor else of_today)}


def _back(told: TrayChange) -> Move:
    return lambda _: from_json(told.before)


def _locked(tenant_id: TenantId, section_id: int, ids: Sequence[int]) -> dict[int, TrayIssue]:
    rows = TrayIssue.objects.for_tenant(tenant_id).filter(section=section_id, pk__in=ids)
    return {row.pk: row for row in rows.select_for_update().order_by("pk")}


def _decide(row: TrayIssue | None, seen: Chosen, move: Move, ledger: Ledger) -> Result:
    if row is None:
        return Result(seen.issue, Outcome.UNKNOWN)
    if row.version != seen.version:
        return Result(seen.issue, Outcome.CONFLICT)
    try:
        state = move(row)
    except Illegal as refused:
        return Result(seen.issue, Outcome.ILLEGAL, str(refused))
    ledger.move(row, state)
    return Result(seen.issue, Outcome.APPLIED)
