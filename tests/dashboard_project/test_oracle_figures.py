"""How the questions have gone: counted by hand, told to whoever they belong to."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from prometheus_client import CollectorRegistry, generate_latest

from dashboard_project.meters import Figures
from dashboard_project.oracle_figures import OracleFigures
from oracles.contract import DataStamp, Failed, FailureReason, Loaded, OracleKey, Payload, Scope, Skipped, TenantId

pytestmark = pytest.mark.proves("UX-26")

NINE = datetime(2026, 11, 21, 9, tzinfo=UTC)
OURS, THEIRS = Scope(TenantId(1), 11), Scope(TenantId(2), 22)
PROGRESS, OUTLINE = OracleKey("progress"), OracleKey("scope_resources")


class Today:
    """A clock that goes one second further with each look."""

    def __init__(self) -> None:
        self.moment = NINE

    def __call__(self) -> datetime:
        self.moment += timedelta(seconds=1)
        return self.moment


def figures(registry: CollectorRegistry | None = None, remembered: int = 100) -> OracleFigures:
    return OracleFigures(Figures(registry or CollectorRegistry()), Today(), remembered)


def loaded(seconds: float, scope: Scope = OURS, key: OracleKey = PROGRESS) -> Loaded:
    return Loaded(scope, key, Payload(), 1, DataStamp(), started_at=100.0, finished_at=100.0 + seconds)


def failed(reason: FailureReason, scope: Scope = OURS) -> Failed:
    return Failed(scope, PROGRESS, reason, 100.0, 108.0)


def test_p95_is_the_value_that_nineteen_of_twenty_do_not_exceed() -> None:
    seen = figures()
    for hundredth in range(20, 0, -1):
        seen.note(loaded(hundredth / 100))

    (progress,) = seen.report(OURS.tenant_id).oracles

    assert (progress.oracle, progress.asked, progress.p95_ms, progress.slowest_ms) == ("progress", 20, 190, 200)


def test_failures_count_apart_from_what_nobody_waited_for_and_come_newest_first() -> None:
    seen = figures()
    for reason in (FailureReason.TIMEOUT, FailureReason.CANCELLED, FailureReason.ORACLE_ERROR):
        seen.note(failed(reason))

    report = seen.report(OURS.tenant_id)

    (progress,) = report.oracles
    assert (progress.asked, progress.failed, progress.cancelled, progress.p95_ms) == (3, 2, 1, None)
    assert [(load.outcome, load.section_id) for load in report.failures] == [("oracle_error", 11), ("timeout", 11)]


def test_slow_ones_come_slowest_first_and_quick_ones_not_at_all() -> None:
    seen = figures()
    for seconds in (0.31, 0.05, 2.0, 0.29, 0.7):
        seen.note(loaded(seconds))

    assert [load.milliseconds for load in seen.report(OURS.tenant_id).slow] == [2000, 700, 310]


@pytest.mark.proves("P4")
def test_nothing_is_told_of_another_institution() -> None:
    seen = figures()
    seen.note(loaded(3.0, THEIRS, OUTLINE))
    seen.note(failed(FailureReason.TIMEOUT, THEIRS))

    report = seen.report(OURS.tenant_id)

    assert (report.oracles, report.failures, report.slow) == ((), (), ())


def test_only_the_last_are_remembered_and_it_says_since_when() -> None:
    seen = figures(remembered=3)
    for _ in range(5):
        seen.note(loaded(0.1))

    report = seen.report(OURS.tenant_id)

    assert report.oracles[0].asked == 3
    assert report.since == NINE + timedelta(seconds=4)  # started at 1, so the third of five


def test_a_question_that_was_not_asked_is_none() -> None:
    seen = figures()

    seen.note(Skipped(OURS, PROGRESS))

    assert seen.report(OURS.tenant_id).oracles == ()


@pytest.mark.proves("snapshot:NFR-OPS-001")
def test_each_is_on_the_metrics_by_oracle_and_outcome_without_an_id() -> None:
    registry = CollectorRegistry()
    seen = figures(registry)

    seen.note(loaded(0.1))
    seen.note(failed(FailureReason.TIMEOUT))

    text = generate_latest(registry).decode()
    assert 'oracle_load_duration_seconds_count{oracle="progress",status="loaded"} 1.0' in text
    assert 'oracle_load_duration_seconds_sum{oracle="progress",status="timeout"} 8.0' in text
