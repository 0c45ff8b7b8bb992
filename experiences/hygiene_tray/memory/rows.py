"""Rows as values, and values as rows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from experiences.calculators.data_quality import Effort, Severity
from experiences.hygiene_tray.contract import Blocks, DetectorName
from experiences.hygiene_tray.issues import Issue, Weighed
from experiences.hygiene_tray.models import TrayIssue
from experiences.hygiene_tray.states import State, Status

STATE_FIELDS = ("status", "reason", "ignored_until", "reviewed", "closed_by", "is_contested")
NUMBER_FIELDS = (
    "title", "page_id", "severity", "effort", "impact", "learners", "grade_share", "regained", "numbers", "blocks",
)  # fmt: skip


def issue_of(row: TrayIssue) -> Issue:
    return Issue(
        id=row.pk,
        detector=DetectorName(row.detector),
        fault=row.fault,
        subject=row.subject,
        title=row.title,
        page=row.page_id,
        severity=Severity(row.severity),
        effort=Effort(row.effort),
        impact=row.impact,
        learners=row.learners,
        grade_share=row.grade_share,
        regained=row.regained,
        numbers=row.numbers,
        blocks=blocks_of(row.blocks),
        is_detected=row.is_detected,
        state=state_of(row),
        version=row.version,
        first_seen_at=row.first_seen_at,
        last_seen_at=row.last_seen_at,
    )


def state_of(row: TrayIssue) -> State:
    return State(Status(row.status), row.reason, row.ignored_until, row.reviewed, row.closed_by, row.is_contested)


def put_state(row: TrayIssue, state: State) -> None:
    """The row has this state and one version more; it is not saved."""
    for name in STATE_FIELDS:
        setattr(row, name, getattr(state, name))
    row.version += 1


def put_numbers(row: TrayIssue, weighed: Weighed) -> None:
    """The row says what this finding says; it is not saved."""
    for name, value in numbers_of(weighed).items():
        setattr(row, name, value)


def numbers_of(weighed: Weighed) -> dict[str, object]:
    finding = weighed.finding
    return {
        "title": finding.title,
        "page_id": finding.page,
        "severity": finding.severity.value,
        "effort": finding.effort.value,
        "impact": weighed.impact,
        "learners": finding.learners,
        "grade_share": finding.grade_share,
        "regained": finding.regained,
        "numbers": dict(finding.numbers),
        "blocks": as_ids(finding.blocks),
    }


def as_ids(blocks: Blocks) -> dict[str, list[int]]:
    return {
        "learners": sorted(blocks.learners),
        "pages": sorted(blocks.pages),
        "activities": sorted(blocks.activities),
    }


def blocks_of(ids: Mapping[str, list[int]]) -> Blocks:
    return Blocks(
        frozenset(ids.get("learners", ())), frozenset(ids.get("pages", ())), frozenset(ids.get("activities", ()))
    )


def as_json(state: State) -> dict[str, object]:
    """For the history."""
    values: dict[str, object] = {name: getattr(state, name) for name in STATE_FIELDS}
    return values | {"ignored_until": state.ignored_until.isoformat() if state.ignored_until else None}


def from_json(values: Mapping[str, object]) -> State:
    until = values["ignored_until"]
    return State(
        status=Status(str(values["status"])),
        reason=str(values["reason"]),
        ignored_until=datetime.fromisoformat(str(until)) if until else None,
        reviewed=bool(values["reviewed"]),
        closed_by=str(values["closed_by"]),
        is_contested=bool(values["is_contested"]),
    )
