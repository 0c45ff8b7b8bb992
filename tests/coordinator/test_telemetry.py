"""Every transition that matters is counted, by bounded labels, from the event and its step alone."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from prometheus_client import CollectorRegistry, generate_latest

from coordinator.clock import LoopClock
from coordinator.contract import Limits
from coordinator.events import CacheConsulted, Event, SessionClosed
from coordinator.meters import LogMeter, PrometheusMeter, SeveralMeters, SilentMeter
from coordinator.session import new_session, step
from coordinator.telemetry import COUNTED, HELP, TIMED, record
from oracles.contract import Skipped
from tests.coordinator.words import (
    BOTH,
    CHANGED,
    COURSE,
    UNIT_1,
    UNIT_2,
    WITH_OPTIONAL,
    A,
    B,
    C,
    answered,
    broke,
    grace_over,
    hit,
    missed,
    overdue,
    selected,
)
from tests.fakes import FakeMeter

ALERTS = Path(__file__).parents[2] / "docs" / "alerts.yml"


def measured(*events: Event) -> FakeMeter:
    meter, session = FakeMeter(), new_session(Limits())
    for event in events:
        done = step(session, event)
        record(meter, event, done)
        session = done.session
    return meter


@pytest.mark.proves("FR-008", "AC-006", "NFR-OPS-001")
def test_queue_transitions_and_endings_are_counted() -> None:
    meter = measured(
        selected(COURSE),
        missed(1),
        selected(UNIT_1),
        missed(2),
        selected(UNIT_2),
        missed(3),
        answered(1, COURSE, A),
        grace_over(1),
        selected(UNIT_2),
        overdue(3),
        overdue(3),
        selected(COURSE),
        SessionClosed(),
    )

    assert meter.counts == {
        "scope_request_started": 4,
        "scope_request_queued": 2,
        "scope_request_queue_replaced": 1,
        "scope_request_promoted": 1,
        "scope_request_superseded": 1,
        "scope_request_stale_discarded": 1,
        "scope_request_duplicate": 1,
        "scope_request_timeout": 1,
        "scope_request_closed": 1,
        "scope_event_ignored": 1,
        "scope_cache_consult": 3,
    }
    assert meter.levels["scope_requests_queued"] == 0


@pytest.mark.proves("FR-008", "AC-006")
@pytest.mark.parametrize(
    ("event", "outcome"),
    [
        (hit(1, COURSE, A, B), "full_hit"),
        (hit(1, COURSE, A), "partial_hit"),
        (missed(1), "miss"),
        (CacheConsulted(hit(1, COURSE).token, BOTH, None), "error"),
    ],
)
def test_the_outcome_of_a_look_up_is_counted(event: Event, outcome: str) -> None:
    meter = measured(selected(COURSE), event)

    assert meter.labelled["scope_cache_consult", (("outcome", outcome),)] == 1


@pytest.mark.proves("FR-008", "AC-006", "X1")
def test_times_run_from_the_choice() -> None:
    meter = measured(
        selected(COURSE, at=1.0),
        missed(1, at=1.0),
        answered(1, COURSE, A, at=1.5),
        answered(1, COURSE, B, at=3.0),
    )

    assert meter.timings == {"scope_first_ready_seconds": [0.5], "scope_required_complete_seconds": [2.0]}


@pytest.mark.proves("FR-008")
def test_what_is_shown_is_counted_by_its_source() -> None:
    meter = measured(
        selected(COURSE, WITH_OPTIONAL),
        hit(1, COURSE, A, of=BOTH | {C}),
        broke(1, COURSE, B),
        answered(1, COURSE, C),
        CHANGED,
        missed(2, A, B, C),
        overdue(2),
        answered(2, COURSE, A),
    )

    sources = {labels[0][1]: n for (name, labels), n in meter.labelled.items() if name == "scope_result_shown"}
    assert sources == {"cache": 1, "error": 1, "loaded": 1, "skipped_optional": 1, "late": 1}
    assert Skipped(COURSE, C).scope == COURSE


@pytest.mark.proves("NFR-OPS-001", "X3")
def test_labels_name_no_person_and_no_place() -> None:
    meter = measured(selected(UNIT_1), hit(1, UNIT_1, A), answered(1, UNIT_1, B))

    assert {name for _, labels in meter.labelled for name, _ in labels} <= {"cause", "outcome", "source", "code"}


def test_every_figure_has_a_description() -> None:
    assert set(COUNTED.values()) | set(TIMED.values()) <= set(HELP)


@pytest.mark.proves("FR-008", "NFR-OPS-001")
def test_prometheus_sees_counts_times_and_levels() -> None:
    registry = CollectorRegistry()
    meter = SeveralMeters(PrometheusMeter(registry), LogMeter(), SilentMeter())

    for _ in range(2):
        meter.count("scope_request_started", cause="selected")
        meter.count("scope_event_ignored")
        meter.observe("scope_apply_seconds", 0.002)
        meter.observe("scope_first_ready_seconds", 0.2, cause="selected")
        meter.adjust("scope_requests_queued", 1)

    text = generate_latest(registry).decode()
    assert 'scope_request_started_total{cause="selected"} 2.0' in text
    assert "scope_event_ignored_total 2.0" in text
    assert "scope_apply_seconds_count 2.0" in text
    assert 'scope_first_ready_seconds_bucket{cause="selected",le="0.25"} 2.0' in text
    assert "scope_requests_queued 2.0" in text


@pytest.mark.proves("NFR-OPS-001")
def test_every_alert_rests_on_a_figure_that_exists() -> None:
    groups = {group["name"]: group["rules"] for group in yaml.safe_load(ALERTS.read_text())["groups"]}
    rules = groups["lectern-coordinator"]

    for rule in rules:
        assert any(name in rule["expr"] for name in HELP), rule["alert"]
        assert rule["annotations"]["summary"]
    assert len(rules) >= 8


async def test_the_clock_of_the_loop_runs_its_timers() -> None:
    clock = LoopClock()
    before = clock.now()
    timer = clock.call_later(3600, lambda: None)

    timer.cancel()

    assert clock.now() >= before
