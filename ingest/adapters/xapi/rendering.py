"""A stored event as a statement again: what we know of it, in the standard's words. Pure.

It is the event, not the text that once told it: names, displays, definitions, responses and extensions of others were
not kept. A learner is the account that the institution knows them by.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from ingest.adapters.xapi.mapping import SOURCE
from ingest.adapters.xapi.verbs import ADL
from ingest.naming import EXTENSIONS, URN
from ingest.records import Verb

WORDS = {
    Verb.EXPERIENCED: f"{ADL}experienced",
    Verb.ANSWERED: f"{ADL}answered",
    Verb.SUBMITTED: f"{ADL}completed",
    Verb.SCORED: f"{ADL}scored",
}


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """An event with the names of what it points to."""

    event_id: UUID
    institution: str
    section: str
    learner: str
    page: str
    activity: str | None
    verb: Verb
    success: bool | None
    score: float | None
    out_of: float | None
    timestamp: datetime
    stored: datetime
    source: str
    result: Mapping[str, object]

    @property
    def told(self) -> Mapping[str, object]:
        """What was kept of the statement that told it, if one did."""
        return self.result if self.source == SOURCE else {}


def statement_of(event: StoredEvent) -> dict[str, object]:
    """A valid statement of xAPI 1.0.3 and of 2.0."""
    result = _result(event)
    home = f"{URN}institution:{event.institution}"
    names = {"section": event.section, "page": event.page, "activity": event.activity}
    return {
        "id": str(event.event_id),
        "actor": {"objectType": "Agent", "account": {"homePage": home, "name": event.learner}},
        "verb": {"id": str(event.told.get("verb") or WORDS[event.verb])},
        "object": {"objectType": "Activity", "id": str(event.told.get("object") or _identifier(event))},
        **({"result": result} if result else {}),
        "context": {"extensions": {name: names[kind] for name, kind in EXTENSIONS.items() if names[kind] is not None}},
        "timestamp": _time(event.timestamp),
        "stored": _time(event.stored),
        "authority": {"objectType": "Agent", "account": {"homePage": home, "name": "lectern"}},
    }


def _identifier(event: StoredEvent) -> str:
    page = f"{URN}section:{event.section}:page:{event.page}"
    return page if event.activity is None else f"{page}:activity:{event.activity}"


def _result(event: StoredEvent) -> dict[str, object]:
    found = {name: event.told[name] for name in ("completion", "duration") if name in event.told}
    if event.success is not None:
        found["success"] = event.success
    if event.score is not None and event.out_of:
        found["score"] = _score(event.score, event.out_of)
    return found


def _score(score: float, out_of: float) -> dict[str, float]:
    """A score may be above what it is out of; the standard has no place for that but a raw number alone."""
    if not 0 <= score <= out_of:
        return {"raw": score}
    return {"scaled": score / out_of, "raw": score, "min": 0, "max": out_of}


def _time(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
