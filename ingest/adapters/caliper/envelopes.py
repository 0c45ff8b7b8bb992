"""Whether an envelope and its events are such: Caliper 1.2 (and 1.1, whose events look the same). Pure.

Caliper lets entities be objects or only their identifiers, and lets events carry properties of any profile, so what is
checked is what every event must have and what we read.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import cast

from ingest import formats
from ingest.fields import Check, Json, Misfit, an_array, an_object, iri, join, number, shown, text_that

CONTEXT = re.compile(r"https?://purl\.imsglobal\.org/ctx/caliper/(?:v1p[12]|v1p[12]/.*)")
URN_UUID = "urn:uuid:"

_time = text_that(lambda value: formats.moment_of(value, strictly=True) is not None, "an RFC 3339 time")
_context_word = text_that(lambda value: CONTEXT.fullmatch(value) is not None, "a context of Caliper 1.2 or 1.1")
_event_id = text_that(
    lambda value: value.startswith(URN_UUID) and formats.uuid_of(value.removeprefix(URN_UUID)) is not None,
    "urn:uuid: and a UUID",
)
_word = text_that(str.isalnum, "a term of Caliper")


def entity(value: object, path: str) -> None:
    """An identifier, or an object that has one and a type."""
    if isinstance(value, str):
        iri(value, path)
        return
    _require(an_object(value, path), path, id=iri, type=_word)


def events_of(envelope: object) -> list[object]:
    """The events of a valid envelope, not checked themselves.

    Raises:
        Misfit: it is none.

    """
    found = an_object(envelope, "")
    _require(found, "", sensor=_sensor, sendTime=_time, dataVersion=_context_word, data=_some)
    return cast("list[object]", found["data"])


def check_event(value: object, path: str) -> Json:
    """The value is a valid event, and is returned as an object.

    Raises:
        Misfit: names the first field that is not as it must be.

    """
    event = an_object(value, path)
    rules: dict[str, Check] = {"@context": _contexts, "id": _event_id, "type": _word, "action": _word}
    rules |= {"actor": entity, "object": entity, "eventTime": _time}
    for name, check in rules.items():
        _one(event, path, name, check)
    for name in ("group", "target", "generated", "edApp"):
        if name in event:
            entity(event[name], join(path, name))
    return event


def score_of(value: object, path: str) -> tuple[float, float]:
    """Score and what it is out of, of a Score entity.

    Raises:
        Misfit: it is none.

    """
    score = an_object(value, path)
    _require(score, path, scoreGiven=number, maxScore=number)
    given, most = cast("float", score["scoreGiven"]), cast("float", score["maxScore"])
    if most <= 0:
        raise Misfit(join(path, "maxScore"), f"expected more than 0, got {shown(most)}")
    return float(given), float(most)


def _sensor(value: object, path: str) -> None:
    iri(value["id"] if isinstance(value, dict) and "id" in value else value, path)


def _some(value: object, path: str) -> None:
    if not an_array(value, path):
        raise Misfit(path, "expected at least one event, got none")


def _contexts(value: object, path: str) -> None:
    for word in value if isinstance(value, list) and value else [value]:
        if isinstance(word, str) and CONTEXT.fullmatch(word):
            return
    _context_word(value, path)


def _require(found: Json, path: str, **rules: Callable[[object, str], None]) -> None:
    for name, check in rules.items():
        _one(found, path, name, check)


def _one(found: Json, path: str, name: str, check: Check) -> None:
    if name not in found:
        raise Misfit(join(path, name), "is required, it is missing")
    check(found[name], join(path, name))
