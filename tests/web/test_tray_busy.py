"""What the tray does while its database is busy: it says so, and shows what it knew."""

from __future__ import annotations

from collections.abc import Callable
from html import unescape

import pytest
from django.contrib.auth.models import User
from django.contrib.messages import get_messages
from django.contrib.messages.storage.fallback import FallbackStorage
from django.db import OperationalError, connection
from django.http import HttpRequest
from django.test import RequestFactory

from courses.models import Section
from dashboard_project.web.tray import _tray
from dashboard_project.web.tray_actions import _act, _change
from experiences.hygiene_tray.models import TrayIssue
from oracles.contract import TenantId
from tests.experiences.hygiene_tray.worlds import move_stamp

pytestmark = [pytest.mark.django_db, pytest.mark.proves("O-16")]
TRAY = "/s/lakeside/algebra/tray/"


def locked(execute: Callable[..., object], sql: str, *rest: object) -> object:
    if "hygiene_tray_" in sql and sql.startswith(("INSERT", "UPDATE")):
        raise OperationalError("database is locked")
    return execute(sql, *rest)


def asked_by(user: User, request: HttpRequest) -> HttpRequest:
    """The request as the middleware would hand it on."""
    request.user = user
    request.session = {}  # type: ignore[assignment]
    request._messages = FallbackStorage(request)  # type: ignore[attr-defined]
    return request


def test_a_look_that_is_not_possible_now_leaves_the_tray_as_it_was_and_the_page_says_so(
    spoilt: Section, instructor: User
) -> None:
    move_stamp(spoilt)
    request = asked_by(instructor, RequestFactory().get(TRAY))

    with connection.execute_wrapper(locked):
        response = _tray(request, "lakeside", "algebra")

    text = unescape(response.content.decode())
    assert response.status_code == 200
    assert 'id="behind"' in text
    assert text.count('<li class="issue"') == 2


def test_a_change_that_is_not_possible_now_is_told_and_changes_nothing(spoilt: Section, instructor: User) -> None:
    row = TrayIssue.objects.for_tenant(TenantId(spoilt.institution_id)).get(fault="missing_due_date")
    form = {"issue": f"{row.pk}:{row.version}", "verb": "start", "back": "?severity=high"}
    request = asked_by(instructor, RequestFactory().post(TRAY, form))

    with connection.execute_wrapper(locked):
        response = _act(request, "lakeside", "algebra", _change)

    row.refresh_from_db()
    assert (response.status_code, response["Location"]) == (303, f"{TRAY}?severity=high")
    assert [str(message) for message in get_messages(request)] == [
        "The database is busy: nothing was changed. It is safe to press the button again."
    ]
    assert (row.status, row.version) == ("open", 1)
