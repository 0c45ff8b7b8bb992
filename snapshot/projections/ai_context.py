"""AI context: the other projections for a language model or a colleague (seed 001 FR-003). Pure.

Deterministic; pseudonymous, since it is made of counts and means only and never looks at the roster; and never more
than `TOKEN_BUDGET` tokens, in Markdown and in JSON alike: where it would be, every table keeps as many of its most
telling rows as fit and says how many there are.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator

import msgspec

from oracles.contract import (
    ASSESSMENTS,
    LEARNER_INFO,
    OBJECTIVES,
    PROGRESS,
    PROGRESS_PROFICIENCY,
    SCOPE_RESOURCES,
)
from oracles.payloads import ScopeResources
from snapshot.ai_document import AiDocument, AiTable
from snapshot.contract import (
    AiContextProjection,
    AssessmentsProjection,
    Capability,
    ChallengingObjectivesProjection,
    Facts,
    Metadata,
    ProgressProjection,
    Readiness,
    StudentSupportProjection,
    SummaryProjection,
)
from snapshot.projections import definitions
from snapshot.projections.ai_words import as_json, as_markdown, title, tokens
from snapshot.projections.material import Material

READS = frozenset({PROGRESS, PROGRESS_PROFICIENCY, LEARNER_INFO, OBJECTIVES, ASSESSMENTS})
"""The oracles behind what is said here, beside the outline."""
TOKEN_BUDGET = 6_000

type Rows = list[tuple[str | int | float | None, ...]]


def derive(material: Material) -> AiContextProjection:
    document = fitting(_document(material))
    return AiContextProjection(document, as_markdown(document))


def facts(_: AiContextProjection) -> Facts:
    """Its numbers are those of the other capabilities."""
    return {}


def fitting(whole: AiDocument) -> AiDocument:
    """The document with as many rows in each table as the budget allows."""
    most = max((len(table.rows) for table in whole.tables), default=0)
    if _size(whole) <= whole.token_budget:
        return whole
    too_many = bisect_right(range(most + 1), whole.token_budget, key=lambda rows: _size(_cut(whole, rows)))
    return _cut(whole, max(0, too_many - 1))


def _size(document: AiDocument) -> int:
    return max(tokens(as_markdown(document).encode()), tokens(as_json(document)))


def _cut(whole: AiDocument, rows: int) -> AiDocument:
    tables = tuple(msgspec.structs.replace(table, rows=table.rows[:rows]) for table in whole.tables)
    return msgspec.structs.replace(whole, tables=tables)


def _document(material: Material) -> AiDocument:
    about, resources = material.metadata, material.need(SCOPE_RESOURCES, ScopeResources)
    advice = _advice(material)
    return AiDocument(
        course=title(about.course_title),
        section=title(about.section_title),
        scope=" › ".join(title(each) for each in (*resources.trail, resources.label)),
        as_of=about.as_of,
        time_zone=about.time_zone,
        settings=_settings(about),
        lacking=_lacking(material),
        tables=tuple(_tables(material)),
        advice=advice[1],
        rule=advice[0],
        definitions=definitions.FACTS,
        token_budget=TOKEN_BUDGET,
    )


def _settings(about: Metadata) -> dict[str, int | str]:
    support = msgspec.structs.asdict(about.semantics.support)
    del support["version"]  # says which change it was, not what is in force
    return {
        "completed means at least this percentage of the pages": about.semantics.progress_threshold,
        "proficiency model": about.semantics.proficiency_model,
        **{name.replace("_", " "): limit for name, limit in support.items()},
    }


def _lacking(material: Material) -> dict[str, str]:
    """What another one lacks and this one reads: a schedule, say, makes progress partial and is nothing to us."""
    others = (kind for kind in Capability if kind is not Capability.AI_CONTEXT)
    statuses = {kind: material.outcome(kind)[1] for kind in others}
    return {
        kind.value: str(each.reason)
        for kind, each in statuses.items()
        if each.readiness not in {Readiness.READY, Readiness.PARTIAL} or not READS.isdisjoint(each.missing)
    }


def _advice(material: Material) -> tuple[str, str]:
    """The rule that speaks and what it says."""
    summary = material.projection(Capability.SUMMARY, SummaryProjection)
    found = summary.recommendation if summary else None
    if found is None:
        return "", ""
    numbers = {name: title(each) if isinstance(each, str) else each for name, each in found.numbers.items()}
    words = definitions.RECOMMENDATIONS.get(found.rule, "")
    return found.rule, definitions.fill(words, numbers)


def _tables(material: Material) -> Iterator[AiTable]:
    if summary := material.projection(Capability.SUMMARY, SummaryProjection):
        yield _table(Capability.SUMMARY, "all", "metric value n", _summary(summary))
    if support := material.projection(Capability.STUDENT_SUPPORT, StudentSupportProjection):
        yield _table(Capability.STUDENT_SUPPORT, "all", "group learners share_pct inactive", _support(support))
    if progress := material.projection(Capability.PROGRESS, ProgressProjection):
        yield _table(Capability.PROGRESS, "lowest average first", "item completed average_pct", _progress(progress))
    if objectives := material.projection(Capability.CHALLENGING_OBJECTIVES, ChallengingObjectivesProjection):
        order, columns = (
            "lowest class proficiency first",
            "objective proficiency_pct learners_with_evidence challenging",
        )
        yield _table(Capability.CHALLENGING_OBJECTIVES, order, columns, _objectives(objectives))
    if graded := material.projection(Capability.ASSESSMENTS, AssessmentsProjection):
        columns = "assessment completed mean median std_dev late missing"
        yield _table(Capability.ASSESSMENTS, "lowest mean first", columns, _assessments(graded))


def _table(capability: Capability, order: str, columns: str, rows: Rows) -> AiTable:
    return AiTable(capability.value, order, tuple(columns.split()), tuple(rows), len(rows))


def _summary(found: SummaryProjection) -> Rows:
    cards = [(card.fact.removeprefix("summary."), card.value, card.n) for card in found.cards if card.visible]
    return [("class_size", found.class_size, found.class_size), *cards]


def _support(found: StudentSupportProjection) -> Rows:
    return [(bucket.id, bucket.count, bucket.percentage, bucket.inactive) for bucket in found.buckets]


def _progress(found: ProgressProjection) -> Rows:
    bars = sorted(found.bars, key=lambda bar: _rising(bar.average_pct))
    return [(title(bar.title), bar.completed, bar.average_pct) for bar in bars]


def _objectives(found: ChallengingObjectivesProjection) -> Rows:
    items = sorted(found.objectives, key=lambda item: _rising(item.proficiency_pct))
    return [
        (f"{item.numbering} {title(item.title)}", item.proficiency_pct, item.n, "yes" if item.is_challenging else "no")
        for item in items
    ]


def _assessments(found: AssessmentsProjection) -> Rows:
    cards = sorted(found.cards, key=lambda card: _rising(card.mean))
    return [
        (title(card.title), card.completed, card.mean, card.median, card.std_dev, card.late, card.missing)
        for card in cards
    ]


def _rising(value: float | None) -> tuple[bool, float]:
    """Lowest first, unknown last; equal ones stay in the order of the course."""
    return value is None, value or 0.0
