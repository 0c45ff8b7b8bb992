"""Numbers kept of an earlier day, and the page that tells what changed since."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import cast

from django.contrib.auth.models import User
from django.http import HttpResponse
from django.utils import timezone

from courses.access import Granted, resolve
from courses.contract import DashboardContext
from courses.models import KeptFacts, Section
from snapshot.contract import Facts
from tests import builders
from tests.clients import client_of

CHANGES = "/s/lakeside/algebra/changes/"
FACTS: Facts = {
    "summary.class_size": 4,
    "summary.average_progress_pct": 40.0,
    "summary.average_assessment_pct": None,
    "progress.unit-1.completed": 2,
    "progress.unit-9.completed": 1,
    "assessments.quiz.mean": 75.5,
}
"""Of an earlier day; `unit-9` is no longer taught."""


def context_of(user: User) -> DashboardContext:
    access = resolve(user, "lakeside", "algebra")
    assert isinstance(access, Granted)
    return access.context


def get(user: User, address: str) -> HttpResponse:
    return cast("HttpResponse", client_of(user).get(address))


def page_of(user: User, query: str = "") -> str:
    response = get(user, CHANGES + query)
    assert response.status_code == 200
    return response.content.decode()


def keep(section: Section, ago: timedelta, **fields: object) -> KeptFacts:
    """Numbers of some days ago."""
    taken_at = timezone.now() - ago
    values: dict[str, object] = {"scope": "course", "config_signature": "of then", "events": 0, "facts": FACTS}
    values |= {"taken_at": taken_at, "day": taken_at.date(), "fingerprints": {}}
    return builders.stored(KeptFacts, section.institution_id, section=section, **values | fields)


def shown(html: str) -> dict[str, str]:
    """What stands on the page for every fact."""
    return {fact: value for value, fact in re.findall(r'<data value="([^"]*)" data-fact="([^"]*)"', html)}
