"""One learner under two ids; an item that the gradebook calls otherwise. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import datetime

from courses.quality_facts import PageFacts, Twins
from experiences.calculators.data_quality import Check, Dimension, Effort, Severity
from experiences.hygiene_tray.contract import Blocks, DetectorName, Facts, Finding, Report, Targets

NAME = DetectorName.IDENTITY
NO_WORD = re.compile(r"[\W_]+")


def detect(facts: Facts, _targets: Targets, _now: datetime) -> Report:
    """One finding for each group of learners that look like one person, and for each title that drifted."""
    learners = facts.section.learners if facts.section else 0
    titled = [page for page in facts.pages or () if page.gradebook_title is not None]
    if not learners and not titled:
        return Report(NAME, unmeasured="no_learners")
    doubled = {learner for group in facts.twins or () for learner in group.learners}
    drifted = [page for page in titled if _plain(page.title) != _plain(page.gradebook_title or "")]
    checks = (
        Check(Dimension.CONSISTENCY, max(learners - len(doubled), 0), learners),
        Check(Dimension.CONSISTENCY, len(titled) - len(drifted), len(titled)),
    )
    return Report(NAME, (*_doubled(facts.twins or ()), *_drifted(drifted)), checks)


def _plain(title: str) -> str:
    """Case, spaces and punctuation make no other title."""
    return NO_WORD.sub(" ", title.casefold()).strip()


def _doubled(twins: Iterable[Twins]) -> Iterator[Finding]:
    for group in twins:
        ids = "+".join(map(str, group.learners))
        yield Finding(
            NAME, f"same_{group.by}", f"learners:{ids}", "",
            Severity.HIGH if group.by == "email" else Severity.LOW, Effort.SOME, len(group.learners),
            blocks=Blocks(learners=frozenset(group.learners)), numbers={"count": len(group.learners)},
        )  # fmt: skip


def _drifted(pages: Iterable[PageFacts]) -> Iterator[Finding]:
    for page in pages:
        yield Finding(
            NAME, "title_drift", f"page:{page.key}", page.title, Severity.LOW, Effort.QUICK,
            page=page.page_id, numbers={"gradebook": page.gradebook_title},
        )  # fmt: skip
