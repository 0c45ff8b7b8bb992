"""A page, its file and its AI context leave their figures on /metrics, and nobody's name, slug or address with them."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.models import User
from django.test import Client

from courses.models import Section
from tests.clients import client_of
from tests.oracles.instructor.rows import mix_the_class

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("fresh_caches")]

DASHBOARD = "/s/lakeside/algebra/"
OF_SNAPSHOTS = re.compile(r"^(?:snapshot_|projection_|export|parity_).*$", re.MULTILINE)
SAMPLE = re.compile(r"(\w+?)(?:_bucket|_created)?(?:\{(.*)\})? (\S+)")


def samples() -> dict[tuple[str, str], float]:
    """Every sample that snapshots, projections and exports have on /metrics."""
    text = Client().get("/metrics").content.decode()
    found = [SAMPLE.fullmatch(line) for line in OF_SNAPSHOTS.findall(text)]
    return {(each[1], each[2] or ""): float(each[3]) for each in found if each}


def risen(before: dict[tuple[str, str], float]) -> set[tuple[str, str]]:
    return {sample for sample, value in samples().items() if value > before.get(sample, 0.0)}


@pytest.fixture
def client(instructor: User) -> Client:
    return client_of(instructor)


@pytest.mark.proves("snapshot:NFR-OPS-001", "X1")
def test_what_is_looked_at_and_taken_home_is_on_metrics(client: Client, section: Section) -> None:
    mix_the_class(section)
    before = samples()

    assert client.get(f"{DASHBOARD}?complete=1").status_code == 200
    assert client.get(f"{DASHBOARD}export.zip").status_code == 200
    assert client.get(f"{DASHBOARD}ai-context.md?scope=container:unit-1").status_code == 200

    now = risen(before)
    assert ("projection_status_total", 'capability="progress",scope="course",status="ready"') in now
    assert ("projection_duration_seconds_count", 'capability="ai_context",scope="container"') in now
    assert ("snapshot_assembly_duration_seconds_count", 'scope="course"') in now
    assert ("snapshot_assembly_duration_seconds_count", 'scope="container"') in now
    assert ("exports_total", 'scope="course",status="whole"') in now
    assert ("export_duration_seconds_count", 'scope="course"') in now
    assert not [name for name, _ in now if name == "parity_mismatches_total"]


@pytest.mark.proves("snapshot:NFR-OPS-001")
def test_labels_are_bounded_and_name_nobody(client: Client, section: Section) -> None:
    client.get(f"{DASHBOARD}?complete=1&scope=container:unit-1")

    labels = [pair for _, each in samples() for pair in re.findall(r'(\w+)="([^"]*)"', each)]

    assert {name for name, _ in labels} <= {"capability", "scope", "status", "le"}
    assert {value for name, value in labels if name == "scope"} <= {"course", "container"}
    assert not [value for _, value in labels if "unit" in value or "lakeside" in value or "algebra" in value]
