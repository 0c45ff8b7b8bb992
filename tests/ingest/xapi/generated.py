"""Statements made by chance, valid and, by one mutation each, invalid. The same seed makes the same statements."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from uuid import UUID

from tests.ingest.xapi.statements import ADL, Json

IRIS = ["http://example.org/a", "https://example.org/päge?q=1#f", "urn:example:thing", "tag:example.org,2026:x"]
TAGS = ["en", "en-US", "de-AT", "sr-Latn-RS", "zh-Hant-TW", "tlh"]
DURATIONS = ["PT1H", "PT16559.14S", "P1DT12H", "P4W", "PT0S"]
TIMES = ["2026-11-02T09:00:00Z", "2026-11-02T09:00:00.123456+02:00", "2026-11-02T09:00:00.5-05:30"]


def uuid(random: Random) -> str:
    return str(UUID(int=random.getrandbits(128), version=4))


def language_map(random: Random) -> Json:
    return {tag: f"text {random.randrange(100)}" for tag in random.sample(TAGS, random.randint(1, 3))}


def extensions(random: Random) -> Json:
    values: list[object] = ["text", 1, 2.5, True, [1, {"a": 2}], {"deep": {"er": [1]}}]
    return {iri: random.choice(values) for iri in random.sample(IRIS, random.randint(1, 3))}


def identifier(random: Random) -> Json:
    kinds: list[Json] = [
        {"mbox": f"mailto:learner{random.randrange(1000)}@example.org"},
        {"mbox_sha1sum": f"{random.getrandbits(160):040x}"},
        {"openid": f"https://openid.example.org/{random.randrange(1000)}"},
        {"account": {"homePage": "https://school.example", "name": str(random.randrange(1000))}},
    ]
    return random.choice(kinds)


def agent(random: Random) -> Json:
    return maybe(random, objectType="Agent", name="Somebody") | identifier(random)


def group(random: Random) -> Json:
    members = {"member": [agent(random) for _ in range(random.randint(1, 3))]}
    named = {"objectType": "Group"} | maybe(random, name="Some people")
    if random.random() < 0.5:
        return named | members
    return named | identifier(random) | (members if random.random() < 0.5 else {})


def maybe(random: Random, **values: object) -> Json:
    return {name: value for name, value in values.items() if random.random() < 0.5}


def activity(random: Random) -> Json:
    definition = maybe(
        random,
        name=language_map(random),
        description=language_map(random),
        type=random.choice(IRIS),
        moreInfo="https://example.org/more",
        extensions=extensions(random),
    )
    if random.random() < 0.5:
        definition |= interaction(random)
    return (
        {"id": random.choice(IRIS)}
        | maybe(random, objectType="Activity")
        | ({"definition": definition} if definition else {})
    )


def interaction(random: Random) -> Json:
    components = [{"id": name} | maybe(random, description=language_map(random)) for name in ("one", "two", "three")]
    kinds: list[Json] = [
        {"interactionType": "choice", "choices": components},
        {"interactionType": "likert", "scale": components},
        {"interactionType": "matching", "source": components, "target": components},
        {"interactionType": "performance", "steps": components},
        {"interactionType": "sequencing", "choices": components},
        {"interactionType": "true-false"},
        {"interactionType": "fill-in"},
        {"interactionType": "numeric"},
    ]
    return random.choice(kinds) | maybe(random, correctResponsesPattern=["one[,]two"])


def score(random: Random) -> Json:
    low = random.randrange(10)
    high = low + random.randint(1, 90)
    return maybe(random, scaled=random.choice([-1, -0.5, 0, 0.25, 1]), min=low, max=high) | {
        "raw": random.randint(low, high)
    }


def result(random: Random) -> Json:
    return maybe(
        random,
        score=score(random),
        success=random.random() < 0.5,
        completion=random.random() < 0.5,
        response="an answer",
        extensions=extensions(random),
    ) | {"duration": random.choice(DURATIONS)}


def context(random: Random) -> Json:
    around: Json = {role: [activity(random)] for role in random.sample(["parent", "grouping", "category", "other"], 2)}
    around["parent"] = activity(random)
    return maybe(
        random,
        registration=uuid(random),
        instructor=agent(random),
        team=group(random),
        contextActivities=around,
        revision="r1",
        platform="LMS",
        statement={"objectType": "StatementRef", "id": uuid(random)},
        extensions=extensions(random),
    ) | {"language": random.choice(TAGS)}


def attachment(random: Random) -> Json:
    return {
        "usageType": random.choice(IRIS),
        "display": language_map(random),
        "contentType": "text/plain",
        "length": random.randrange(1000),
        "sha2": f"{random.getrandbits(256):064x}",
        "fileUrl": "https://example.org/file",
    }


def valid(random: Random) -> Json:
    """A valid statement about an activity, with everything that one may have now and then."""
    return {
        "id": uuid(random),
        "actor": group(random) if random.random() < 0.2 else agent(random),
        "verb": {"id": f"{ADL}experienced"} | maybe(random, display=language_map(random)),
        "object": activity(random),
        "timestamp": random.choice(TIMES),
    } | maybe(
        random,
        result=result(random),
        context=context(random),
        stored=random.choice(TIMES),
        authority=agent(random),
        version="1.0.0",
        attachments=[attachment(random)],
    )


@dataclass(frozen=True, slots=True)
class Mutation:
    """One fault put into a valid statement, and the field that must be named."""

    field: str
    put_in: Callable[[Json], object]


def _set(path: str, value: object) -> Mutation:
    """The property at the path has this value."""

    def put_in(statement: Json) -> None:
        *way, last = path.split("/")
        place = statement
        for name in way:
            place = place.setdefault(name, {}) if isinstance(place, dict) else place[int(name)]
        place[last] = value

    return Mutation(path.replace("/", "."), put_in)


def _without(path: str) -> Mutation:
    def put_in(statement: Json) -> None:
        *way, last = path.split("/")
        place = statement
        for name in way:
            place = place[name]
        del place[last]

    return Mutation(path.replace("/", "."), put_in)


AGENT: Json = {"mbox": "mailto:a@example.org"}

MUTATIONS = [
    _without("actor"),
    _without("verb"),
    _without("object"),
    _set("verb", {"display": {"en": "x"}}),
    _without("object/id"),
    _set("id", "not-a-uuid"),
    _set("actor", {}),
    _set("actor", "somebody"),
    _set("actor", {"objectType": "Agent"}),
    _set("actor", {"objectType": "Group"}),
    _set("actor", {"objectType": "Activity", **AGENT}),
    _set("actor", {"mbox": "a@example.org"}),
    _set("actor", {"mbox": "mailto:nobody"}),
    _set("actor", {"mbox_sha1sum": "12345"}),
    _set("actor", {**AGENT, "openid": "https://openid.example.org/1"}),
    _set("actor", {"account": {"name": "1"}}),
    _set("actor", {"account": {"homePage": "https://school.example"}}),
    _set("actor", {"account": {"homePage": "no iri", "name": "1"}}),
    _set("actor", {**AGENT, "Name": "x"}),
    _set("actor", {**AGENT, "name": 7}),
    _set("verb", {"id": "experienced"}),
    _set("verb", {"id": "/relative"}),
    _set("verb", {"id": 7}),
    _set("verb", {"id": f"{ADL}experienced", "display": "experienced"}),
    _set("verb", {"id": f"{ADL}experienced", "display": {"not a tag": "x"}}),
    _set("verb", {"id": f"{ADL}experienced", "display": {"en": 7}}),
    _set("verb", {"id": f"{ADL}experienced", "Display": {"en": "x"}}),
    _set("object", {"id": "no iri"}),
    _set("object", {"id": ""}),
    _set("object", {"id": "http://example.org/a", "objectType": "activity"}),
    _set("object", {"id": "http://example.org/a", "objectType": "StatementRef"}),
    _set("object", {"id": "http://example.org/a", "definition": {"interactionType": "guess"}}),
    _set("object", {"id": "http://example.org/a", "definition": {"type": "no iri"}}),
    _set("object", {"id": "http://example.org/a", "definition": {"moreInfo": "nowhere"}}),
    _set("object", {"id": "http://example.org/a", "definition": {"name": "x"}}),
    _set("object", {"id": "http://example.org/a", "definition": {"extensions": {"key": 1}}}),
    _set("object", {"id": "http://example.org/a", "Definition": {"name": {"en": "x"}}}),
    _set("result/score", {"scaled": 1.1}),
    _set("result/score", {"scaled": -1.1}),
    _set("result/score", {"raw": 11, "min": 1, "max": 10}),
    _set("result/score", {"raw": 1, "min": 2, "max": 10}),
    _set("result/score", {"min": 10, "max": 2}),
    _set("result/score", {"raw": "many"}),
    _set("result/success", "yes"),
    _set("result/success", 1),
    _set("result/completion", "true"),
    _set("result/response", 7),
    _set("result/duration", "an hour"),
    _set("result/extensions", {"key": 1}),
    _set("result/Score", {"raw": 1}),
    _set("context/registration", "x"),
    _set("context/instructor", {}),
    _set("context/instructor", {"objectType": "Agent"}),
    _set("context/team", {"objectType": "Group"}),
    _set("context/contextActivities", {"child": [{"id": "http://example.org/a"}]}),
    _set("context/contextActivities", {"parent": [{"id": "no iri"}]}),
    _set("context/contextActivities", {"parent": "x"}),
    _set("context/language", "something"),
    _set("context/statement", {"id": str(UUID(int=1))}),
    _set("context/statement", {"objectType": "StatementRef"}),
    _set("context/platform", 7),
    _set("timestamp", "yesterday"),
    _set("timestamp", "2026-13-01T00:00:00Z"),
    _set("stored", "yesterday"),
    _set("authority", {}),
    _set("authority", {"objectType": "Agent"}),
    _set("version", "0.95"),
    _set("version", "3.0.0"),
    _set("attachments", {}),
    _set("attachments", [{}]),
    _set("attachments", [{"usageType": "http://example.org/a"}]),
    _set("unknown", 1),
    _set("Actor", AGENT),
]


def invalid(random: Random) -> tuple[Json, Mutation]:
    """A statement that one mutation made invalid."""
    statement = copy.deepcopy(valid(random))
    mutation = random.choice(MUTATIONS)
    mutation.put_in(statement)
    return statement, mutation
