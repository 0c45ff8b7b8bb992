"""What the clock does for trays and test drives: every section once, no made-up one, and nobody pays for another."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from courses.models import Institution, Section
from dashboard_project.composition import test_drive, tray
from dashboard_project.composition.schedule import JOBS
from experiences.hygiene_tray.models import HygieneScore, TrayScan
from experiences.test_drive.contract import KEPT_AFTER, LASTS, Dataset
from experiences.test_drive.models import Sandbox, TestDriveSession
from oracles.contract import TenantId
from tests.builders import golden_section, tenant
from tests.experiences.digest.readings import at_work

pytestmark = pytest.mark.django_db


@pytest.fixture
def other_section(other_institution: Institution) -> Section:
    return golden_section(other_institution)


def scans(institution: Institution) -> int:
    return TrayScan.objects.for_tenant(tenant(institution)).count()


@pytest.mark.proves("experiences:H-09")
def test_every_section_is_looked_at_once_and_not_again_while_nothing_moves(
    section: Section, other_section: Section
) -> None:
    first, second = tray.look_at_trays(), tray.look_at_trays()

    assert (first, second) == ({"looked": 2, "busy": 0}, {"looked": 0, "busy": 0})
    for each in (section, other_section):
        mine = TenantId(each.institution_id)
        assert HygieneScore.objects.for_tenant(mine).filter(section=each).count() == 1


@pytest.mark.proves("experiences:T-04", "experiences:H-09")
def test_a_made_up_institution_is_nobodys_business(section: Section, other_section: Section) -> None:
    made_up = other_section.institution
    sandboxes = Sandbox.objects.for_tenant(tenant(made_up))
    sandboxes.create(owner_id=section.institution_id, session=1, made_at=timezone.now())

    tray.look_at_trays()

    assert (scans(section.institution), scans(made_up)) == (1, 0)


@pytest.mark.proves("experiences:T-03")
def test_drives_that_ended_long_ago_are_purged_by_the_clock(instructor: User, section: Section) -> None:
    context, now = at_work(instructor), timezone.now()
    test_drive.test_drive_service().start(context, Dataset.OWN, now - LASTS - KEPT_AFTER - timedelta(hours=1))

    counts = [test_drive.purge_drives(now - timedelta(hours=2)), test_drive.purge_drives(now)]

    assert counts == [{"drives": 0, "sandboxes": 0}, {"drives": 1, "sandboxes": 0}]
    assert not TestDriveSession.objects.for_tenant(context.tenant_id).exists()


def test_a_digest_finds_its_trays_looked_at() -> None:
    names = [job.name for job in JOBS]

    assert names.index("trays") < names.index("digests") < names.index("mail")
    assert "test drives" in names
