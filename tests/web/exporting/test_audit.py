"""Who is given names is written down, and what cannot be written down is not handed over."""

from __future__ import annotations

import json
from hashlib import sha256

import pytest
from django.contrib.auth.models import User

from courses.models import Section
from tests.web.exporting.files import (
    DASHBOARD,
    NAMES_LEARNERS,
    NAMES_NOBODY,
    entries,
    get,
    unwritable_audit,
)

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("fresh_caches")]


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
