"""Files from the page: what is on the screen is what is handed over, to whom it may be, and not without a trace."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from hashlib import sha256
from html import unescape
from typing import cast

import pytest
from django.contrib.auth.models import User
from django.core.cache import cache
from django.db import connection
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.test import Client
from prometheus_client import REGISTRY
from pytest_django import Settings

from courses.models import AuditEntry, Section, Teaching
from dashboard_project import wiring
from dashboard_project.kept_snapshots import KeptSnapshots
from oracles import contract
from oracles.contract import Failed, FailureReason, Scope, TenantId
from snapshot.assembler import assemble
from snapshot.export.inclusion import WORDS
from tests import builders
from tests.oracles.instructor.rows import learners_of, make_evidence, make_score, mix_the_class, objective_of, pages_of
from tests.snapshot.classroom import MIXED, Classroom, metadata
from tests.snapshot.export.test_csv_zip import contents, table

pytestmark = pytest.mark.django_db(transaction=True)

DASHBOARD = "/s/lakeside/algebra/"
NAMES_NOBODY = "progress.csv"
NAMES_LEARNERS = "student_support.csv?dataset=student_support_list"
ACCESS_AND_AUDIT = {
    *("courses_institution", "courses_section", "courses_course", "courses_container", "courses_teaching"),
    *("courses_membership", "courses_supportparameters", "courses_auditentry", "django_session", "auth_user"),
    "courses_sectionstamp",  # whether the names in it may still be shown
}


@pytest.fixture(autouse=True)
def _fresh_caches() -> Iterator[None]:
    """Rows of one test have the ids of another's: what was cached must not outlive it."""
    cache.clear()
    yield
    wiring.close()


@pytest.fixture
def mixed(section: Section) -> Section:
    mix_the_class(section)
    make_score(learners_of(section)["Ada"], pages_of(section)["quiz"], 70)
    for name in ("Ada", "Ben", "Dan"):
        make_evidence(
            learners_of(section)[name], pages_of(section)["quiz"], objective_of(section, "objective-2"), wrong=6
        )
    return section


def move_the_data(section: Section) -> None:
    make_score(learners_of(section)["Dan"], pages_of(section)["quiz"], 10)
    section.stamp.scores += 1
    section.stamp.save()


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def get(user: User, address: str) -> HttpResponse:
    return cast("HttpResponse", signed_in(user).get(address))


def page_of(user: User, query: str = "?complete=1") -> str:
    return get(user, f"{DASHBOARD}{query}").content.decode()


def export_link(html: str) -> str:
    (link,) = re.findall(r'<a id="export"[^>]* href="([^"]*)"', html)
    return unescape(link)


def link_of(html: str, name: str) -> str:
    (link,) = re.findall(rf'<a id="{name}" href="([^"]*)"', html)
    return unescape(link)


def facts_on(html: str) -> dict[str, str]:
    return {fact: value for value, fact in re.findall(r'<data value="([^"]*)" data-fact="([^"]*)"', html)}


def facts_in(response: HttpResponse) -> dict[str, str]:
    return {row["fact"]: row["value"] for row in table(response.content, "dashboard_facts.csv")}


def entries(section: Section) -> list[AuditEntry]:
    return list(AuditEntry.objects.for_tenant(TenantId(section.institution_id)).order_by("pk"))


# ---- what is on the screen --------------------------------------------------------------------------------------


@pytest.mark.proves("P3", "AC-002", "UX-15", "S4")
@pytest.mark.parametrize("scope", ["course", "container:unit-1", "container:unit-3"])
def test_the_file_says_what_the_page_says(instructor: User, mixed: Section, scope: str) -> None:
    html = page_of(instructor, f"?complete=1&scope={scope}&p.threshold=50")

    response = get(instructor, export_link(html))

    shown = facts_on(html)
    assert shown
    assert {fact: facts_in(response)[fact] for fact in shown} == shown


@pytest.mark.proves("P3", "AC-003", "E3", "UX-15", "UX-i")
def test_what_was_on_the_screen_is_exported_although_the_data_has_moved(instructor: User, mixed: Section) -> None:
    html = page_of(instructor)
    move_the_data(mixed)

    response = get(instructor, export_link(html))

    assert facts_in(response)["summary.average_assessment_pct"] == "70.0"
    assert facts_on(page_of(instructor))["summary.average_assessment_pct"] == "40.0"


@pytest.mark.proves("AC-003", "FR-007")
def test_exporting_what_is_kept_asks_the_database_for_no_number(
    instructor: User, mixed: Section, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    link, client = export_link(page_of(instructor)), signed_in(instructor)
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


# ---- what is no longer there, or never was theirs ---------------------------------------------------------------


@pytest.mark.proves("T6", "E3")
def test_an_id_that_has_expired_is_said_and_the_current_numbers_are_offered(instructor: User, mixed: Section) -> None:
    link = export_link(page_of(instructor, "?complete=1&scope=container:unit-1"))
    cache.clear()

    response = get(instructor, link)

    html = response.content.decode()
    assert response.status_code == 404
    assert "no longer kept" in html
    assert link_of(html, "current") == f"{DASHBOARD}export.zip?scope=container:unit-1"
    assert get(instructor, link_of(html, "current")).status_code == 200
    assert link_of(html, "back") == f"{DASHBOARD}?scope=container:unit-1"


@pytest.mark.proves("T6", "P4")
def test_an_id_of_another_tenant_is_an_id_of_nothing(instructor: User, outsider: User, mixed: Section) -> None:
    link = export_link(page_of(instructor))

    theirs = get(outsider, link)
    stolen = get(outsider, link.replace("lakeside", "harbour"))

    assert (theirs.status_code, stolen.status_code) == (404, 404)
    assert b"no longer kept" not in theirs.content
    assert b"no longer kept" in stolen.content
    assert b"Ada" not in theirs.content + stolen.content


@pytest.mark.proves("T6")
def test_an_id_of_another_section_is_an_id_of_nothing(instructor: User, mixed: Section) -> None:
    other = builders.golden_section(mixed.institution, "biology")
    Teaching.objects.for_tenant(TenantId(mixed.institution_id)).create(section=other, user=instructor)
    link = export_link(page_of(instructor))

    assert get(instructor, link.replace("algebra", "biology")).status_code == 404


@pytest.mark.parametrize("change", [("snapshot=", "p.threshold=50&snapshot="), ("?", "?scope=container:unit-1&")])
def test_an_address_that_says_something_else_than_its_snapshot_is_not_answered_with_it(
    instructor: User, mixed: Section, change: tuple[str, str]
) -> None:
    link = export_link(page_of(instructor))

    assert get(instructor, link.replace(*change, 1)).status_code == 404


def test_what_was_shown_of_a_unit_that_is_gone_can_still_be_had(instructor: User, mixed: Section) -> None:
    link = export_link(page_of(instructor, "?complete=1&scope=container:unit-3"))
    mixed.containers.filter(key="unit-3").update(hidden=True)

    assert get(instructor, link).status_code == 200
    assert get(instructor, re.sub("&snapshot=.*", "", link)).status_code == 302


@pytest.mark.proves("T6", "P4")
@pytest.mark.parametrize("file", ["export.zip", NAMES_NOBODY, NAMES_LEARNERS])
def test_only_who_may_look_gets_a_file(instructor: User, colleague: User, outsider: User, file: str) -> None:
    assert get(instructor, DASHBOARD + file).status_code == 200
    assert [get(user, DASHBOARD + file).status_code for user in (colleague, outsider)] == [404, 404]
    assert Client().get(DASHBOARD + file).status_code == 302


# ---- how it is handed over --------------------------------------------------------------------------------------


def test_the_headers_name_the_file_and_forbid_guessing_and_keeping(instructor: User, mixed: Section) -> None:
    response = get(instructor, f"{DASHBOARD}export.zip?scope=container:unit-1")

    assert response["Content-Type"] == "application/zip"
    assert response["Content-Disposition"] == (
        "attachment; filename=\"algebra-unit-1.zip\"; filename*=UTF-8''algebra-unit-1.zip"
    )
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in response["Cache-Control"]
    assert response["Content-Length"] == str(len(response.content))


@pytest.mark.parametrize(("query", "begins"), [("", b"\xef\xbb\xbfcontent_item"), ("?bom=0", b"content_item")])
def test_a_browser_gets_a_byte_order_mark_unless_it_says_no(
    instructor: User, mixed: Section, query: str, begins: bytes
) -> None:
    response = get(instructor, f"{DASHBOARD}export.zip{query}")

    assert contents(response.content)["student_progress.csv"].startswith(begins)
    assert json.loads(contents(response.content)["manifest.json"])["bom"] is (query == "")


def test_unguarded_text_is_not_for_browsers(instructor: User, mixed: Section) -> None:
    response = get(instructor, f"{DASHBOARD}export.zip?raw=1")

    assert (response.status_code, response["Location"]) == (302, f"{DASHBOARD}?raw=1")


def test_only_what_changes_a_number_narrows_a_file(instructor: User, mixed: Section) -> None:
    html = page_of(instructor, "?complete=1&s.bucket=struggling&s.active=0&p.page=1&p.mode=percent&p.threshold=50")

    assert re.fullmatch(rf"{DASHBOARD}export\.zip\?p\.threshold=50&snapshot=\w+", export_link(html))


# ---- one table --------------------------------------------------------------------------------------------------


@pytest.mark.proves("E4")
def test_every_tile_offers_its_tables_of_the_same_snapshot(instructor: User, mixed: Section) -> None:
    html = page_of(instructor)

    buttons = re.findall(r'form="files" formaction="([^"]*)" name="dataset" value="([^"]*)"', html)
    (form,) = re.findall(r'<form id="files"[^>]*>.*?</form>', html)
    assert buttons == [
        ("summary.csv", "course_summary_metrics"),
        ("progress.csv", "student_progress"),
        ("student_support.csv", "student_support_summary"),
        ("student_support.csv", "student_support_list"),
        ("challenging_objectives.csv", "challenging_learning_objectives"),
        ("assessments.csv", "assessment_scores_distribution"),
        ("assessments.csv", "assessment_summary"),
    ]
    (snapshot_id,) = re.findall(r'name="snapshot" value="(\w+)"', form)
    assert f"snapshot={snapshot_id}" in export_link(html)


@pytest.mark.proves("P9")
def test_a_table_has_the_bytes_that_it_has_in_the_zip(instructor: User, mixed: Section) -> None:
    html = page_of(instructor)
    whole, query = contents(get(instructor, export_link(html)).content), export_link(html).partition("?")[2]

    for address, dataset in re.findall(r'formaction="([^"]*)" name="dataset" value="([^"]*)"', html):
        response = get(instructor, f"{DASHBOARD}{address}?{query}&dataset={dataset}")

        assert response.content == whole[f"{dataset}.csv"]
        assert response["Content-Type"] == "text/csv; charset=utf-8"
        assert f'filename="algebra-course-{dataset}.csv"' in response["Content-Disposition"]


@pytest.mark.parametrize("address", ["progress.csv?dataset=student_support_list", "ai_context.csv", "nothing.csv"])
def test_a_table_that_is_not_of_the_tile_is_not_there(instructor: User, mixed: Section, address: str) -> None:
    assert get(instructor, DASHBOARD + address).status_code == 404


def test_a_table_without_rows_says_so(instructor: User, section: Section) -> None:
    response = get(instructor, f"{DASHBOARD}challenging_objectives.csv?scope=container:unit-3")

    assert response.status_code == 404
    assert "there is nothing to list" in response.content.decode()


@pytest.mark.proves("P3", "S5")
def test_the_foot_of_a_tile_shows_the_fingerprint_of_the_manifest(instructor: User, mixed: Section) -> None:
    html = page_of(instructor)

    manifest = json.loads(contents(get(instructor, export_link(html)).content)["manifest.json"])

    marks = dict(re.findall(r'data-capability="(\w+)"[^>]*data-fingerprint="(\w+)"', html))
    feet = re.findall(r'<span class="print"[^>]*>(\w+)</span>', html)
    assert marks == {name: manifest["fingerprints"][name] for name in marks}
    assert feet == [value[:8] for value in marks.values()]
    assert len(feet) == 5


# ---- who was given what -----------------------------------------------------------------------------------------


@pytest.mark.proves("I8", "P4")
@pytest.mark.parametrize(("file", "action"), [("export.zip", "export"), (NAMES_LEARNERS, "export_table")])
def test_who_is_given_names_is_written_down(instructor: User, mixed: Section, file: str, action: str) -> None:
    response = get(instructor, DASHBOARD + file)

    (entry,) = entries(mixed)
    assert (entry.actor, entry.actor_name) == (f"user-{instructor.pk}", "ines")
    assert (entry.action, entry.section, entry.scope, entry.rows) == (action, "algebra", "course", 4)
    assert entry.sha256 == sha256(response.content).hexdigest()
    assert len(entry.request_id) == 32
    assert "Ada" not in json.dumps(entry.details)


def test_a_table_that_names_nobody_leaves_no_trace(instructor: User, mixed: Section) -> None:
    get(instructor, DASHBOARD + NAMES_NOBODY)

    assert entries(mixed) == []


@contextmanager
def unwritable_audit() -> Iterator[None]:
    """The table is not there while this lasts."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE courses_auditentry RENAME TO audit_away")
        try:
            yield
        finally:
            cursor.execute("ALTER TABLE audit_away RENAME TO courses_auditentry")


@pytest.mark.proves("I8")
@pytest.mark.parametrize("file", ["export.zip", NAMES_LEARNERS])
def test_what_cannot_be_written_down_is_not_handed_over(instructor: User, mixed: Section, file: str) -> None:
    with unwritable_audit():
        response = get(instructor, DASHBOARD + file)
        harmless = get(instructor, DASHBOARD + NAMES_NOBODY)

    assert response.status_code == 503
    assert "written down first" in response.content.decode()
    assert b"Ada" not in response.content
    assert harmless.status_code == 200


# ---- what cannot be made ----------------------------------------------------------------------------------------


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
