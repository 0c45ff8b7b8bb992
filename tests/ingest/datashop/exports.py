"""Makes DataShop exports of both kinds with the traits of real ones (no licence lets real ones be passed on).

Traits: columns of one name, levels that shift when an outer one is empty, hint rows without a skill, repeated
(student, step, attempt), several skills per step in one cell (`~~`) and in repeated columns, empty outcomes, two ways
to write a time, named and empty time zones, quoted cells, Latin-1 bytes in a title.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

TRANSACTION_HEADER = [
    "Row", "Sample Name", "Transaction Id", "Anon Student Id", "Session Id", "Time", "Time Zone", "Duration (sec)",
    "Student Response Type", "Tutor Response Type", "Level (Container)", "Level (Container)", "Level (Container)",
    "Level (Page)", "Problem Name", "Problem View", "Step Name", "Attempt At Step", "Outcome", "Selection", "Action",
    "Input", "Feedback Text", "KC (Default)", "KC Category (Default)", "KC (Default)", "KC (Single-KC)", "School",
]  # fmt: skip
STEP_HEADER = [
    "Row", "Sample", "Anon Student Id", "Problem Hierarchy", "Problem Name", "Problem View", "Step Name",
    "Step Start Time", "First Transaction Time", "Correct Transaction Time", "Step Duration (sec)", "First Attempt",
    "Incorrects", "Hints", "Corrects", "Condition", "KC (Default)", "Opportunity (Default)",
]  # fmt: skip
OUTCOMES = ["CORRECT", "CORRECT", "CORRECT", "INCORRECT", "INCORRECT", "HINT", ""]
ZONES = ["US/Eastern", "America/Los_Angeles", "", "UTC"]


@dataclass(frozen=True, slots=True)
class Export:
    """How large, and which seed. `slash_dates`: 10/14/05 14:51 instead of 2024-02-16 05:34:51."""

    learners: int = 15
    pages: int = 34
    rows: int = 5553
    steps_per_page: int = 4
    skills: int = 12
    seed: int = 1
    slash_dates: bool = False
    title: str = "Einführung"


@dataclass(frozen=True, slots=True)
class Spot:
    levels: tuple[str, str, str]
    page: str
    problem: str
    step: str
    skills: tuple[str, ...]


def spots(export: Export) -> list[Spot]:
    """Every step of the course, in reading order."""
    random = Random(export.seed)
    found = []
    for page in range(export.pages):
        unit, module = f"Unit {page // 12 + 1}", f"{export.title} {page // 4 + 1}"
        # Every fifth page hangs one level higher: its outer level is empty and the others shift.
        levels = ("", unit, module) if page % 5 else ("", "", unit)
        for step in range(export.steps_per_page):
            skills = random.sample([f"skill {n}" for n in range(export.skills)], k=random.choice([0, 1, 1, 2, 3]))
            problem = f"q{page}_{step % 2}"
            found.append(Spot(levels, f"Page {page}", problem, f"part {step}", tuple(skills)))
    return found


def transactions(export: Export) -> Iterator[list[str]]:
    """Header and rows of a transaction export."""
    random = Random(export.seed)
    places = spots(export)
    clock = datetime(2024, 2, 16, 5, 34, 51)
    yield TRANSACTION_HEADER
    previous: list[str] = []
    for number in range(export.rows):
        clock += timedelta(seconds=random.randrange(0, 90))
        spot = random.choice(places[: max(8, len(places) * (number + 1) // export.rows)])
        # Low numbers are strong and busy, high ones weak and rarely there, so that every support bucket is met.
        person = min(random.randrange(export.learners), random.randrange(export.learners))
        learner = f"Stu_{person:05x}"
        outcome = "CORRECT" if random.random() > person / export.learners else random.choice(OUTCOMES)
        if previous and random.random() < 0.02:  # the same (student, step, attempt) logged twice
            yield [str(number + 1), *previous[1:]]
            continue
        previous = _transaction(export, number, spot, learner, (clock, outcome), random)
        yield previous


def _transaction(
    export: Export, number: int, spot: Spot, learner: str, event: tuple[datetime, str], random: Random
) -> list[str]:
    at, outcome = event
    skills = () if outcome == "HINT" else spot.skills
    return [
        str(number + 1), "All Data", f"t{number:07d}", learner, f"sess-{learner}", _time(export, at),
        random.choice(ZONES) if export.seed % 2 else "US/Eastern", str(random.randrange(60)),
        "HINT_REQUEST" if outcome == "HINT" else "ATTEMPT", "RESULT", *spot.levels, spot.page, spot.problem, "1",
        spot.step, "1", outcome, "part", "UpdateChoice", random.choice(['a "quoted" answer', '"', "4", ""]), "",
        "~~".join(skills[:2]), "", "".join(skills[2:3]), "", "School",
    ]  # fmt: skip


def _time(export: Export, at: datetime) -> str:
    return at.strftime("%m/%d/%y %H:%M" if export.slash_dates else "%Y-%m-%d %H:%M:%S")


def student_steps(export: Export) -> Iterator[list[str]]:
    """Header and rows of a student-step export: one row per learner and step, sometimes two (another problem view)."""
    random = Random(export.seed)
    clock = datetime(2005, 10, 14, 14, 51)
    yield STEP_HEADER
    number = 0
    for spot in spots(export):
        for learner in range(export.learners):
            for view in range(random.choice([0, 1, 1, 1, 2]) if random.random() > learner / export.learners else 0):
                number += 1
                if number > export.rows:
                    return
                clock += timedelta(seconds=random.randrange(0, 300))
                yield _student_step(export, number, spot, f"Stu_{learner:05x}", (clock, view), random)


def _student_step(
    export: Export, number: int, spot: Spot, learner: str, visit: tuple[datetime, int], random: Random
) -> list[str]:
    at, view = visit
    is_strong = random.random() > int(learner[-2:], 16) / export.learners
    first = "correct" if is_strong else random.choice(["correct", "incorrect", "incorrect", "hint"])
    incorrects = random.randrange(3) + (first == "incorrect")
    hints = random.randrange(2) + (first == "hint")
    hierarchy = ", ".join(level for level in spot.levels if level)
    return [
        str(number), "All Data", learner, f'"{hierarchy}"' if "," in hierarchy else hierarchy,
        f"{spot.page} {spot.problem}", str(view + 1), spot.step, _time(export, at - timedelta(seconds=9)),
        _time(export, at), _time(export, at + timedelta(minutes=1)), "60", first, str(incorrects), str(hints), "1",
        "", "~~".join(spot.skills), "~~".join("1" for _ in spot.skills),
    ]  # fmt: skip


def write(rows: Iterator[list[str]], path: Path, encoding: str = "latin-1") -> Path:
    """The export as a file, one record a line, cells as they are."""
    with path.open("w", encoding=encoding, newline="") as file:
        file.writelines("\t".join(row) + "\n" for row in rows)
    return path
