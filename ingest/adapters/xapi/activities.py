"""Activities and what they are made of (xAPI 2.4.4.1). Pure."""

from __future__ import annotations

from ingest.fields import (
    Check,
    Json,
    Misfit,
    Shape,
    array_of,
    extensions,
    first_doubled,
    iri,
    join,
    language_map,
    one_of,
    text,
)

INTERACTIONS = frozenset(
    {"true-false", "choice", "fill-in", "long-fill-in", "matching"}
    | {"performance", "sequencing", "likert", "numeric", "other"}
)
COMPONENT_LISTS = ("choices", "scale", "source", "target", "steps")
OF_INTERACTIONS = ("correctResponsesPattern", *COMPONENT_LISTS)

_component = Shape(required={"id": text}, optional={"description": language_map})


def _components(value: object, path: str) -> None:
    array_of(_component)(value, path)
    assert isinstance(value, list)
    doubled = first_doubled(component["id"] for component in value)
    if doubled is not None:
        raise Misfit(path, f"expected ids that differ, got {doubled!a} twice")


def _of_an_interaction(definition: Json, path: str) -> None:
    used = next((name for name in OF_INTERACTIONS if name in definition), None)
    if used is not None and "interactionType" not in definition:
        raise Misfit(join(path, "interactionType"), f"is required where {used} is used, it is missing")


_LISTS: dict[str, Check] = dict.fromkeys(COMPONENT_LISTS, _components)

_definition = Shape(
    optional={
        "name": language_map,
        "description": language_map,
        "type": iri,
        "moreInfo": iri,
        "interactionType": one_of(INTERACTIONS),
        "correctResponsesPattern": array_of(text),
        **_LISTS,
        "extensions": extensions,
    },
    then=_of_an_interaction,
)

activity = Shape(
    required={"id": iri},
    optional={"objectType": one_of({"Activity"}), "definition": _definition},
)


def one_or_several_activities(value: object, path: str) -> None:
    """An activity, or an array of them (a single one is allowed for the sake of version 0.95)."""
    (array_of(activity) if isinstance(value, list) else activity)(value, path)
