"""The AI context: the same numbers as everywhere, nobody's name, never more than its budget, the same bytes again."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import msgspec
import pytest

from oracles import contract
from oracles.contract import DataStamp, Failed, FailureReason, Loaded, OracleKey, OracleResult, Payload
from oracles.payloads import (
    AssessmentRow,
    Assessments,
    ChildItem,
    EvidenceCell,
    LearnerInfo,
    LearnerRow,
    LearnerStanding,
    ObjectiveRow,
    Objectives,
    PageItem,
    Progress,
    ProgressItem,
    ProgressProficiency,
    ScopeResources,
    ScoreCount,
)
from snapshot.ai_document import AiDocument
from snapshot.contract import AiContextProjection, Capability, Readiness, Reason, Status
from snapshot.projections import definitions, derive
from snapshot.projections.ai_context import TOKEN_BUDGET, fitting
from snapshot.projections.ai_words import LONGEST_TITLE, as_json, title, tokens
from tests.snapshot.classroom import COURSE, MIXED, NAMES, NOW, Classroom, metadata

LEARNERS, OBJECTIVES, PAGES = 10_000, 500, 300
CLASS = Classroom(MIXED, (70.0,), last={"Ada": NOW - timedelta(days=1)})


def made(results: dict[OracleKey, OracleResult]) -> AiContextProjection:
    found, _ = derive(Capability.AI_CONTEXT, metadata(), results)
    assert isinstance(found, AiContextProjection)
    return found


def texts(found: AiContextProjection) -> tuple[str, str]:
    return found.markdown, as_json(found.document).decode()


def answer(key: OracleKey, payload: Payload) -> Loaded:
    return Loaded(COURSE, key, payload, 1, DataStamp())


def large() -> dict[OracleKey, OracleResult]:
    """Ten thousand learners, five hundred objectives, three hundred graded pages; titles of hundreds of letters."""
    long = "Ä" * 300
    people = [
        LearnerRow(n, f"external-{n}", f"Name Marker {n}", f"mail{n}@marker.example", None) for n in range(LEARNERS)
    ]
    pages = tuple(PageItem(f"page-{n}", f"Page {n} {long}", "", n, graded=True) for n in range(PAGES))
    payloads: dict[OracleKey, Payload] = {
        contract.SCOPE_RESOURCES: ScopeResources(
            long, long, long, (long,) * 3,
            tuple(ChildItem(page.key, page.title, "page", 1) for page in pages), pages, OBJECTIVES,
        ),
        contract.LEARNER_INFO: LearnerInfo(tuple(people)),
        contract.PROGRESS: Progress(
            LEARNERS, tuple(ProgressItem(page.key, 1, (5,) * 10, LEARNERS / 2) for page in pages)
        ),
        contract.PROGRESS_PROFICIENCY: ProgressProficiency(
            PAGES, tuple(LearnerStanding(n, (n % 100) / 100, n % 40, n % 20) for n in range(LEARNERS))
        ),
        contract.OBJECTIVES: Objectives(
            LEARNERS,
            tuple(
                ObjectiveRow(f"lo-{n}", f"Objective {n} {long}", None, n, 0, (EvidenceCell(500, n, 40),))
                for n in reversed(range(OBJECTIVES))
            ),
        ),
        contract.ASSESSMENTS: Assessments(
            LEARNERS,
            tuple(AssessmentRow(page.key, (ScoreCount(50.0, 4_000),), 4_000, 0, 12) for page in pages),
        ),
    }  # fmt: skip
    return {key: answer(key, payload) for key, payload in payloads.items()}


@pytest.mark.proves("snapshot:FR-003")
def test_it_says_the_numbers_of_the_other_projections_and_how_they_are_made() -> None:
    markdown, text = texts(made(CLASS.results()))

    assert "| average_progress_pct | 53.6 | 4 |" in markdown
    assert "| Unit-3 | 0 | 0 |" in markdown
    assert "| Quiz | 1 | 70 | 70 | 0 | 0 | 0 |" in markdown
    assert all(words in markdown and words in json.loads(text)["definitions"].values()
               for words in definitions.FACTS.values())  # fmt: skip
    assert "completed means at least this percentage of the pages: 100" in markdown
    assert json.loads(text)["tables"][0]["rows"][1] == ["average_progress_pct", 53.6, 4]


def test_markdown_and_json_hold_the_same_document() -> None:
    found = made(CLASS.results())

    assert msgspec.json.decode(as_json(found.document), type=AiDocument) == found.document


def test_the_rule_that_speaks_is_named_with_its_words() -> None:
    markdown, text = texts(made(CLASS.results()))

    assert "are struggling" in markdown
    assert "(rule `many_struggling`)" in markdown
    assert json.loads(text)["rule"] == "many_struggling"


@pytest.mark.proves("I7")
@pytest.mark.parametrize("results", [CLASS.results(), large()], ids=["small", "large"])
def test_nobody_is_named(results: dict[OracleKey, OracleResult]) -> None:
    roster = results[contract.LEARNER_INFO]
    assert isinstance(roster, Loaded)
    assert isinstance(roster.payload, LearnerInfo)

    for text in texts(made(results)):
        assert "@" not in text
        assert "Marker" not in text
        assert not [row for row in roster.payload.learners if row.name in text or row.external_id in text]


@pytest.mark.parametrize("name", NAMES)
def test_a_learners_number_is_nobodys_row(name: str) -> None:
    markdown, _ = texts(made(CLASS.results()))

    assert name not in markdown
    assert "learner_id" not in markdown


def test_ten_thousand_learners_and_five_hundred_objectives_stay_within_the_budget() -> None:
    found = made(large())

    sizes = [tokens(text.encode()) for text in texts(found)]

    assert max(sizes) <= TOKEN_BUDGET
    assert max(sizes) > 0.9 * TOKEN_BUDGET  # and it is used
    assert found.document.token_budget == TOKEN_BUDGET
    assert len(found.document.definitions) == len(definitions.FACTS)


def test_what_is_cut_says_so_and_the_most_telling_rows_stay() -> None:
    found = made(large())

    table = next(each for each in found.document.tables if each.capability == Capability.CHALLENGING_OBJECTIVES)

    assert (table.total, table.order) == (OBJECTIVES, "lowest class proficiency first")
    assert 0 < len(table.rows) < OBJECTIVES
    assert str(table.rows[0][0]).startswith("500 Objective 0 ")  # listed last in the course, and the hardest
    assert f"({len(table.rows)} of 500, lowest class proficiency first)" in found.markdown


def test_one_more_row_would_not_fit() -> None:
    found = made(large()).document
    rows = max(len(table.rows) for table in found.tables)
    whole = replace_rows(found, rows + 1)

    assert fitting(whole) == found


def replace_rows(cut: AiDocument, rows: int) -> AiDocument:
    """The same document with that many rows in its long tables: the last one repeated."""
    tables = tuple(
        msgspec.structs.replace(
            table, rows=(*table.rows, table.rows[-1]) if len(table.rows) == rows - 1 else table.rows
        )
        for table in cut.tables
    )
    return msgspec.structs.replace(cut, tables=tables)


@pytest.mark.proves("snapshot:AC-001")
def test_the_same_answers_give_the_same_text() -> None:
    backwards = dict(reversed(large().items()))

    assert texts(made(large())) == texts(made(backwards))


def test_what_is_not_there_is_said_with_its_reason() -> None:
    results = {
        **CLASS.results(),
        contract.OBJECTIVES: Failed(COURSE, contract.OBJECTIVES, FailureReason.TIMEOUT),
    }

    found, status = derive(Capability.AI_CONTEXT, metadata(), results)

    assert isinstance(found, AiContextProjection)
    assert status == Status(Readiness.PARTIAL, Reason.ORACLE_TIMED_OUT, (contract.OBJECTIVES,))
    assert found.document.lacking == {"summary": "oracle_timed_out", "challenging_objectives": "oracle_timed_out"}
    assert "## challenging_objectives" not in found.markdown


def test_unknown_is_a_word_and_never_nought() -> None:
    markdown, _ = texts(made(Classroom().results()))

    assert "| average_assessment_pct | unknown | 0 |" in markdown


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Unit\n1 | a\tb", "Unit 1 | a b"),
        ("Ask ann@school.example about it", "Ask … about it"),
        ("x" * 300, "x" * (LONGEST_TITLE - 1) + "…"),
        ("\u202eevil\x00", "evil"),
    ],
)
def test_a_title_is_one_short_line_without_addresses(text: str, expected: str) -> None:
    assert title(text) == expected


def test_a_title_cannot_break_its_table() -> None:
    results = CLASS.results()
    outline = results[contract.SCOPE_RESOURCES]
    assert isinstance(outline, Loaded)
    assert isinstance(outline.payload, ScopeResources)
    children = tuple(msgspec.structs.replace(child, title="a | b\n| c |") for child in outline.payload.children)
    results[contract.SCOPE_RESOURCES] = replace(
        outline, payload=msgspec.structs.replace(outline.payload, children=children)
    )

    assert r"| a \| b \| c \| | 3 |" in made(results).markdown
