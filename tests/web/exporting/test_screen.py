"""What is on the screen is what is in the file, also when the data has moved since."""

from __future__ import annotations

import json
import logging
import re

import pytest
from django.contrib.auth.models import User
from django.http import HttpResponse
from pytest_django import Settings

from courses.models import Section
from tests.clients import client_of
from tests.oracles.instructor.rows import learners_of, make_score, pages_of
from tests.snapshot.export.zips import contents, table
from tests.web.exporting.files import (
    DASHBOARD,
    export_link,
    get,
    page_of,
)
from tests.web.facts import facts_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("fresh_caches")]


ACCESS_AND_AUDIT = {
    *("courses_institution", "courses_section", "courses_course", "courses_container", "courses_teaching"),
    *("courses_membership", "courses_supportparameters", "courses_auditentry", "django_session", "auth_user"),
    "courses_sectionstamp",  # whether the names in it may still be shown
}


def move_the_data(section: Section) -> None:
    make_score(learners_of(section)["Dan"], pages_of(section)["quiz"], 10)
    section.stamp.scores += 1
    section.stamp.save()


def facts_in(response: HttpResponse) -> dict[str, str]:
    return {row["fact"]: row["value"] for row in table(response.content, "dashboard_facts.csv")}


@pytest.mark.proves("P3", "AC-002", "UX-15", "S4")
@pytest.mark.parametrize("scope", ["course", "container:unit-1", "container:unit-3"])
def test_the_file_says_what_the_page_says(instructor: User, mixed: Section, scope: str) -> None:
    html = page_of(instructor, f"?complete=1&scope={scope}&p.threshold=50")

    response = get(instructor, export_link(html))

    shown = facts_of(html)
    assert shown
    assert {fact: facts_in(response)[fact] for fact in shown} == shown


@pytest.mark.proves("P3", "AC-003", "E3", "UX-15", "UX-i")
def test_what_was_on_the_screen_is_exported_although_the_data_has_moved(instructor: User, mixed: Section) -> None:
    html = page_of(instructor)
    move_the_data(mixed)

    response = get(instructor, export_link(html))

    assert facts_in(response)["summary.average_assessment_pct"] == "70.0"
    assert facts_of(page_of(instructor))["summary.average_assessment_pct"] == "40.0"


@pytest.mark.proves("AC-003", "FR-007")
def test_exporting_what_is_kept_asks_the_database_for_no_number(
    instructor: User, mixed: Section, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    link, client = export_link(page_of(instructor)), client_of(instructor)
    settings.DEBUG = True  # Django logs the statements of every thread

    with caplog.at_level(logging.DEBUG, logger="django.db.backends"):
        assert client.get(link).status_code == 200

    asked = [str(getattr(record, "sql", "")) for record in caplog.records]
    touched = {name for sql in asked for name in re.findall(r'(?:FROM|JOIN|INTO|UPDATE) "(\w+)"', sql)}
    assert "courses_auditentry" in touched
    assert touched <= ACCESS_AND_AUDIT


def test_without_an_id_the_current_numbers_are_exported(instructor: User, mixed: Section) -> None:
    response = get(instructor, f"{DASHBOARD}export.zip?scope=container:unit-1")

    assert facts_in(response)["summary.class_size"] == "4"
    assert json.loads(contents(response.content)["manifest.json"])["scope"] == "container:unit-1"


def test_only_what_changes_a_number_narrows_a_file(instructor: User, mixed: Section) -> None:
    html = page_of(instructor, "?complete=1&s.bucket=struggling&s.active=0&p.page=1&p.mode=percent&p.threshold=50")

    assert re.fullmatch(rf"{DASHBOARD}export\.zip\?p\.threshold=50&snapshot=\w+", export_link(html))
