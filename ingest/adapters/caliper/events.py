"""What Caliper's events of assessments, items, grades and navigation mean to us. Pure.

The table says which are served. A grade is the learner's, not the grader's: it names them in its attempt. A graded item
(one thing to attempt) is an answer, correct when the score is full; a graded assessment is a score.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast
from uuid import UUID

from ingest.adapters.caliper.envelopes import URN_UUID, check_event, score_of
from ingest.fields import Json, Misfit, shown, within
from ingest.formats import moment_of
from ingest.naming import ACTIVITY, PAGE, SECTION, URN, Names, extension_of
from ingest.records import EventRecord, JsonScalar, Verb
from ingest.told import ByKey, Told, digest_of

SOURCE = "caliper"
NOT_SERVED = "not_served"
LEARNER_EXTENSION = f"{URN}learner"
DEEPEST_PART = 8

_HANDED_IN = ("AssessmentEvent", "AssignableEvent")
EVENTS: dict[tuple[str, str], Verb] = {
    ("NavigationEvent", "NavigatedTo"): Verb.EXPERIENCED,
    ("ViewEvent", "Viewed"): Verb.EXPERIENCED,
    **{(kind, action): Verb.EXPERIENCED for kind in _HANDED_IN for action in ("Started", "Paused", "Resumed")},
    **{(kind, "Submitted"): Verb.SUBMITTED for kind in _HANDED_IN},
    **{("AssessmentItemEvent", action): Verb.EXPERIENCED for action in ("Started", "Completed", "Skipped")},
    ("GradeEvent", "Graded"): Verb.SCORED,
}


def told_by(value: object, path: str) -> Told:
    """The event that this Caliper event tells.

    Raises:
        Misfit: it is no valid event, or not one that is served.

    """
    event = check_event(value, path)
    verb = _verb(event, path)
    subject = _graded(event, path) if verb is Verb.SCORED else {"actor": event["actor"], "object": event["object"]}
    names = _names(event, subject["object"], path)
    if PAGE not in names.keys and ACTIVITY not in names.keys:
        raise Misfit(within(path, "object"), "expected an identifier or extension that names a page", NOT_SERVED)
    learner, at = _learner(subject["actor"], within(path, "object.assignee" if verb is Verb.SCORED else "actor"))
    moment = moment_of(cast("str", event["eventTime"]), strictly=True)
    assert moment is not None
    record = EventRecord(
        event_id=UUID(cast("str", event["id"]).removeprefix(URN_UUID)),
        learner="",
        page=names.keys.get(PAGE, ""),
        activity=names.keys.get(ACTIVITY),
        timestamp=moment,
        source=SOURCE,
        result=_kept(event, subject["object"]),
        **_outcome(event, verb, path, is_about_activity=ACTIVITY in names.keys),  # type: ignore[arg-type]
    )
    where = {**names.where, "learner": at, "objective": next(iter(names.objectives.values()), "")}
    return Told(record, learner, names.keys.get(SECTION, ""), tuple(names.objectives), path=path, where=where)


def read_all(values: Sequence[object], *, most_faults: int) -> tuple[list[Told], list[Misfit]]:
    """Every event told, and the first `most_faults` things that are wrong."""
    told: list[Told] = []
    faults: list[Misfit] = []
    for place, value in enumerate(values):
        try:
            told.append(told_by(value, f"data[{place}]"))
        except Misfit as misfit:
            faults.append(misfit)
            if len(faults) >= most_faults:
                break
    return told, faults


def _verb(event: Json, path: str) -> Verb:
    kind, action = cast("str", event["type"]), cast("str", event["action"])
    if not any(served == kind for served, _ in EVENTS):
        raise Misfit(within(path, "type"), f"expected an event that is served, got {shown(kind)}", NOT_SERVED)
    if (kind, action) not in EVENTS:
        actions = ", ".join(sorted(served for other, served in EVENTS if other == kind))
        raise Misfit(within(path, "action"), f"expected {actions} in a {kind}, got {shown(action)}", NOT_SERVED)
    return EVENTS[kind, action]


def _graded(event: Json, path: str) -> dict[str, object]:
    """Whose grade it is, and for what: both stand in the attempt."""
    attempt = event["object"]
    if not isinstance(attempt, dict) or "assignee" not in attempt or "assignable" not in attempt:
        raise Misfit(within(path, "object"), "expected an Attempt with assignee and assignable", NOT_SERVED)
    return {"actor": attempt["assignee"], "object": attempt["assignable"]}


def _names(event: Json, target: object, path: str) -> Names:
    names = Names()
    names.read_extensions(extension_of(event), within(path, "extensions"))
    _read_entity(names, target, within(path, "object"))
    _read_entity(names, event.get("group"), within(path, "group"))
    return names


def _read_entity(names: Names, found: object, path: str) -> None:
    """The entity, and what it is a part of."""
    for _ in range(DEEPEST_PART):
        if isinstance(found, str):
            names.read_identifier(found, path)
        if not isinstance(found, dict):
            return
        names.read_extensions(extension_of(found), within(path, "extensions"))
        if isinstance(found.get("id"), str):
            names.read_identifier(found["id"], within(path, "id"))
        found, path = found.get("isPartOf") or found.get("subOrganizationOf"), within(path, "isPartOf")


def _learner(person: object, path: str) -> tuple[ByKey, str]:
    """By the extension that says it, else by the last part of the identifier."""
    if isinstance(person, dict):
        extensions = extension_of(person)
        key = extensions.get(LEARNER_EXTENSION) if isinstance(extensions, dict) else None
        if isinstance(key, str) and key:
            return ByKey(key), f"{within(path, 'extensions')}['{LEARNER_EXTENSION}']"
        person, path = person.get("id"), within(path, "id")
    if not isinstance(person, str):
        raise Misfit(path, "expected a person or an identifier of one")
    return ByKey(person.rstrip("/").replace(":", "/").rpartition("/")[2]), path


def _outcome(event: Json, verb: Verb, path: str, *, is_about_activity: bool) -> dict[str, object]:
    """Verb, success, attempts, score: as fields of the record."""
    if verb is not Verb.SCORED:
        return {"verb": Verb.EXPERIENCED if is_about_activity else verb}
    if "generated" not in event:
        raise Misfit(within(path, "generated"), "is required in a grade, it is missing")
    given, most = score_of(event["generated"], within(path, "generated"))
    if is_about_activity:
        correct = given >= most
        return {"verb": Verb.ANSWERED, "success": correct, "attempts": 1, "correct": int(correct)}
    return {"verb": verb, "score": given, "out_of": most}


def _kept(event: Json, target: object) -> dict[str, JsonScalar]:
    identifier = target.get("id") if isinstance(target, dict) else target
    substance = {name: value for name, value in event.items() if name not in {"@context", "id", "edApp", "session"}}
    return {
        "type": cast("str", event["type"]),
        "action": cast("str", event["action"]),
        "object": identifier if isinstance(identifier, str) else None,
        "digest": digest_of(substance),
    }
