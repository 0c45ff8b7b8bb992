"""What a chart draws, what its table says and what its CSV file says is the same, whatever there is to draw.

Each is read off what a reader gets: shapes and texts of the HTML, cells of its tables, rows of the files.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from itertools import pairwise
from random import Random

import pytest

from dashboard_project.web.fragments import TileContent, render
from dashboard_project.web.urlstate import ViewState
from snapshot.contract import Capability, Readiness, Snapshot
from snapshot.export.contract import ExportRequest
from snapshot.export.csv_zip import build_zip
from tests.parity.files import Files
from tests.parity.html import Element, parse
from tests.web.present.drawn import snapshot_drawn

pytestmark = pytest.mark.proves("accessibility:A6", "UX-25", "UX-15", "E4", "P3")

NOBODY = 89
"""Of this seed, one class is empty."""
SEEDS = [pytest.param(n, marks=() if n in {*range(7), NOBODY} else pytest.mark.long) for n in range(100)]
DRAWN = 0.01
"""How far a shape may be from its number, in hundredths of the largest: coordinates have two decimals."""


def tile(snapshot: Snapshot, capability: Capability, view: ViewState) -> Element:
    content = TileContent(
        capability, "course", Readiness.READY, "idle", projection=snapshot.projections[capability], source="cache"
    )
    return parse(render(content, view).html(1))


def files(snapshot: Snapshot) -> Files:
    return Files.unpacked(build_zip(snapshot, ExportRequest())[0])


def rows(root: Element, table: str) -> list[list[str]]:
    """The texts of a table's cells, the heading of each row first."""
    found = [each for each in root.all() if each.get("id") == table]
    body = found[0].one("tbody") if found else Element("tbody")
    return [[cell.text for cell in row.content if isinstance(cell, Element)] for row in body.all("tr")]


def read(text: str) -> str:
    """`53.5 %` as a file writes it: `53.5`; `--` is empty."""
    bare = text.replace(" %", "")
    return "" if bare == "--" else bare


def same(cell: str, text: str) -> bool:
    """A cell of a file and a text of the page are one number, or both none."""
    return cell == text == "" or (cell != "" and text != "" and float(cell) == float(text))


@pytest.mark.parametrize("seed", SEEDS)
def test_chart_table_and_file_say_the_same(seed: int) -> None:
    """Five snapshots each: forty in the short form, five hundred in the long one."""
    dice = Random(seed)
    for _ in range(5):
        snapshot = snapshot_drawn(dice)
        written = files(snapshot)
        said = [
            *bars_differ(snapshot, written),
            *ring_differs(snapshot, written),
            *objectives_differ(snapshot, written),
            *scores_differ(snapshot, written),
        ]
        assert said == []


def bars_differ(snapshot: Snapshot, written: Files) -> Iterator[str]:
    """Titles, counts, shares and the length of each bar, on all pages of bars."""
    shown: list[tuple[str, str, str, float]] = []
    table: list[list[str]] = []
    for page in (1, 2):
        for mode in ("count", "percent"):
            root = tile(snapshot, Capability.PROGRESS, ViewState(page=page, mode=mode))
            drawn = [bar_of(each, mode) for each in root.all("button", class_="bar-row")]
            shown += [each for each in drawn if each not in shown]
            table = rows(root, "progress-scroll")
    in_file = written.rows("student_progress")
    if not shown and {(each["students_completed"], each["class_size"], each["completion_pct"]) for each in in_file} == {
        ("0", "0", "")
    }:
        return  # nobody is enrolled: no chart, and no share in the file
    by_title = {each["content_item"]: each for each in in_file}
    in_table = {title: (completed, read(share)) for title, completed, share, *_ in table}
    if not in_table.keys() == by_title.keys() == {title for title, *_ in shown}:
        yield f"bars {shown}, table {table}, file {by_title}"
        return
    for title, completed, share, width in shown:
        row, cells = by_title[title], in_table[title]
        if completed and not cells[0] == completed == row["students_completed"]:
            yield f"{title}: {completed} at the bar, {cells[0]} in the table, {row['students_completed']} in the file"
        if share and not (same(row["completion_pct"], share) and cells[1] == share):
            yield f"{title}: {share} at the bar, {cells[1]} in the table, {row['completion_pct']} in the file"
        if abs(width - 100 * int(row["students_completed"]) / int(row["class_size"])) > DRAWN:
            yield f"{title}: a bar of {width}"


def bar_of(button: Element, mode: str) -> tuple[str, str, str, float]:
    """Title, count and share as they stand beside the bar (the share where it is asked for), and its length."""
    title = button.one("span", class_="bar-title").text.removesuffix(" Scheduled now")
    value = button.one("span", class_="bar-value").text
    share, _, rest = value.partition(" %") if mode == "percent" else ("", "", value)
    completed = rest.split()[0]
    return title, completed, share, float(button.one("rect", class_="fill")["width"])


def ring_differs(snapshot: Snapshot, written: Files) -> Iterator[str]:
    """Slices go by the counts; the legend and the file say them."""
    root = tile(snapshot, Capability.STUDENT_SUPPORT, ViewState())
    summary = written.rows("student_support_summary")
    legend = {
        each["value"]: (each.one("span", class_="legend-count").text, read(each.one("span", class_="base").text))
        for each in root.all("button", name="s.bucket")
        if each["id"].startswith("bucket-")
    }
    size = sum(int(row["student_count"]) for row in summary)
    slices = {
        each["class"].split()[1].removeprefix("bucket--"): each["d"]
        for each in root.all("path")
        if "d" in each.attributes
    }
    for row in summary if size else ():
        name, count = row["category"], int(row["student_count"])
        told, share = legend[name]
        if int(told) != count or not same(row["percentage"], share):
            yield f"{name}: {told} {share} in the legend, {count} {row['percentage']} in the file"
        if abs(turned(slices.get(name, "")) - count / size) > DRAWN:
            yield f"{name}: {count} of {size} is a slice of {turned(slices.get(name, ''))}"


def turned(path: str) -> float:
    """Which part of a turn an outline of a ring goes, clockwise: 0 for none, nearly 1 for all of it."""
    if not path:
        return 0.0
    numbers = [float(each) for each in re.findall(r"-?\d+(?:\.\d+)?", path)]
    (x0, y0), (x1, y1) = numbers[:2], numbers[7:9]
    angle = (math.atan2(y1 - 50, x1 - 50) - math.atan2(y0 - 50, x0 - 50)) / (2 * math.pi)
    return angle % 1.0


def objectives_differ(snapshot: Snapshot, written: Files) -> Iterator[str]:
    """Those that are drawn are those of the file; number, learners and length of the bar."""
    root = tile(snapshot, Capability.CHALLENGING_OBJECTIVES, ViewState(sort="proficiency"))
    table = {cells[0]: (read(cells[1]), cells[2]) for cells in rows(root, "objectives-scroll")}
    drawn = {}
    for item in root.all("li"):
        for line in item.all("span", class_="objective-title") if item.get("class").startswith("objective") else ():
            value = item.one("span", class_="bar-value").text
            share, _, rest = value.partition(" %")
            drawn[line.text] = (share, rest.split()[0], float(item.one("rect", class_="fill fill--low")["width"]))
    in_file = {}
    for row in written.rows("challenging_learning_objectives"):
        title = f"{row['label'].removeprefix('LO ')} {row['sub_objective'] or row['objective']}"
        in_file[title] = (row["proficiency_pct"], row["evidence_n"])
    if drawn.keys() != in_file.keys():
        yield f"{sorted(drawn)} drawn, {sorted(in_file)} in the file"
        return
    for title, (share, learners, width) in drawn.items():
        share_in_file, n = in_file[title]
        if not (same(share_in_file, share) and table[title] == (share, n) and learners == n):
            yield f"{title}: {share} of {learners} drawn, {table[title]} in the table, {in_file[title]} in the file"
        if abs(width - float(share)) > DRAWN:
            yield f"{title}: {share} is a bar of {width}"


def scores_differ(snapshot: Snapshot, written: Files) -> Iterator[str]:
    """Columns in proportion to their counts, which the table and the file say; measures as in the file."""
    root = tile(snapshot, Capability.ASSESSMENTS, ViewState())
    table = {cells[0]: [read(each) for each in cells[1:]] for cells in rows(root, "assessments-table-scroll")}
    bins = {(row["assessment_name"], row["score_range"]): row["student_count"]
            for row in written.rows("assessment_scores_distribution")}  # fmt: skip
    summary = {row["name"]: row for row in written.rows("assessment_summary")}
    for card in root.all("details", class_="assessment"):
        yield from card_differs(card, table, bins, summary)
    if table.keys() != summary.keys():
        yield f"{sorted(table)} in the table, {sorted(summary)} in the file"


def card_differs(
    card: Element, table: dict[str, list[str]], bins: dict[tuple[str, str], str], summary: dict[str, dict[str, str]]
) -> Iterator[str]:
    names = card.one("span", class_="assessment-title").all("span")
    title = next(each.text for each in names if not each.get("class"))
    histogram = card.one("svg", class_="histogram")
    counts = [int(each.text) for each in histogram.all("text", class_="count")]
    heights = [float(each["height"]) for each in histogram.all("rect", class_="fill")]
    bins_shown = card.one("details", class_="table").one("tbody").all("tr")
    lines = [[each.text for each in row.content if isinstance(each, Element)] for row in bins_shown]
    in_table = {head.removesuffix(" %"): count for head, count in lines if count != "0"}
    in_file = {span: count for (name, span), count in bins.items() if name == title}
    if not (in_table == in_file and [str(each) for each in counts] == list(in_table.values())):
        yield f"{title}: {counts} drawn, {in_table} in the table, {in_file} in the file"
    if any((one[0] < two[0]) != (one[1] < two[1]) for one, two in pairwise(zip(counts, heights, strict=True))):
        yield f"{title}: {heights} for {counts}"
    if any(
        abs(height / max(heights) - count / max(counts)) > DRAWN for count, height in zip(counts, heights, strict=True)
    ):
        yield f"{title}: {heights} for {counts}"
    measures = [read(each.text) for each in card.one("dl", class_="measures").all("dd")]
    row = summary[title]
    said = zip(("min", "median", "mean", "max", "std_dev"), measures, strict=True)
    if not all(same(row[name], told) for name, told in said):
        yield f"{title}: {measures} on the page, {row} in the file"
    completed, lowest, median, mean, highest, late, _missing = table[title]
    cells = (completed.split()[0], lowest, median, mean, highest, late)
    heads = ("completed", "min", "median", "mean", "max", "late")
    if not all(same(row[name], each) for name, each in zip(heads, cells, strict=True)):
        yield f"{title}: {cells} in the table, {row} in the file"
