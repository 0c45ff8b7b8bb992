"""How targets were chosen, as the code of the list that they came from. Pure.

`chosen` · `outstanding:<page>` · `student_support.<bucket>` · `assessments.<page>.<list>` · `progress.<part>.<side>`; a
page or part of the course stands there by its key, which may hold dots.
"""

from __future__ import annotations

from dataclasses import dataclass

ABOUT_A_PAGE = frozenset({"outstanding", "ungraded", "assessments"})
ABOUT_A_PART = ABOUT_A_PAGE | {"progress"}


@dataclass(frozen=True, slots=True)
class Rule:
    """What a code says."""

    head: str
    key: str = ""
    """Of the page or part of the course that the list is about."""
    part: str = ""
    """Which of its lists."""

    @property
    def page(self) -> str:
        """Key of the item; empty where the list is about none."""
        return self.key if self.head in ABOUT_A_PAGE else ""


def parse(code: str) -> Rule:
    """What the code says; one that nobody has said before is its own head."""
    head, colon, tail = code.partition(":")
    if not colon:
        head, _, tail = code.partition(".")
    if not tail:
        return Rule(code)
    if head not in ABOUT_A_PART:
        return Rule(head, part=tail)
    key, dot, part = tail.rpartition(".")
    return Rule(head, key, part) if dot and not colon else Rule(head, tail)
