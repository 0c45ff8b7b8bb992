"""An export that cannot be whole says what is missing and why; a part of it is a choice of one's own."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest
from django.contrib.auth.models import User
from django.core.cache import cache
from django.template.loader import render_to_string
from prometheus_client import REGISTRY

from courses.models import Section
from dashboard_project.kept_snapshots import KeptSnapshots
from oracles import contract
from oracles.contract import Failed, FailureReason, Scope, TenantId
from snapshot.assembler import assemble
from snapshot.export.inclusion import WORDS
from tests.snapshot.classroom import MIXED, Classroom, metadata
from tests.snapshot.export.zips import contents
from tests.web.exporting.files import (
    DASHBOARD,
    entries,
    get,
    link_of,
    unwritable_audit,
)

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("fresh_caches")]


def keep_broken(section: Section, *keys: contract.OracleKey) -> str:
    """The link to a kept snapshot for which some oracles took too long."""
    scope = Scope(TenantId(section.institution_id), section.pk)
    answers = {key: replace(each, scope=scope) for key, each in Classroom(MIXED, (70.0,)).results().items()}
    broken = {key: Failed(scope, key, FailureReason.TIMEOUT) for key in keys}
    KeptSnapshots(cache).keep(assemble(metadata(), scope, "1", {**answers, **broken}, "broken"))
    return f"{DASHBOARD}export.zip?snapshot=broken"


@pytest.mark.proves("AC-005", "FR-008", "E1")
def test_an_export_that_would_not_be_whole_says_what_is_missing_and_why(instructor: User, mixed: Section) -> None:
    response = get(instructor, keep_broken(mixed, contract.PROGRESS))

    html = response.content.decode()
    assert response.status_code == 503
    assert "Content-Disposition" not in response
    assert re.findall(r'data-dataset="(\w+)" data-reason="(\w+)"', html) == [("student_progress", "oracle_timed_out")]
    assert "<strong>Progress</strong> (student_progress.csv): reading its data took too long" in html
    assert entries(mixed) == []


@pytest.mark.proves("AC-004", "FR-008", "E2")
def test_a_part_is_a_choice_of_its_own_and_says_what_it_lacks(instructor: User, mixed: Section) -> None:
    html = get(instructor, keep_broken(mixed, contract.PROGRESS)).content.decode()

    response = get(instructor, link_of(html, "partial"))

    manifest = json.loads(contents(response.content)["manifest.json"])
    assert (manifest["partial"], manifest["is_whole"]) == (True, False)
    assert {each["id"]: each["status"] for each in manifest["datasets"]}["student_progress"] == "timed_out"
    assert "student_progress.csv" not in contents(response.content)
    assert [entry.details["partial"] for entry in entries(mixed)] == [True]


@pytest.mark.parametrize("code", WORDS)
def test_every_reason_has_words(code: str) -> None:
    words = render_to_string("dashboard/export_reason.html", {"code": code}).strip()

    assert words
    assert words != code


def test_where_nothing_is_ready_no_part_is_offered_twice(instructor: User, mixed: Section) -> None:
    link = keep_broken(mixed, *Classroom().results())

    response = get(instructor, f"{link}&partial=1")

    assert response.status_code == 503
    assert 'id="partial"' not in response.content.decode()


def test_exports_are_counted_by_how_they_ended(instructor: User, mixed: Section) -> None:
    def counted(status: str) -> float:
        return REGISTRY.get_sample_value("exports_total", {"status": status, "scope": "course"}) or 0.0

    before = {status: counted(status) for status in ("whole", "partial", "refused", "failed")}
    link = keep_broken(mixed, contract.PROGRESS)

    get(instructor, f"{DASHBOARD}export.zip")
    get(instructor, link)
    get(instructor, f"{link}&partial=1")
    with unwritable_audit():
        get(instructor, f"{DASHBOARD}export.zip")

    assert {status: counted(status) - before[status] for status in before} == dict.fromkeys(before, 1.0)
