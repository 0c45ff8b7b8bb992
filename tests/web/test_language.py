"""Whoever reads chooses the language; without a choice the browser's own is spoken, else English."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import translation
from django.utils.html import strip_tags

from courses.models import Section
from dashboard_project.templatetags.dashboard import moment, number, pct, why
from snapshot.contract import Why

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.proves("ROW-A2")]

LOGIN = "/accounts/login/"


def spoken(html: str) -> str:
    found = re.search(r'<html lang="([^"]+)"', html)
    assert found
    return found[1]


@pytest.mark.parametrize(
    ("asked", "language"), [("", "en"), ("es", "es"), ("es-MX,es;q=0.9", "es"), ("de,es;q=0.5", "es"), ("de", "en")]
)
def test_a_page_speaks_the_browsers_language_where_it_is_here_and_english_where_it_is_not(
    asked: str, language: str
) -> None:
    html = Client().get(LOGIN, headers={"Accept-Language": asked}).content.decode()

    assert spoken(html) == language
    assert ("Iniciar sesión" in html) == (language == "es")
    assert ("Sign in" in html) == (language == "en")


def test_what_was_chosen_holds_against_the_browsers_language_and_survives_signing_in(
    instructor: User, section: Section
) -> None:
    client = Client(headers={"Accept-Language": "en"})

    answer = client.post("/language/", {"language": "es"}, headers={"Referer": "http://testserver/accounts/login/"})
    client.force_login(instructor, backend="django.contrib.auth.backends.ModelBackend")
    html = client.get("/").content.decode()

    assert answer["Location"] == "http://testserver/accounts/login/"
    assert spoken(html) == "es"
    assert re.search(r'id="language-es"[^>]* lang="es" aria-pressed="true">Español<', html)
    assert re.search(r'id="language-en"[^>]* lang="en" aria-pressed="false">English<', html)


@pytest.mark.parametrize("wanted", ["", "xx", "../es", "de"])
def test_a_language_that_is_not_here_changes_nothing(wanted: str) -> None:
    client = Client()

    answer = client.post("/language/", {"language": wanted})

    assert answer.status_code == 302
    assert "django_language" not in client.cookies


def test_the_choice_is_made_by_a_form_of_ours_and_leads_to_no_other_site() -> None:
    forged = Client(enforce_csrf_checks=True).post("/language/", {"language": "es"})
    elsewhere = Client().post("/language/", {"language": "es"}, headers={"Referer": "https://elsewhere.example/"})

    assert forged.status_code == 403
    assert elsewhere["Location"] == "/"
    assert Client().get("/language/").status_code == 405


def test_numbers_and_moments_are_written_as_the_language_writes_them() -> None:
    at = datetime(2026, 1, 5, 14, 30, tzinfo=UTC)
    reason = Why("on_track", {"progress": 62.5, "proficiency": 50.0})

    with translation.override("en"):
        english = [number(1234.5), pct(12.5), moment(at, "UTC"), why(reason)]
    with translation.override("es"):
        spanish = [number(1234.5), pct(12.5), moment(at, "UTC"), why(reason)]

    assert english[:3] == ["1234.5", "12.5\u00a0%", "5 Jan 2026, 14:30"]
    assert spanish[:3] == ["1234,5", "12,5\u00a0%", "5 ene 2026, 14:30"]
    assert strip_tags(english[3]) == "progress 62.5 % and proficiency 50 %: neither struggling nor excelling"
    assert strip_tags(spanish[3]) == "progreso 62,5 % y dominio 50 %: ni con dificultades ni sobresaliente"
