"""The application starts, and every page of it answers whoever may see it (the seventh check of the experiences)."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.test import Client

from courses.models import Section
from dashboard_project.web.urls import urlpatterns
from tests.clients import client_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("parts_end")]

SECTION = "/s/lakeside/algebra/"
PAGES = ("/", "/digest/", "/test-drive/", SECTION, f"{SECTION}changes/", f"{SECTION}tray/", f"{SECTION}console/")


@pytest.mark.proves("E15")
def test_the_checks_find_nothing() -> None:
    call_command("check")


@pytest.mark.proves("E15")
@pytest.mark.parametrize("path", PAGES)
def test_every_page_answers_the_instructor(path: str, instructor: User, section: Section) -> None:
    client = client_of(instructor)

    answer = client.get(path)

    assert answer.status_code == 200
    assert b"<h1" in answer.content


@pytest.mark.proves("E15", "O-05")
@pytest.mark.parametrize("path", PAGES)
def test_nobodys_page_is_shown_to_somebody_who_is_not_signed_in(path: str, client: Client, section: Section) -> None:
    answer = client.get(path)

    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/login/")


@pytest.mark.proves("E15")
def test_the_pages_of_this_list_are_addresses_of_the_application() -> None:
    names = {getattr(pattern, "name", None) for pattern in urlpatterns}

    assert {"sections", "digest", "test_drive", "dashboard", "changes"} <= names
