"""The facts of an OULAD presentation, worked out from the CSV files alone with pandas: an independent calculation.

Written from the words of the import table and the definitions, not from the code under test; it shares nothing with
the project. OULAD has no learning objectives, so nobody has a proficiency and everybody lacks information.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import sqrt
from pathlib import Path
from zipfile import ZipFile

import pandas as pd

Facts = dict[str, float | int | None]
Path3 = tuple[str, str, str]
"""Keys of unit, module and page."""

TABLES = ("vle", "assessments", "studentInfo", "studentRegistration", "studentAssessment", "studentVle")


@dataclass(frozen=True)
class Presentation:
    pages: tuple[Path3, ...]
    """Every page with the keys above it."""
    enrolled: frozenset[str]
    visited: frozenset[tuple[str, str]]
    """(learner, page key) with any event."""
    scores: dict[str, tuple[Fraction, ...]]
    """Per assessment page: the percents of the enrolled learners who have a score."""

    def facts(self, *above: str) -> Facts:
        """Every number of the scope whose unit and module are given."""
        inside = [page for page in self.pages if page[: len(above)] == above]
        graded = [page[2] for page in inside if page[0] == "assessments"]
        means = [mean for key in graded if (mean := _mean(self.scores.get(key, ()))) is not None]
        size = len(self.enrolled)
        return {
            "summary.class_size": size,
            "summary.average_progress_pct": _percent(self._total(inside), size),
            "summary.average_proficiency_pct": None,
            "summary.average_assessment_pct": _tenths(_mean(means)),
            **self._progress(inside, len(above)),
            "student_support.struggling.count": 0,
            "student_support.on_track.count": 0,
            "student_support.excelling.count": 0,
            "student_support.not_enough_information.count": size,
            "student_support.inactive.count": size,  # the data ends in 2014
            "challenging_objectives.count": 0,
            **{name: value for key in graded for name, value in _distribution(key, self.scores.get(key, ()))},
        }

    def _progress(self, inside: list[Path3], depth: int) -> Facts:
        children: dict[str, list[Path3]] = {}
        for page in inside:
            children.setdefault(page[depth], []).append(page)
        found: Facts = {}
        for key, pages in children.items():
            done = Counter(who for _, _, page in pages for who in self._visitors[page])
            found[f"progress.{key}.completed"] = sum(number == len(pages) for number in done.values())
            found[f"progress.{key}.average_pct"] = _percent(self._total(pages), len(self.enrolled))
        return found

    def _total(self, pages: list[Path3]) -> Fraction:
        """Sum over learners of their share of these pages."""
        return Fraction(sum(len(self._visitors[page]) for _, _, page in pages), len(pages))

    @cached_property
    def _visitors(self) -> dict[str, list[str]]:
        """Per page the learners with any event, each once."""
        found: dict[str, list[str]] = {page: [] for _, _, page in self.pages}
        for who, page in self.visited:
            found[page].append(who)
        return found


def read_presentation(path: Path) -> Presentation:
    with ZipFile(path) as archive:
        vle, assessments, info, registration, results, log = (
            pd.read_csv(archive.open(f"{name}.csv"), dtype=str, na_values=["?"], keep_default_na=False)
            for name in TABLES
        )
    gone = registration[registration["date_unregistration"].notna()]
    enrolled = frozenset(info["id_student"]) - frozenset(gone["id_student"])
    sites = pd.DataFrame(log[["id_student", "id_site"]]).drop_duplicates()
    sites = sites[sites["id_student"].isin(enrolled) & sites["id_site"].isin(vle["id_site"])]
    results = results[
        results["id_student"].isin(enrolled) & results["id_assessment"].isin(assessments["id_assessment"])
    ]
    visited = {(who, f"site-{site}") for who, site in zip(sites["id_student"], sites["id_site"], strict=True)}
    visited |= {
        (who, f"assessment-{a}") for who, a in zip(results["id_student"], results["id_assessment"], strict=True)
    }
    return Presentation(tuple(_pages(vle, assessments)), enrolled, frozenset(visited), _scores(results))


def _pages(vle: pd.DataFrame, assessments: pd.DataFrame) -> Iterator[Path3]:
    for site, kind, week in zip(vle["id_site"], vle["activity_type"], vle["week_from"], strict=True):
        module = f"{kind}-no-week" if pd.isna(week) else f"{kind}-week-{int(float(week))}"
        yield kind, module, f"site-{site}"
    for assessment, kind in zip(assessments["id_assessment"], assessments["assessment_type"], strict=True):
        yield "assessments", kind.lower(), f"assessment-{assessment}"


def _scores(results: pd.DataFrame) -> dict[str, tuple[Fraction, ...]]:
    """The latest score of each learner; a submission without a score does not take one away."""
    scored = results[results["score"].notna()].assign(day=results["date_submitted"].astype(int))
    latest = scored.sort_values("day", kind="stable").groupby(["id_assessment", "id_student"])["score"].last()
    found: dict[str, list[Fraction]] = {}
    for (assessment, _), score in latest.items():
        found.setdefault(f"assessment-{assessment}", []).append(Fraction(score))
    return {key: tuple(sorted(values)) for key, values in found.items()}


def _distribution(key: str, scores: tuple[Fraction, ...]) -> Iterator[tuple[str, float | int | None]]:
    stem, mean = f"assessments.{key}", _mean(scores)
    spread = None if mean is None else sqrt(sum((score - mean) ** 2 for score in scores) / len(scores))
    yield f"{stem}.completed", len(scores)
    yield f"{stem}.min", _tenths(min(scores, default=None))
    yield f"{stem}.median", _tenths(_median(scores))
    yield f"{stem}.mean", _tenths(mean)
    yield f"{stem}.max", _tenths(max(scores, default=None))
    yield f"{stem}.std_dev", None if spread is None else _tenths(Fraction(spread))


def _mean(values: tuple[Fraction, ...] | list[Fraction]) -> Fraction | None:
    return sum(values, Fraction(0)) / len(values) if values else None


def _median(scores: tuple[Fraction, ...]) -> Fraction | None:
    if not scores:
        return None
    return (scores[(len(scores) - 1) // 2] + scores[len(scores) // 2]) / 2


def _percent(total: Fraction, size: int) -> float | None:
    return _tenths(100 * total / size) if size else None


def _tenths(value: Fraction | None) -> float | None:
    """Half to even; fractions are exact, so nothing is lost on the way."""
    return None if value is None else float(Fraction(round(value * 10), 10))
