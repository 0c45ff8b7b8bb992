"""What a valid statement means to us. Pure.

About an activity (one thing to attempt), any served verb is an answer when `result.success` is there, and a look
otherwise. About a page, the verb's table decides; handed in with a score is scored. What somebody wrote
(`result.response`) and who they are beyond their identifier is not kept.
"""

from __future__ import annotations

from datetime import datetime
from typing import cast
from uuid import UUID

from ingest.adapters.xapi.statements import VOIDED
from ingest.adapters.xapi.verbs import VERBS
from ingest.fields import Json, Misfit, shown, within
from ingest.formats import moment_of, uuid_of
from ingest.naming import ACTIVITY, PAGE, SECTION, Names, extension_of
from ingest.records import EventRecord, JsonScalar, Verb
from ingest.told import ByKey, ByMailbox, LearnerName, Told, digest_of, mailbox_fingerprint

SOURCE = "xapi"
NEAREST_FIRST = ("parent", "grouping", "category", "other")
NOT_SERVED = "not_served"


def told_by(statement: Json, event_id: UUID, arrived_at: datetime, path: str = "") -> Told:
    """The event that a valid statement tells. `arrived_at` (aware) stands in for a missing timestamp.

    Raises:
        Misfit: it tells of something that we do not serve; the code is `not_served`, the path names the field.

    """
    verb = _verb(statement, path)
    names = _names(statement, path)
    if PAGE not in names.keys and ACTIVITY not in names.keys:
        raise Misfit(within(path, "object.id"), "expected an identifier or extension that names a page", NOT_SERVED)
    _refuse_attachments(statement, path)
    learner, learner_path = _learner(cast("Json", statement["actor"]), within(path, "actor"))
    moment = moment_of(cast("str", statement["timestamp"])) if "timestamp" in statement else None
    record = EventRecord(
        event_id=event_id,
        learner="",
        page=names.keys.get(PAGE, ""),
        activity=names.keys.get(ACTIVITY),
        timestamp=moment or arrived_at,
        source=SOURCE,
        result=_kept(statement),
        **_outcome(statement, verb, path, is_about_activity=ACTIVITY in names.keys),  # type: ignore[arg-type]
    )
    where = {**names.where, "learner": learner_path, "objective": next(iter(names.objectives.values()), "")}
    return Told(record, learner, names.keys.get(SECTION, ""), tuple(names.objectives), moment is not None, path, where)


def stated_id(statement: Json) -> UUID | None:
    """The statement's own id."""
    return uuid_of(cast("str", statement["id"])) if "id" in statement else None


def substance(statement: Json) -> object:
    """What makes two statements the same: all of it but what the standard excepts from immutability (2.3.1)."""
    bare = {
        name: value
        for name, value in statement.items()
        if name not in {"id", "actor", "timestamp", "stored", "authority", "version", "attachments"}
    }
    return _without_descriptions({**bare, "verb": cast("Json", statement["verb"])["id"]})


def whole_content(statement: Json) -> object:
    """The same with actor and time: what an id is made from where none was given."""
    return [substance(statement), _without_names(statement["actor"]), statement.get("timestamp")]


def _verb(statement: Json, path: str) -> Verb:
    iri = cast("str", cast("Json", statement["verb"])["id"])
    if iri == VOIDED:
        raise Misfit(
            within(path, "verb.id"), "voiding is not served: tell what is right as a new statement", NOT_SERVED
        )
    if iri not in VERBS:
        raise Misfit(
            within(path, "verb.id"), f"expected one of the verbs that are served, got {shown(iri)}", NOT_SERVED
        )
    kind = cast("Json", statement["object"]).get("objectType", "Activity")
    if kind != "Activity":
        raise Misfit(within(path, "object.objectType"), f"expected Activity, got {kind}: it is not served", NOT_SERVED)
    return VERBS[iri]


def _names(statement: Json, path: str) -> Names:
    names = Names()
    context = cast("Json", statement.get("context", {}))
    names.read_extensions(extension_of(context), within(path, "context.extensions"))
    target = cast("Json", statement["object"])
    names.read_extensions(
        extension_of(cast("Json", target.get("definition", {}))), within(path, "object.definition.extensions")
    )
    names.read_identifier(cast("str", target["id"]), within(path, "object.id"))
    around = cast("Json", context.get("contextActivities", {}))
    for role in NEAREST_FIRST:
        for place, activity in enumerate(_listed(around.get(role, []))):
            at = within(path, f"context.contextActivities.{role}[{place}].id")
            names.read_identifier(cast("str", cast("Json", activity)["id"]), at)
    return names


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]


def _refuse_attachments(statement: Json, path: str) -> None:
    for place, attachment in enumerate(cast("list[Json]", statement.get("attachments", []))):
        if "fileUrl" not in attachment:
            at = within(path, f"attachments[{place}].fileUrl")
            raise Misfit(at, "is required: data of attachments is not taken", NOT_SERVED)


def _learner(actor: Json, path: str) -> tuple[LearnerName, str]:
    if actor.get("objectType") == "Group":
        raise Misfit(within(path, "objectType"), "expected Agent, got Group: an event is about one learner", NOT_SERVED)
    if "account" in actor:
        key = cast("str", cast("Json", actor["account"])["name"])
        return ByKey(key), within(path, "account.name")
    if "mbox" in actor:
        address = cast("str", actor["mbox"]).removeprefix("mailto:")
        return ByMailbox(mailbox_fingerprint(address)), within(path, "mbox")
    if "mbox_sha1sum" in actor:
        return ByMailbox(cast("str", actor["mbox_sha1sum"]).lower()), within(path, "mbox_sha1sum")
    return ByKey(cast("str", actor["openid"])), within(path, "openid")


def _outcome(statement: Json, verb: Verb, path: str, *, is_about_activity: bool) -> dict[str, object]:
    """Verb, success, attempts, score: as fields of the record."""
    result = cast("Json", statement.get("result", {}))
    success = cast("bool | None", result.get("success"))
    if is_about_activity:
        if success is None:
            return {"verb": Verb.EXPERIENCED}
        return {"verb": Verb.ANSWERED, "success": success, "attempts": 1, "correct": int(success)}
    if verb is Verb.ANSWERED:
        raise Misfit(within(path, "object.id"), "expected an activity to have been answered, got a page", NOT_SERVED)
    scored = _score(cast("Json", result.get("score", {}))) if verb in {Verb.SUBMITTED, Verb.SCORED} else None
    if scored is not None:
        return {"verb": Verb.SCORED, "score": scored[0], "out_of": scored[1]}
    if verb is Verb.SCORED:
        raise Misfit(within(path, "result.score"), "expected scaled, or raw and max with this verb", NOT_SERVED)
    return {"verb": verb}


def _score(score: Json) -> tuple[float, float] | None:
    """Score and what it is out of, above zero; `None` where there is no such pair."""
    low = cast("float", score.get("min", 0))
    if "raw" in score and "max" in score and cast("float", score["max"]) > low:
        return float(cast("float", score["raw"]) - low), float(cast("float", score["max"]) - low)
    return (float(cast("float", score["scaled"])), 1.0) if "scaled" in score else None


def _kept(statement: Json) -> dict[str, JsonScalar]:
    """What stays of the rest: enough to answer with the statement again, and to see whether a second one differs."""
    result = cast("Json", statement.get("result", {}))
    kept: dict[str, JsonScalar] = {
        "verb": cast("str", cast("Json", statement["verb"])["id"]),
        "object": cast("str", cast("Json", statement["object"])["id"]),
        "digest": digest_of(substance(statement)),
    }
    for name in ("completion", "duration"):
        if name in result:
            kept[name] = cast("JsonScalar", result[name])
    return kept


def _without_descriptions(value: object) -> object:
    """Without displays and definitions; a single context activity as an array of one."""
    if not isinstance(value, dict):
        return [_without_descriptions(item) for item in value] if isinstance(value, list) else value
    bare = {
        name: item if name == "extensions" else _without_descriptions(item)
        for name, item in value.items()
        if name not in {"display", "definition"}
    }
    around = bare.get("contextActivities")
    if isinstance(around, dict):
        bare["contextActivities"] = {role: _listed(activities) for role, activities in around.items()}
    return bare


def _without_names(actor: object) -> object:
    return {name: value for name, value in cast("Json", actor).items() if name not in {"name", "objectType"}}
