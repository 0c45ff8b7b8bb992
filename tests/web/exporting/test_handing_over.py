"""How files are handed over: headers, byte order mark, one table of a tile with the bytes of the whole."""

from __future__ import annotations

import json
import re

import pytest
from django.contrib.auth.models import User

from courses.models import Section
from tests.snapshot.export.zips import contents
from tests.web.exporting.files import (
    DASHBOARD,
    export_link,
    get,
    page_of,
)

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("fresh_caches")]


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
