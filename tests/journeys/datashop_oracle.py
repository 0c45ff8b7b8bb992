"""The facts of a DataShop export, worked out from the file alone with pandas: an independent calculation.

Written from the words of the definitions, not from the code under test; it shares nothing with the project.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Callable
from decimal import ROUND_HALF_EVEN, Decimal
from pathlib import Path

import pandas as pd

Titles = tuple[str, ...]
Standing = Callable[[str, list[Titles]], float]
Facts = dict[str, float | int | None]


def _slug(text: str) -> str:
    ascii_text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub("[^a-z0-9]+", "-", ascii_text).strip("-")


def pct(value: float | None) -> float | None:
    if value is None or pd.isna(value):
        return None
    return float(Decimal(f"{value:.9f}").quantize(Decimal("0.1"), ROUND_HALF_EVEN))


def read_table(path: Path) -> pd.DataFrame:
    """One line per attempt: learner, path of the page, activity, skills, time (UTC), outcome, attempts."""
    raw = pd.read_csv(
        path, sep="\t", dtype=str, keep_default_na=False, encoding="latin-1", quoting=csv.QUOTE_NONE, header=None
    )
    names = list(raw.iloc[0])
    body = raw.iloc[1:].reset_index(drop=True)
    at = {name: [i for i, n in enumerate(names) if n == name] for name in names}
    if "Outcome" in at:
        levels = [i for i, n in enumerate(names) if n.startswith("Level (")]
        path_of = body[levels].apply(lambda row: tuple(v for v in row if v), axis=1)
        outcome = body[at["Outcome"][0]].str.upper()
        time, zone = body[at["Time"][0]], body[at["Time Zone"][0]].replace("", "UTC")
        attempted = outcome.isin(["CORRECT", "INCORRECT", "HINT"])
    else:
        hierarchy = body[at["Problem Hierarchy"][0]].str.strip('"')
        problem = body[at["Problem Name"][0]]
        path_of = pd.Series(
            [(*(p.strip() for p in h.split(",") if p.strip()), q) for h, q in zip(hierarchy, problem, strict=True)]
        )
        outcome = body[at["First Attempt"][0]].str.upper()
        time, zone = body[at["First Transaction Time"][0]], pd.Series("UTC", index=body.index)
        attempted = pd.Series(True, index=body.index)
    moments = [
        pd.Timestamp(pd.to_datetime(t, format="mixed")).tz_localize(z).tz_convert("UTC")
        for t, z in zip(time, zone, strict=True)
    ]
    kc = [i for i, n in enumerate(names) if n == "KC (Default)"]
    skills = [frozenset(s for i in kc for s in row[i].split("~~") if s) for row in body.itertuples(index=False)]
    return pd.DataFrame(
        {
            "learner": body[at["Anon Student Id"][0]],
            "path": path_of,
            "activity": list(zip(path_of, body[at["Problem Name"][0]], body[at["Step Name"][0]], strict=True)),
            "skills": skills,
            "at": moments,
            "order": range(len(body)),
            "attempted": attempted,
            "correct": outcome.eq("CORRECT"),
        }
    )


def facts(table: pd.DataFrame, prefix: tuple[str, ...] = ()) -> Facts:
    """Every fact of the scope whose pages lie under `prefix` (titles); whole course when empty."""
    learners = sorted(table["learner"].unique())
    size = len(learners)
    inside = table[table["path"].map(lambda p: p[: len(prefix)] == prefix)]
    activities = inside.groupby("path")["activity"].nunique()
    tried = inside[inside["attempted"]]
    done = tried.groupby(["learner", "path"])["activity"].nunique()
    progress = {(learner, path): n / activities[path] for (learner, path), n in done.items()}
    pages = list(activities.index)

    def standing(learner: str, among: list[tuple[str, ...]]) -> float:
        return float(sum(progress.get((learner, page), 0.0) for page in among)) / len(among)

    first = tried.sort_values(["at", "order"], kind="stable").drop_duplicates(["learner", "activity"])
    result: Facts = {
        "summary.class_size": size,
        "summary.average_progress_pct": pct(100 * sum(standing(x, pages) for x in learners) / size),
        "summary.average_assessment_pct": None,
    }
    result |= _objectives(inside, first)
    result |= _progress(prefix, pages, learners, standing)
    result |= _support(first, learners, pages, standing)
    return result


def _objectives(inside: pd.DataFrame, first: pd.DataFrame) -> Facts:
    of_activity: dict[object, frozenset[str]] = {}
    for activity, skills in zip(inside["activity"], inside["skills"], strict=True):
        of_activity[activity] = of_activity.get(activity, frozenset()) | skills
    evidence: dict[tuple[str, str], list[bool]] = {}
    for learner, activity, correct in zip(first["learner"], first["activity"], first["correct"], strict=True):
        for skill in of_activity[activity]:
            evidence.setdefault((skill, learner), []).append(bool(correct))
    class_values: dict[str, float | None] = {}
    takers: dict[str, int] = {}
    for skill in sorted(set().union(*of_activity.values())):
        values = [
            (sum(seen) + 0.2 * (len(seen) - sum(seen))) / len(seen)
            for (name, _), seen in evidence.items()
            if name == skill and len(seen) >= 3
        ]
        takers[skill] = len(values)
        class_values[skill] = sum(values) / len(values) if values else None
    known = [value for value in class_values.values() if value is not None]
    result: Facts = {
        f"challenging_objectives.{_slug(skill)}.proficiency_pct": pct(None if v is None else 100 * v)
        for skill, v in class_values.items()
    }
    result["challenging_objectives.count"] = sum(
        1 for skill, v in class_values.items() if v is not None and v <= 0.4 + 1e-12 and takers[skill] >= 3
    )
    result["summary.average_proficiency_pct"] = pct(100 * sum(known) / len(known)) if known else None
    return result


def _progress(prefix: Titles, pages: list[Titles], learners: list[str], standing: Standing) -> Facts:
    children: dict[tuple[str, ...], list[tuple[str, ...]]] = {}
    for page in pages:
        children.setdefault(page[: len(prefix) + 1], []).append(page)
    result: Facts = {}
    for child, among in children.items():
        values = [standing(learner, among) for learner in learners]
        key = _slug(" ".join(child))
        result[f"progress.{key}.completed"] = sum(value >= 1 - 1e-9 for value in values)
        result[f"progress.{key}.average_pct"] = pct(100 * sum(values) / len(values))
    return result


def _support(first: pd.DataFrame, learners: list[str], pages: list[Titles], standing: Standing) -> Facts:
    buckets = {"struggling": 0, "on_track": 0, "excelling": 0, "not_enough_information": 0}
    seen = {name: list(group["correct"]) for name, group in first.groupby("learner")}
    for learner in learners:
        tries = seen.get(learner, [])
        progress = 100 * standing(learner, pages)
        if len(tries) < 3:
            buckets["not_enough_information"] += 1
            continue
        proficiency = 100 * (sum(tries) + 0.2 * (len(tries) - sum(tries))) / len(tries)
        if progress >= 80 and proficiency >= 80:
            buckets["excelling"] += 1
        elif (progress < 40 or progress > 80) and proficiency <= 40:
            buckets["struggling"] += 1
        else:
            buckets["on_track"] += 1
    result: Facts = {f"student_support.{name}.count": n for name, n in buckets.items()}
    result["student_support.inactive.count"] = len(learners)  # the files are years old
    return result
