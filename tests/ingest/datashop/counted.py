"""Counts an export by hand: plain loops over its cells, nothing of the importer."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

Try = tuple[datetime, int, bool]
"""When, in which row, and whether it was correct."""


@dataclass
class Counted:
    """Learners are named as in the file, pages by their title, activities by problem and step."""

    activities: dict[str, set[tuple[str, str]]] = field(default_factory=lambda: defaultdict(set))
    skills: dict[tuple[str, str, str], set[str]] = field(default_factory=lambda: defaultdict(set))
    tries: dict[tuple[str, str, str, str], list[Try]] = field(default_factory=lambda: defaultdict(list))
    last: dict[str, datetime] = field(default_factory=dict)

    def see(self, learner: str, place: tuple[str, str, str], skills: Iterable[str], at: datetime) -> None:
        page, problem, step = place
        self.activities[page].add((problem, step))
        self.skills[place] |= {skill for skill in skills if skill}
        self.last[learner] = max(at, self.last.get(learner, at))

    def progress(self) -> dict[tuple[str, str], tuple[float, int, int]]:
        """(learner, page) → (share of the page's activities attempted, first attempts, correct ones)."""
        done: dict[tuple[str, str], list[bool]] = defaultdict(list)
        for (learner, page, _, _), tries in self.tries.items():
            done[learner, page].append(min(tries)[2])
        return {
            (learner, page): (len(firsts) / len(self.activities[page]), len(firsts), sum(firsts))
            for (learner, page), firsts in done.items()
        }

    def evidence(self) -> dict[tuple[str, str], tuple[int, int]]:
        """(learner, skill) → (first attempts, correct ones)."""
        firsts: dict[tuple[str, str], list[bool]] = defaultdict(list)
        for (learner, *place), tries in self.tries.items():
            for skill in self.skills[place[0], place[1], place[2]]:
                firsts[learner, skill].append(min(tries)[2])
        return {pair: (len(each), sum(each)) for pair, each in firsts.items()}


def transactions(header: Sequence[str], rows: Iterable[Sequence[str]]) -> Counted:
    """What a transaction export says."""
    at = {name: header.index(name) for name in header}
    kcs = [index for index, name in enumerate(header) if name == "KC (Default)"]
    counted, known = Counted(), set()
    for number, row in enumerate(rows):
        if row[at["Transaction Id"]] in known:
            continue
        known.add(row[at["Transaction Id"]])
        learner, outcome = row[at["Anon Student Id"]], row[at["Outcome"]]
        place = (row[at["Level (Page)"]], row[at["Problem Name"]], row[at["Step Name"]])
        moment = datetime.fromisoformat(row[at["Time"]]).replace(tzinfo=ZoneInfo(row[at["Time Zone"]] or "UTC"))
        moment = moment.astimezone(UTC)
        counted.see(learner, place, [skill for kc in kcs for skill in row[kc].split("~~")], moment)
        if outcome:
            counted.tries[learner, *place].append((moment, number, outcome == "CORRECT"))
    return counted


def student_steps(header: Sequence[str], rows: Iterable[Sequence[str]]) -> Counted:
    """What a student-step export says."""
    at = {name: header.index(name) for name in header}
    counted = Counted()
    for number, row in enumerate(rows):
        learner = row[at["Anon Student Id"]]
        place = (row[at["Problem Name"]], row[at["Problem Name"]], row[at["Step Name"]])
        moment = datetime.strptime(row[at["First Transaction Time"]], "%m/%d/%y %H:%M").replace(tzinfo=UTC)
        counted.see(learner, place, row[at["KC (Default)"]].split("~~"), moment)
        counted.tries[learner, *place].append((moment, number, row[at["First Attempt"]] == "correct"))
    return counted
