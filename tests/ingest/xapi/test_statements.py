"""Whether a statement is valid: against the standard's test material, against another implementation, and by rule."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from ingest.adapters.xapi.statements import Edition, check_statement
from ingest.fields import Misfit
from tests.data import DATA
from tests.ingest.xapi.generated import AGENT, MUTATIONS, invalid, valid
from tests.ingest.xapi.judge import accepts
from tests.ingest.xapi.statements import ADL, Json

ACTIVITY: Json = {"id": "http://example.org/thing"}
PLAIN: Json = {"actor": AGENT, "verb": {"id": f"{ADL}experienced"}, "object": ACTIVITY}
REFERENCE: Json = {"objectType": "StatementRef", "id": "8f87ccde-bb56-4c2e-ab83-44982ef22df0"}
ATTACHMENT: Json = {
    "usageType": "http://example.org/a",
    "display": {"en": "x"},
    "contentType": "text/plain",
    "length": 1,
    "sha2": "00",
}
SUB: Json = {"objectType": "SubStatement", **PLAIN}


def flaw(statement: object, edition: Edition = Edition.V1) -> str:
    """The path of what is wrong; empty when nothing is."""
    try:
        check_statement(statement, edition)
    except Misfit as misfit:
        return misfit.path
    return ""


# ---- against others ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(10))
def test_what_is_valid_for_another_implementation_is_valid_here(seed: int) -> None:
    random = Random(seed)

    for _ in range(50):
        statement = valid(random)
        assert accepts(statement), statement
        assert flaw(statement) == "", statement


@pytest.mark.proves("P10")
@pytest.mark.parametrize("seed", range(10))
def test_what_one_fault_made_invalid_is_refused_by_both_and_the_field_is_named(seed: int) -> None:
    random = Random(seed)

    for _ in range(50):
        statement, mutation = invalid(random)
        assert not accepts(statement), (mutation.field, statement)
        assert flaw(statement).startswith(mutation.field), (mutation.field, statement)


def test_every_mutation_is_refused() -> None:
    for mutation in MUTATIONS:
        statement = valid(Random(7))
        mutation.put_in(statement)

        assert flaw(statement).startswith(mutation.field), mutation.field


EDITIONS = {"adl_conformance_v1_0_3": Edition.V1, "adl_conformance_v2_0": Edition.V2}
WRONG: dict[str, str] = {
    "activities/description_invalid": "object.definition.description.something",
    "activities/interaction_type_invalid_iri": "object.definition.interactionType",
    "activities/interaction_type_invalid_numeric": "object.definition.interactionType",
    "activities/interaction_type_invalid_object": "object.definition.interactionType",
    "activities/interaction_type_invalid_string": "object.definition.interactionType",
    "activities/name_invalid": "object.definition.name.something",
    "activities/no_id": "object.id",
    "activities/numeric_description": "object.definition.description",
    "activities/numeric_name": "object.definition.name",
    "activities/string_description": "object.definition.description",
    "activities/string_name": "object.definition.name",
    "agents/account_no_homepage": "actor.account.homePage",
    "agents/account_no_name": "actor.account.name",
    "contexts/instructor": "context.instructor",
    "contexts/invalid_activity": "context.contextActivities.consequences",
    "contexts/team": "context.team.member",
    "groups/anonymous_no_member": "actor.member",
    "groups/identified_account_no_homepage": "actor.account.homePage",
    "groups/identified_account_no_name": "actor.account.name",
    "statements/actor": "actor",
    "statements/authority": "authority",
    "statements/context": "context",
    "statements/context_sans_objectType": "context",
    "statements/no_actor": "actor",
    "statements/no_object": "object",
    "statements/no_verb": "verb",
    "statements/object_activity": "object.id",
    "statements/object_actor": "object",
    "statements/object_statementref_no_id": "object.id",
    "statements/object_substatement": "object.actor",
    "statements/result": "result",
    "statements/verb": "verb",
    "substatements/activity": "object.object.id",
    "substatements/activity_definition_description_invalid": "object.object.definition.description['en-something-AU']",
    "substatements/activity_definition_name_invalid": "object.object.definition.name['zh-something-ccc']",
    "substatements/actor": "object.actor",
    "substatements/agent": "object.object",
    "substatements/context": "object.context",
    "substatements/context_invalid_language_map": "object.context.language",
    "substatements/group": "object.object.member",
    "substatements/interaction_component_invalid_language_map": (
        "object.object.definition.steps[2].description.something"
    ),
    "substatements/no_actor": "object.actor",
    "substatements/no_object": "object.object",
    "substatements/no_verb": "object.verb",
    "substatements/result": "object.result",
    "substatements/statementref_no_id": "object.object.id",
    "substatements/verb": "object.verb",
    "substatements/verb_invalid": "object.verb.display['s-something']",
    "verbs/no_id": "verb.id",
}
"""Templates of the ADL suite that are no valid part of a statement, or only its frame; and the field at fault."""
PART = {
    "activities": "object",
    "agents": "actor",
    "contexts": "context",
    "groups": "actor",
    "results": "result",
    "substatements": "object",
    "verbs": "verb",
}


def templates() -> Iterator[tuple[Edition, Path]]:
    for folder, edition in EDITIONS.items():
        yield from ((edition, path) for path in sorted((DATA / "xapi_adl" / folder).rglob("*.json")))


def whole(path: Path) -> Json:
    """The template as a statement: itself, or a plain one with it as its part."""
    content: Json = json.loads(path.read_text(encoding="utf-8"))
    if path.parent.name == "statements":
        return content
    statement = {**PLAIN, PART[path.parent.name]: content}
    return {**statement, "object": REFERENCE} if path.stem == "voided" else statement


@pytest.mark.proves("P10")
def test_the_conformance_suites_templates_are_accepted_or_refused_with_their_field() -> None:
    found = list(templates())
    if not found:
        pytest.skip(f"no {DATA}/xapi_adl: set LECTERN_DATA to the folder that holds it")

    judged = {(edition.name, f"{path.parent.name}/{path.stem}"): flaw(whole(path), edition) for edition, path in found}

    assert judged == {(edition, name): WRONG.get(name, "") for edition, name in judged}
    assert len(judged) == 240
    assert sum(not path for path in judged.values()) == 142


# ---- by rule ----------------------------------------------------------------------------------------------------

RULES: list[tuple[str, Json]] = [
    ("actor.openid", {**PLAIN, "actor": {"openid": "no uri"}}),
    ("actor.openid", {**PLAIN, "actor": {"openid": "https://example.org/ä"}}),
    (
        "actor.member[0].objectType",
        {**PLAIN, "actor": {"objectType": "Group", "member": [{"objectType": "Group", **AGENT}]}},
    ),
    ("actor.member", {**PLAIN, "actor": {"objectType": "Group", "member": []}}),
    ("actor.member", {**PLAIN, "actor": {**AGENT, "member": [AGENT]}}),
    ("actor.mbox", {**PLAIN, "actor": {"mbox": "MAILTO:a@example.org"}}),
    ("object", {**PLAIN, "object": {"objectType": "Agent"}}),
    ("object.mbox", {**PLAIN, "object": AGENT}),
    (
        "object.definition.interactionType",
        {**PLAIN, "object": {**ACTIVITY, "definition": {"correctResponsesPattern": []}}},
    ),
    (
        "object.definition.choices",
        {
            **PLAIN,
            "object": {
                **ACTIVITY,
                "definition": {"interactionType": "choice", "choices": [{"id": "a"}, {"id": "a"}]},
            },
        },
    ),
    ("object.id", {**PLAIN, "object": {**SUB, "id": "8f87ccde-bb56-4c2e-ab83-44982ef22df0"}}),
    ("object.stored", {**PLAIN, "object": {**SUB, "stored": "2026-11-02T09:00:00Z"}}),
    ("object.version", {**PLAIN, "object": {**SUB, "version": "1.0.0"}}),
    ("object.authority", {**PLAIN, "object": {**SUB, "authority": AGENT}}),
    ("object.object.objectType", {**PLAIN, "object": {**SUB, "object": SUB}}),
    ("object.objectType", {**PLAIN, "verb": {"id": f"{ADL}voided"}}),
    ("context.platform", {**PLAIN, "object": REFERENCE, "context": {"platform": "LMS"}}),
    ("context.revision", {**PLAIN, "object": {"objectType": "Agent", **AGENT}, "context": {"revision": "2"}}),
    ("object.context.platform", {**PLAIN, "object": {**SUB, "object": REFERENCE, "context": {"platform": "x"}}}),
    ("context.team.objectType", {**PLAIN, "context": {"team": AGENT}}),
    ("context.contextAgents", {**PLAIN, "context": {"contextAgents": []}}),
    ("result.score.max", {**PLAIN, "result": {"score": {"min": 1, "max": 1}}}),
    ("result.score.raw", {**PLAIN, "result": {"score": {"raw": "95"}}}),
    ("result.score.scaled", {**PLAIN, "result": {"score": {"scaled": True}}}),
    ("result.duration", {**PLAIN, "result": {"duration": "PT"}}),
    ("result.duration", {**PLAIN, "result": {"duration": "P1W2D"}}),
    ("result.success", {**PLAIN, "result": {"success": None}}),
    ("timestamp", {**PLAIN, "timestamp": "2026-11-02"}),
    ("timestamp", {**PLAIN, "timestamp": "2026-11-02T09:00:00-00:00"}),
    ("timestamp", {**PLAIN, "timestamp": "2026-11-02T09:00:00-00"}),
    ("timestamp", {**PLAIN, "timestamp": 1_762_074_000}),
    ("authority.member", {**PLAIN, "authority": {"objectType": "Group", "member": [AGENT]}}),
    ("version", {**PLAIN, "version": 1}),
    ("attachments[0].fileUrl", {**PLAIN, "attachments": [{**ATTACHMENT, "fileUrl": "x"}]}),
    ("verb.id", {**PLAIN, "verb": {"id": "http://example.org/a b"}}),
    ("verb.id", {**PLAIN, "verb": {"id": "http://example.org/%zz"}}),
    ("id", {**PLAIN, "id": "8F87CCDEBB564C2EAB8344982EF22DF0"}),
]


@pytest.mark.parametrize(
    ("field", "statement"), RULES, ids=[f"{place}-{name}" for place, (name, _) in enumerate(RULES)]
)
def test_a_broken_rule_is_told_with_its_field(field: str, statement: Json) -> None:
    assert flaw(statement) == field


RIGHT: list[Json] = [
    PLAIN,
    {**PLAIN, "object": SUB},
    {**PLAIN, "object": REFERENCE, "verb": {"id": f"{ADL}voided"}},
    {**PLAIN, "result": {"extensions": {}}},
    {**PLAIN, "result": {"response": "", "extensions": {"http://example.org/x": {"y": None}}}},
    {**PLAIN, "timestamp": "20261102T090000Z"},
    {**PLAIN, "timestamp": "2026-11-02T09:00:00"},
    {**PLAIN, "attachments": []},
    {**PLAIN, "actor": {"objectType": "Group", **AGENT, "member": []}},
    {**PLAIN, "authority": {"objectType": "Group", "member": [AGENT, AGENT]}},
    {**PLAIN, "context": {"language": "i-klingon", "contextActivities": {"parent": ACTIVITY}}},
    {**PLAIN, "object": {**ACTIVITY, "definition": {"interactionType": "other", "correctResponsesPattern": []}}},
]


@pytest.mark.parametrize("statement", RIGHT, ids=range(len(RIGHT)))
def test_what_the_standard_allows_is_allowed(statement: Json) -> None:
    assert flaw(statement) == ""


def test_version_2_wants_times_with_their_offset_and_knows_more_of_the_context() -> None:
    around = {
        "contextAgents": [{"objectType": "contextAgent", "agent": AGENT, "relevantTypes": ["http://example.org/a"]}]
    }

    assert flaw({**PLAIN, "context": around}, Edition.V2) == ""
    assert flaw({**PLAIN, "context": around}, Edition.V1) == "context.contextAgents"
    assert flaw({**PLAIN, "timestamp": "2026-11-02T09:00:00"}, Edition.V2) == "timestamp"
    assert flaw({**PLAIN, "timestamp": "2026-11-02T09:00:00", "version": "1.0.0"}, Edition.V2) == ""
    assert flaw({**PLAIN, "context": {"contextGroups": [{"objectType": "contextGroup"}]}}, Edition.V2) == (
        "context.contextGroups[0].group"
    )


@pytest.mark.parametrize("value", [None, 1, "x", [], {}, [PLAIN]])
def test_what_is_no_object_is_no_statement(value: object) -> None:
    with pytest.raises(Misfit):
        check_statement(value)
