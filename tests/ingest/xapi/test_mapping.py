"""What a valid statement means: the table of verbs, the names of things, scores, and what is not kept."""

from __future__ import annotations

import hashlib
import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from ingest.adapters.caliper.events import EVENTS
from ingest.adapters.xapi.mapping import told_by
from ingest.adapters.xapi.rendering import StoredEvent, statement_of
from ingest.adapters.xapi.statements import Edition, check_statement
from ingest.adapters.xapi.verbs import VERBS
from ingest.fields import Misfit
from ingest.naming import named_in
from ingest.records import Verb
from ingest.told import ByKey, ByMailbox, Told
from tests.ingest.xapi.statements import ADL, HOME, Json, answer, statement

ARRIVED = datetime(2026, 11, 21, tzinfo=UTC)
PAGE = "sections/algebra/pages/quiz"
DOCS = (Path(__file__).parents[3] / "docs/xapi.md").read_text(encoding="utf-8")


def told(value: Json) -> Told:
    return told_by(check_statement(value), UUID(int=1), ARRIVED)


def misfit(value: Json) -> Misfit:
    with pytest.raises(Misfit) as found:
        told(value)
    return found.value


# ---- verbs ------------------------------------------------------------------------------------------------------


def documented_verbs() -> dict[str, str]:
    rows = re.findall(r"^\| `(https?://[^`]+/)`: (.*?) \| (.*?) \|$", DOCS, re.MULTILINE)
    return {base + word: means for base, words, means in rows for word in re.findall(r"`(\w+)`", words)}


MEANS = {
    "saw the page": Verb.EXPERIENCED,
    "refused: an answer is about an activity": Verb.ANSWERED,
    "handed in; with `result.score`, scored": Verb.SUBMITTED,
    "scored; refused without `result.score`": Verb.SCORED,
}


@pytest.mark.proves("X-04")
def test_the_page_of_documentation_lists_exactly_the_verbs_that_are_served() -> None:
    assert {verb: MEANS[means] for verb, means in documented_verbs().items()} == VERBS


@pytest.mark.proves("X-04")
def test_the_page_of_documentation_lists_exactly_the_events_that_are_served() -> None:
    table = DOCS.partition("## Caliper")[2].partition("## Files")[0]
    rows = [
        re.findall(r"`(\w+)`", cell)
        for row in re.findall(r"^\| `.*$", table, re.MULTILINE)
        for cell in row.split("|")[1:3]
    ]
    pairs = {
        (kind, action)
        for kinds, actions in zip(rows[::2], rows[1::2], strict=True)
        for kind in kinds
        for action in actions
    }

    crossed = {("NavigationEvent", "Viewed"), ("ViewEvent", "NavigatedTo")}
    assert pairs - crossed == set(EVENTS)


@pytest.mark.parametrize("verb", sorted(VERBS))
def test_about_an_activity_an_outcome_makes_an_answer_and_none_a_look(verb: str) -> None:
    place = f"{PAGE}/activities/question"

    looked = told(statement(1, verb, place=place)).record
    answered = told(statement(1, verb, place=place, result={"success": False})).record

    assert (looked.verb, looked.success, looked.attempts) == (Verb.EXPERIENCED, None, 0)
    assert (answered.verb, answered.success, answered.attempts, answered.correct) == (Verb.ANSWERED, False, 1, 0)


@pytest.mark.parametrize("verb", sorted(verb for verb, means in VERBS.items() if means is Verb.SUBMITTED))
def test_handed_in_with_a_score_is_scored(verb: str) -> None:
    bare = told(statement(1, verb, place=PAGE)).record
    scored = told(statement(1, verb, place=PAGE, result={"score": {"scaled": 0.5}})).record

    assert (bare.verb, bare.score, bare.out_of) == (Verb.SUBMITTED, None, None)
    assert (scored.verb, scored.score, scored.out_of) == (Verb.SCORED, 0.5, 1.0)


@pytest.mark.parametrize(
    ("score", "expected"),
    [
        ({"raw": 8, "max": 10}, (8.0, 10.0)),
        ({"raw": 8, "min": 5, "max": 10}, (3.0, 5.0)),
        ({"raw": 0, "min": -10, "max": 10}, (10.0, 20.0)),
        ({"raw": 8, "max": 10, "scaled": 0.1}, (8.0, 10.0)),
        ({"scaled": -0.5}, (-0.5, 1.0)),
        ({"raw": 8, "scaled": 0.8}, (0.8, 1.0)),
        ({"raw": 0, "max": 0, "scaled": 0}, (0.0, 1.0)),
    ],
)
def test_a_score_is_raw_of_max_else_scaled_of_one(score: Json, expected: tuple[float, float]) -> None:
    record = told(statement(1, "scored", place=PAGE, result={"score": score})).record

    assert (record.score, record.out_of) == expected


@pytest.mark.parametrize("score", [{"raw": 8}, {"max": 8}, {"raw": 0, "max": 0}])
def test_a_score_out_of_nothing_is_none(score: Json) -> None:
    assert misfit(statement(1, "scored", place=PAGE, result={"score": score})).path == "result.score"


# ---- names ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("identifier", "names"),
    [
        (
            f"{HOME}/x/sections/algebra/pages/quiz/activities/q1",
            [("section", "algebra"), ("page", "quiz"), ("activity", "q1")],
        ),
        (f"{HOME}/section/algebra?page=2#pages/x", [("section", "algebra")]),
        ("urn:lectern:section:algebra:page:quiz", [("section", "algebra"), ("page", "quiz")]),
        ("URN:LECTERN:page:quiz", [("page", "quiz")]),
        (f"{HOME}/pages/a%20b%2Fc", [("page", "a b/c")]),
        (f"{HOME}/objectives/o1", [("objective", "o1")]),
        (f"{HOME}/pages/", []),
        (f"{HOME}/webpages/3", []),
        ("urn:other:page:quiz", []),
    ],
)
def test_what_an_identifier_says(identifier: str, names: list[tuple[str, str]]) -> None:
    assert list(named_in(identifier)) == names


def test_the_nearest_to_say_a_name_is_believed() -> None:
    around = {"parent": [{"id": "urn:lectern:page:parent"}], "grouping": [{"id": "urn:lectern:page:far:section:s"}]}
    extensions = {"urn:lectern:activity": "said"}
    context = {"contextActivities": around, "extensions": extensions}

    found = told(statement(1, place="activities/unsaid", context=context))

    assert (found.record.page, found.record.activity, found.section) == ("parent", "said", "s")
    assert found.where["page"] == "context.contextActivities.parent[0].id"


@pytest.mark.parametrize("value", [7, "", "x" * 251, ["a"], {}])
def test_an_extension_of_ours_must_be_a_key(value: object) -> None:
    found = misfit(statement(1, context={"extensions": {"urn:lectern:page": value}}))

    assert found.path == "context.extensions['urn:lectern:page']"


@pytest.mark.parametrize(
    ("actor", "name"),
    [
        ({"account": {"homePage": HOME, "name": "17"}}, ByKey("17")),
        ({"openid": "https://id.example/17"}, ByKey("https://id.example/17")),
        ({"mbox": "mailto:ada@EXAMPLE.org"}, ByMailbox(hashlib.sha1(b"mailto:ada@example.org").hexdigest())),
        ({"mbox_sha1sum": "AB" * 20}, ByMailbox("ab" * 20)),
    ],
)
def test_who_a_learner_is(actor: Json, name: ByKey | ByMailbox) -> None:
    assert told(statement(1, actor=actor)).learner == name


def test_objectives_may_be_named_and_are_told_apart() -> None:
    extensions = {"urn:lectern:objectives": ["sums", "carrying"]}

    found = told(statement(1, place=f"{PAGE}/objectives/sums", context={"extensions": extensions}))

    assert found.objectives == ("sums", "carrying")
    assert misfit(statement(1, context={"extensions": {"urn:lectern:objectives": ["x"] * 51}})).path.endswith("]")


def test_an_attachment_must_be_somewhere_else() -> None:
    attachment = {"usageType": HOME, "display": {"en": "x"}, "contentType": "text/plain", "length": 1, "sha2": "00"}

    kept = told(statement(1, attachments=[{**attachment, "fileUrl": f"{HOME}/file"}]))
    refused = misfit(statement(1, attachments=[attachment]))

    assert "attachments" not in kept.record.result
    assert (refused.code, refused.path) == ("not_served", "attachments[0].fileUrl")


def test_a_group_is_nobody() -> None:
    group = {"objectType": "Group", "member": [{"mbox": "mailto:a@example.org"}]}

    assert misfit(statement(1, actor=group)).path == "actor.objectType"


# ---- time, and what is kept -------------------------------------------------------------------------------------


def test_times_are_moments_whatever_their_zone() -> None:
    there = told(statement(1, timestamp="2026-11-02T09:00:00.123456789+05:30"))
    bare = told(statement(1, timestamp="2026-11-02T09:00:00"))
    none = told(statement(1, timestamp=None))

    assert there.record.timestamp == datetime(2026, 11, 2, 3, 30, 0, 123456, tzinfo=UTC)
    assert bare.record.timestamp == datetime(2026, 11, 2, 9, tzinfo=UTC)
    assert (none.record.timestamp, none.has_timestamp, bare.has_timestamp) == (ARRIVED, False, True)


def test_nothing_personal_is_kept_of_a_statement() -> None:
    marked = statement(
        1,
        actor={"name": "zebra", "mbox": "mailto:zebra@example.org"},
        result={"response": "zebra", "success": True, "extensions": {f"{HOME}/x": "zebra"}},
        context={"instructor": {"name": "zebra", "mbox": "mailto:zebra@example.org"}, "platform": "zebra"},
    )

    assert "zebra" not in json.dumps(dict(told(marked).record.result))


def test_what_does_not_count_as_content_does_not_change_the_digest() -> None:
    thing = {"id": f"{HOME}/{PAGE}"}
    one = statement(1, object=thing, context={"contextActivities": {"parent": thing}})
    other = statement(
        2,
        object={**thing, "objectType": "Activity", "definition": {"name": {"en": "Quiz"}}},
        context={"contextActivities": {"parent": [{**thing, "definition": {"name": {"de": "Test"}}}]}},
        authority={"mbox": "mailto:a@example.org"},
        version="1.0.0",
    )
    del other["verb"]["display"]
    del other["object"]["objectType"]

    assert told(one).record.result["digest"] == told(other).record.result["digest"]


@pytest.mark.parametrize(
    ("score", "out_of", "expected"),
    [
        (8.0, 10.0, {"scaled": 0.8, "raw": 8.0, "min": 0, "max": 10.0}),
        (12.0, 10.0, {"raw": 12.0}),
        (-1.0, 10.0, {"raw": -1.0}),
        (8.0, None, None),
    ],
)
@pytest.mark.parametrize("edition", Edition)
def test_any_stored_event_is_a_valid_statement(
    edition: Edition, score: float, out_of: float | None, expected: Json | None
) -> None:
    event = StoredEvent(
        event_id=UUID(int=1),
        institution="lakeside",
        section="algebra",
        learner="ext-ada",
        page="quiz",
        activity=None,
        verb=Verb.SCORED,
        success=None,
        score=score,
        out_of=out_of,
        timestamp=ARRIVED,
        stored=ARRIVED + timedelta(seconds=1),
        source="oulad",
        result={"verb": "not ours", "completion": "neither"},
    )

    found = statement_of(event)

    assert check_statement(found, edition)
    assert found["verb"] == {"id": f"{ADL}scored"}
    assert found.get("result", {}).get("score") == expected  # type: ignore[attr-defined]


def test_what_was_given_out_tells_the_same_event_again() -> None:
    before = told(answer(1, success=True)).record
    event = StoredEvent(
        UUID(int=1), "lakeside", "algebra", "ext-ada", "unit-1-page-1", before.activity, before.verb, before.success,
        None, None, before.timestamp, ARRIVED, "xapi", before.result,
    )  # fmt: skip

    after = told({**statement_of(event)}).record

    assert (after.verb, after.success, after.activity, after.timestamp) == (
        before.verb,
        before.success,
        before.activity,
        before.timestamp,
    )
