"""A section with somebody to forget, on a server with files of its own."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.utils import timezone
from pytest_django import Settings

from courses import models
from courses.models import Institution, Learner
from ingest.sinks import EventSink
from oracles.contract import TenantId
from tests.dashboard_project.erase_learner.zoe import EXTERNAL, section_of, told


@pytest.fixture(autouse=True)
def _a_folder_of_its_own(settings: Settings, tmp_path: Path) -> None:
    settings.VAR = tmp_path


@pytest.fixture
def mine(institution: Institution) -> TenantId:
    """A section with two learners who did the same things, one of whom wants to be forgotten."""
    tenant = TenantId(institution.pk)
    section = section_of(tenant)
    EventSink(tenant, section).write([*told(0, "s1"), *told(100, EXTERNAL)])
    now = timezone.now()
    models.ConcernNote.objects.for_tenant(tenant).create(
        section=section,
        learner=Learner.objects.for_tenant(tenant).get(external_id=EXTERNAL),
        at=now,
        until=now,
        actor="user-1",
    )
    return tenant
