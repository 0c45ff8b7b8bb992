"""AI context: the other projections in words, for a language model or a colleague. Pure.

Deterministic, pseudonymous (no names, e-mails or external ids ever reach it) and bounded: sections are added in a
fixed order while they fit.
"""

from __future__ import annotations

from collections.abc import Iterator

from snapshot.contract import (
    AiContextProjection,
    AssessmentsProjection,
    Capability,
    ChallengingObjectivesProjection,
    Facts,
    ProgressProjection,
    StudentSupportProjection,
    SummaryProjection,
)
from snapshot.projections import definitions
from snapshot.projections.material import Material

TOKEN_BUDGET = 6_000
CHARACTERS_PER_TOKEN = 4
"""A common rule of thumb for English text; the budget is a bound, not a promise about one tokenizer."""


def derive(material: Material) -> AiContextProjection:
    text = ""
    for part in _parts(material):
        if len(text) + len(part) > TOKEN_BUDGET * CHARACTERS_PER_TOKEN:
            text += "\n(Shortened: the rest does not fit.)\n"
            break
        text += part
    return AiContextProjection(text)


def facts(_: AiContextProjection) -> Facts:
    """Its numbers are those of the other capabilities."""
    return {}


def _parts(material: Material) -> Iterator[str]:
    metadata = material.metadata
    yield f"# {metadata.course_title} · {metadata.section_title}\n\n"
    as_of = metadata.as_of.isoformat() if metadata.as_of else "never"
    yield f"Data as of {as_of}. Completed means at least {metadata.semantics.progress_threshold} % of the pages.\n"
    yield from _summary(material)
    yield from _progress(material)
    yield from _support(material)
    yield from _objectives(material)
    yield from _assessments(material)
    yield "\n## How the numbers are made\n\n"
    yield from (f"- `{name}`: {text}\n" for name, text in definitions.FACTS.items())


def _summary(material: Material) -> Iterator[str]:
    if found := material.projection(Capability.SUMMARY, SummaryProjection):
        yield f"\n## Summary\n\n- class size: {found.class_size}\n"
        yield from (f"- {card.fact}: {_number(card.value)} (n = {card.n})\n" for card in found.cards if card.visible)


def _progress(material: Material) -> Iterator[str]:
    if found := material.projection(Capability.PROGRESS, ProgressProjection):
        yield "\n## Progress\n\n| item | completed | average % |\n|---|---|---|\n"
        for bar in found.bars:
            yield f"| {bar.title} | {bar.completed} of {found.class_size} | {_number(bar.average_pct)} |\n"


def _support(material: Material) -> Iterator[str]:
    if found := material.projection(Capability.STUDENT_SUPPORT, StudentSupportProjection):
        yield "\n## Student support\n\n"
        yield from (f"- {bucket.id}: {bucket.count} ({bucket.inactive} inactive)\n" for bucket in found.buckets)


def _objectives(material: Material) -> Iterator[str]:
    found = material.projection(Capability.CHALLENGING_OBJECTIVES, ChallengingObjectivesProjection)
    if found and found.objectives:
        yield "\n## Objectives\n\n| objective | class proficiency % | learners | challenging |\n|---|---|---|---|\n"
        for item in found.objectives:
            mark = "yes" if item.is_challenging else "no"
            yield f"| {item.numbering} {item.title} | {_number(item.proficiency_pct)} | {item.n} | {mark} |\n"


def _assessments(material: Material) -> Iterator[str]:
    found = material.projection(Capability.ASSESSMENTS, AssessmentsProjection)
    if found and found.cards:
        yield "\n## Assessments\n\n| assessment | completed | mean % | late | missing |\n|---|---|---|---|---|\n"
        for card in found.cards:
            yield f"| {card.title} | {card.completed} | {_number(card.mean)} | {card.late} | {card.missing} |\n"


def _number(value: float | None) -> str:
    return "unknown" if value is None else f"{value:g}"
