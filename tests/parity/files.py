"""The CSV files of an export, read by their headers and by an own map from their rows to fact ids.

The map knows the outline (titles and keys) and the words of the column heads; it does not look into the manifest.
"""

from __future__ import annotations

import csv
import json
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO, StringIO
from zipfile import ZipFile

from tests.parity.course import Course, Node
from tests.parity.facts import Facts, Value, written

type Rows = list[dict[str, str]]
AVERAGES = ("average_progress_pct", "average_proficiency_pct", "average_assessment_pct")
MEASURES = ("completed", "min", "median", "mean", "max", "std_dev")


@dataclass(frozen=True, slots=True)
class Files:
    """Everything in a ZIP."""

    contents: Mapping[str, bytes]

    @classmethod
    def unpacked(cls, content: bytes) -> Files:
        with ZipFile(BytesIO(content)) as archive:
            return cls({name: archive.read(name) for name in archive.namelist()})

    @property
    def manifest(self) -> dict[str, object]:
        return dict(json.loads(self.contents["manifest.json"]))

    def rows(self, dataset: str) -> Rows:
        """The rows of a dataset; none when it was left out for having none."""
        content = self.contents.get(f"{dataset}.csv", b"")
        return list(csv.DictReader(StringIO(content.decode("utf-8-sig"), newline="")))

    def every_fact(self) -> Facts:
        """The file that lists all facts by id."""
        return {row["fact"]: written(row["value"]) for row in self.rows("dashboard_facts")}

    def facts_by_column(self, course: Course, scope: str) -> Facts:
        """What the tables for people say, under the ids of the facts."""
        return dict(
            [
                *self._summary(),
                *self._progress(course.children(scope)),
                *self._support(),
                *self._objectives(course),
                *self._assessments(course.graded(scope)),
            ]
        )

    def _summary(self) -> Iterator[tuple[str, Value]]:
        found = {row["metric"]: row["value"] for row in self.rows("course_summary_metrics")}
        yield "summary.class_size", written(found["class_size"])
        # What cannot be computed has no row.
        yield from ((f"summary.{name}", written(found.get(name, ""))) for name in AVERAGES)

    def _progress(self, children: Iterable[Node]) -> Iterator[tuple[str, Value]]:
        keys = _keys_by_title(children)
        for row in self.rows("student_progress"):
            yield f"progress.{keys[row['content_item']].popleft()}.completed", written(row["students_completed"])

    def _support(self) -> Iterator[tuple[str, Value]]:
        for row in self.rows("student_support_summary"):
            yield f"student_support.{row['category']}.count", written(row["student_count"])
        inactive = sum(row["inactive"] == "true" for row in self.rows("student_support_list"))
        yield "student_support.inactive.count", str(inactive)

    def _objectives(self, course: Course) -> Iterator[tuple[str, Value]]:
        keys = {(each.parent.title if each.parent else "", each.title): each.key for each in course.objectives}
        rows = self.rows("challenging_learning_objectives")
        for row in rows:
            above, title = (row["objective"], row["sub_objective"]) if row["sub_objective"] else ("", row["objective"])
            yield f"challenging_objectives.{keys[above, title]}.proficiency_pct", written(row["proficiency_pct"])
        yield "challenging_objectives.count", str(len(rows))

    def _assessments(self, pages: Iterable[Node]) -> Iterator[tuple[str, Value]]:
        keys = _keys_by_title(pages)
        for row in self.rows("assessment_summary"):
            key = keys[row["name"]].popleft()
            yield from ((f"assessments.{key}.{name}", written(row[name])) for name in MEASURES)


def _keys_by_title(nodes: Iterable[Node]) -> dict[str, deque[str]]:
    """Titles may repeat; then rows stand in the order of the nodes."""
    keys: dict[str, deque[str]] = defaultdict(deque)
    for node in nodes:
        keys[node.title].append(node.key)
    return keys
