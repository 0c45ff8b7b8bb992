"""Whether a statement is one: every MUST of xAPI 1.0.3 and of 2.0 (IEEE 9274.1.1) on its properties. Pure.

`check_statement(value, edition)` returns for a statement and raises `Misfit`, naming the field, for anything else.
What a valid statement means to us is the business of `mapping.py`.
"""

from __future__ import annotations

import re
from enum import Enum
from typing import cast

from ingest import formats
from ingest.adapters.xapi.activities import activity, one_or_several_activities
from ingest.adapters.xapi.actors import actor, agent, authority, group
from ingest.fields import (
    Check,
    Json,
    Misfit,
    Shape,
    array_of,
    boolean,
    duration,
    extensions,
    iri,
    join,
    language_map,
    language_tag,
    number,
    one_of,
    shown,
    text,
    text_that,
    uuid,
    whole_number,
)

VOIDED = "http://adlnet.gov/expapi/verbs/voided"


class Edition(Enum):
    """Which text of the standard a statement follows."""

    V1 = re.compile(r"1\.0(?:\.\d+)?")
    V2 = re.compile(r"2\.0(?:\.\d+)?")

    @property
    def answer(self) -> str:
        """The version that we say we speak."""
        return "1.0.3" if self is Edition.V1 else "2.0.0"

    @property
    def stored_as(self) -> str:
        """The version of a statement that is given out."""
        return "1.0.0" if self is Edition.V1 else "2.0.0"


def edition_of(version: str) -> Edition | None:
    """The edition of a version number, `None` for one that we do not speak."""
    return next((edition for edition in Edition if edition.value.fullmatch(version)), None)


def check_statement(value: object, edition: Edition = Edition.V1, path: str = "") -> Json:
    """The value is a valid statement, and is returned as an object.

    Raises:
        Misfit: names the first field that is not as it must be.

    """
    version = value.get("version") if isinstance(value, dict) else None
    named = edition_of(version) if isinstance(version, str) else None
    _STATEMENT[named or edition](value, path)
    return cast("Json", value)


def _time(edition: Edition) -> Check:
    strictly = edition is Edition.V2
    what = "an RFC 3339 time" if strictly else "an ISO 8601 date and time"
    return text_that(lambda value: formats.moment_of(value, strictly=strictly) is not None, what)


def _score_in_order(score: Json, path: str) -> None:
    low, raw, high = (cast("float | None", score.get(name)) for name in ("min", "raw", "max"))
    if low is not None and high is not None and low >= high:
        raise Misfit(join(path, "max"), f"expected more than min, which is {low}, got {high}")
    if raw is not None and ((low is not None and raw < low) or (high is not None and raw > high)):
        raise Misfit(join(path, "raw"), f"expected a number between min and max, got {raw}")


def _scaled(value: object, path: str) -> None:
    number(value, path)
    if not -1 <= cast("float", value) <= 1:
        raise Misfit(path, f"expected a number between -1 and 1, got {shown(value)}")


_score = Shape(optional={"scaled": _scaled, "raw": number, "min": number, "max": number}, then=_score_in_order)

_result = Shape(
    optional={
        "score": _score,
        "success": boolean,
        "completion": boolean,
        "response": text,
        "duration": duration,
        "extensions": extensions,
    }
)

_statement_ref = Shape(required={"objectType": one_of({"StatementRef"}), "id": uuid})

_CONTEXT: dict[str, Check] = {
    "registration": uuid,
    "instructor": actor,
    "team": group,
    "contextActivities": Shape(
        optional=dict.fromkeys(("parent", "grouping", "category", "other"), one_or_several_activities)
    ),
    "revision": text,
    "platform": text,
    "language": language_tag,
    "statement": _statement_ref,
    "extensions": extensions,
}
_TYPES = array_of(iri, least=1)
_CONTEXT_2: dict[str, Check] = {
    "contextAgents": array_of(
        Shape(
            required={"objectType": one_of({"contextAgent"}), "agent": agent},
            optional={"relevantTypes": _TYPES},
        )
    ),
    "contextGroups": array_of(
        Shape(
            required={"objectType": one_of({"contextGroup"}), "group": group},
            optional={"relevantTypes": _TYPES},
        )
    ),
}

_attachment = Shape(
    required={
        "usageType": iri,
        "display": language_map,
        "contentType": text_that(lambda value: formats.MEDIA_TYPE.fullmatch(value) is not None, "a media type"),
        "length": whole_number,
        "sha2": text,
    },
    optional={"description": language_map, "fileUrl": iri},
)

_verb = Shape(required={"id": iri}, optional={"display": language_map})


def _object(sub_statement: Check | None) -> Check:
    """The object of a statement; that of a sub-statement is no sub-statement itself."""
    kinds: dict[str, Check] = {"Activity": activity, "Agent": agent, "Group": group, "StatementRef": _statement_ref}
    if sub_statement is not None:
        kinds["SubStatement"] = sub_statement

    def check(value: object, path: str) -> None:
        kind = value.get("objectType", "Activity") if isinstance(value, dict) else "Activity"
        one_of(kinds)(kind, join(path, "objectType"))
        kinds[cast("str", kind)](value, path)

    return check


def _together(statement: Json, path: str) -> None:
    """What properties must be for each other's sake."""
    target = cast("Json", statement["object"])
    kind = target.get("objectType", "Activity")
    context = cast("Json", statement.get("context", {}))
    for name in ("revision", "platform"):
        if name in context and kind != "Activity":
            raise Misfit(join(join(path, "context"), name), f"is only for an Activity as object, not for {kind}")
    if cast("Json", statement["verb"])["id"] == VOIDED and kind != "StatementRef":
        raise Misfit(join(join(path, "object"), "objectType"), f"expected StatementRef with this verb, got {kind}")


def _statement(edition: Edition) -> Shape:
    context = Shape(optional=_CONTEXT if edition is Edition.V1 else {**_CONTEXT, **_CONTEXT_2})
    common: dict[str, Check] = {
        "result": _result,
        "context": context,
        "timestamp": _time(edition),
        "attachments": array_of(_attachment),
    }
    sub_statement = Shape(
        required={"objectType": one_of({"SubStatement"}), "actor": actor, "verb": _verb, "object": _object(None)},
        optional=common,
        then=_together,
    )
    version = text_that(lambda value: edition.value.fullmatch(value) is not None, f"a version like {edition.answer}")
    return Shape(
        required={"actor": actor, "verb": _verb, "object": _object(sub_statement)},
        optional={**common, "id": uuid, "stored": _time(edition), "authority": authority, "version": version},
        then=_together,
    )


_STATEMENT = {edition: _statement(edition) for edition in Edition}
