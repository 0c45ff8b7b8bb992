"""Rows become event records: rows in, records out.

Identity: the export's own transaction id; where there is none, the content of the row and its ordinal among equal
rows, so the same file gives the same ids however its rows are numbered.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from hashlib import blake2b
from uuid import NAMESPACE_URL, UUID, uuid5

from ingest.adapters.datashop.columns import Columns, Kind
from ingest.adapters.datashop.ordinals import Ordinal, ordinals
from ingest.adapters.datashop.outline import Keys, activity_name
from ingest.adapters.datashop.rows import Step, read_row
from ingest.adapters.datashop.splitting import Row
from ingest.records import EventRecord, JsonScalar, Verb

NUMBERING = frozenset({"Row", "Sample", "Sample Name"})
"""Columns that say nothing about what happened."""


def events(columns: Columns, rows: Iterable[Row], keys: Keys, section: str) -> Iterator[EventRecord]:
    """One event per row; a row without an outcome is a visit, not an attempt."""
    telling = tuple(index for index, name in enumerate(columns.names) if name not in NUMBERING)
    ordinal = ordinals()
    for line, row in rows:
        step = read_row(columns, row)
        yield _event(columns.kind, step, keys, line, _id(section, step, _content(row, telling), ordinal))


def _content(row: Sequence[str], telling: tuple[int, ...]) -> bytes:
    return blake2b("\x1f".join(row[index] for index in telling).encode(), digest_size=12).digest()


def _id(section: str, step: Step, content: bytes, ordinal: Ordinal) -> UUID:
    if step.identity:
        return uuid5(NAMESPACE_URL, f"datashop:{section}:transaction:{step.identity}")
    return uuid5(NAMESPACE_URL, f"datashop:{section}:row:{content.hex()}:{ordinal(content)}")


def _event(kind: Kind, step: Step, keys: Keys, line: int, event_id: UUID) -> EventRecord:
    is_attempt = step.success is not None
    return EventRecord(
        event_id=event_id,
        learner=step.learner,
        verb=Verb.ANSWERED if is_attempt else Verb.EXPERIENCED,
        page=keys.pages[step.place.path],
        timestamp=step.at,
        source=f"datashop-{kind.value}",
        activity=keys.activities[activity_name(step)],
        success=step.success,
        attempts=step.attempts,
        correct=step.correct,
        sequence=line,
        result=_result(step),
    )


def _result(step: Step) -> dict[str, JsonScalar]:
    hints: dict[str, JsonScalar] = {"hints": step.hints} if step.hints else {}
    return {**hints, "outcome": step.unknown_outcome} if step.unknown_outcome else hints
