"""The figures of snapshots and exports: on /metrics from the start, by bounded labels, without an id."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from django.test import Client
from prometheus_client import CollectorRegistry, generate_latest

from dashboard_project.meters import ExportStatus, Figures, record_audit_failure, record_export, record_mismatch
from oracles.contract import Scope, TenantId
from snapshot.contract import Capability, Readiness, Status
from snapshot.telemetry import record_assembly, record_projections

ALERTS = Path(__file__).parents[2] / "docs" / "alerts.yml"
SECRET = "unit-771177"
UNIT = Scope(TenantId(4711), 4712, 4713, SECRET)
NAMES = (
    "snapshot_assembly_duration_seconds",
    "projection_duration_seconds",
    "projection_status_total",
    "parity_mismatches_total",
    "export_duration_seconds",
    "exports_total",
)


def text_of(registry: CollectorRegistry) -> str:
    return generate_latest(registry).decode()


def used(registry: CollectorRegistry) -> str:
    figures = Figures(registry)
    record_assembly(figures, UNIT, 0.2)
    record_projections(
        figures,
        UNIT,
        {each: Status(readiness) for each in Capability for readiness in Readiness},
        dict.fromkeys(Capability, 0.01),
    )
    for status in ExportStatus:
        record_export(UNIT, status, 3.0, figures)
    record_mismatch(figures)
    return text_of(registry)


@pytest.mark.proves("snapshot:NFR-OPS-001")
def test_latency_and_outcomes_are_figures_with_the_kind_of_scope() -> None:
    text = used(CollectorRegistry())

    assert 'snapshot_assembly_duration_seconds_bucket{le="0.15",scope="container"} 0.0' in text
    assert 'snapshot_assembly_duration_seconds_bucket{le="0.3",scope="container"} 1.0' in text
    assert 'projection_duration_seconds_count{capability="ai_context",scope="container"} 1.0' in text
    assert 'projection_status_total{capability="progress",scope="container",status="unavailable"} 1.0' in text
    assert 'exports_total{scope="container",status="refused"} 1.0' in text
    assert 'export_duration_seconds_sum{scope="container"} 12.0' in text
    assert "parity_mismatches_total 1.0" in text


@pytest.mark.proves("snapshot:NFR-OPS-001", "X3")
def test_no_label_is_an_id_and_there_are_few_series() -> None:
    text = used(CollectorRegistry())

    assert SECRET not in text
    assert [number for number in ("4711", "4712", "4713") if number in text] == []
    assert len(text.splitlines()) < 500


def test_nought_can_be_told_from_nothing() -> None:
    registry = CollectorRegistry()
    Figures(registry)

    assert "parity_mismatches_total 0.0" in text_of(registry)
    assert 'exports_total{scope="course",status="failed"} 0.0' in text_of(registry)


def test_what_is_not_declared_becomes_a_figure_at_its_first_use() -> None:
    registry = CollectorRegistry()
    figures = Figures(registry)

    figures.count("scope_result_shown", source="cache")
    figures.observe("scope_apply_seconds", 0.1)
    figures.adjust("scope_requests_queued", 2)

    text = text_of(registry)
    assert 'scope_result_shown_total{source="cache"} 1.0' in text
    assert "scope_apply_seconds_count 1.0" in text
    assert "scope_requests_queued 2.0" in text


def test_records_of_a_batch_are_counted_in_buckets_for_records() -> None:
    registry = CollectorRegistry()
    figures = Figures(registry)

    for records in (1, 100, 101, 20_000):
        figures.observe("coordinator_batch_records", records)

    text = text_of(registry)
    filled = {each: f'coordinator_batch_records_bucket{{le="{each}"}}' for each in ("1.0", "100.0", "200.0", "10000.0")}
    assert [f"{filled[each]} {count}.0" in text for each, count in zip(filled, (1, 2, 3, 3), strict=True)] == [True] * 4
    assert "coordinator_batch_records_sum 20202.0" in text
    assert 'coordinator_batch_records_bucket{le="0.0001"}' not in text


@pytest.mark.proves("snapshot:NFR-OPS-001")
def test_every_alert_rests_on_a_figure_that_exists() -> None:
    groups = {group["name"]: group["rules"] for group in yaml.safe_load(ALERTS.read_text())["groups"]}

    for rule in groups["lectern-snapshot"]:
        assert any(name in rule["expr"] for name in NAMES), rule["alert"]
        assert rule["annotations"]["do"]
    assert {name for name in NAMES if any(name in rule["expr"] for rule in groups["lectern-snapshot"])} == set(NAMES)


@pytest.mark.proves("UX-27")
def test_a_view_that_could_not_be_written_down_is_a_figure_from_the_start_and_an_alarm() -> None:
    registry = CollectorRegistry()
    figures = Figures(registry)
    before = text_of(registry)

    record_audit_failure(figures)

    assert "audit_failures_total 0.0" in before
    assert "audit_failures_total 1.0" in text_of(registry)
    (rules,) = (group["rules"] for group in yaml.safe_load(ALERTS.read_text())["groups"] if "privacy" in group["name"])
    assert ["audit_failures_total" in rule["expr"] for rule in rules] == [True]


@pytest.mark.proves("snapshot:NFR-OPS-001")
def test_they_can_be_scraped() -> None:
    text = Client().get("/metrics").content.decode()

    assert [name for name in NAMES if f"# TYPE {name} " not in text] == []
