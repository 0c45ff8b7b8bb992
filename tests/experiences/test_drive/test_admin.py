"""Operators let a test drive last longer in the admin site, and nobody else does."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client

from courses.models import Institution, Membership
from experiences.test_drive.contract import LASTS, Dataset
from experiences.test_drive.models import TestDriveSession
from tests.builders import make_user, tenant
from tests.clients import client_of
from tests.experiences.digest.readings import MONDAY, at_work
from tests.experiences.test_drive.samples import drives

pytestmark = pytest.mark.django_db
ADMIN = "/admin/test_drive/testdrivesession/"


def staff(institution: Institution, role: Membership.Role) -> Client:
    user = make_user("ada-admin", institution, is_staff=True)
    Membership.objects.for_tenant(tenant(institution)).filter(user=user).update(role=role)
    user.user_permissions.set(Permission.objects.filter(content_type__app_label="test_drive"))
    return client_of(user)


@pytest.mark.proves("T-03")
@pytest.mark.parametrize(("role", "weeks"), [(Membership.Role.OPERATOR, 1), (Membership.Role.MEMBER, 0)])
def test_a_week_more_is_an_operators_to_give(
    ines: User, institution: Institution, role: Membership.Role, weeks: int
) -> None:
    drive = drives().start(at_work(ines), Dataset.OWN, MONDAY)

    staff(institution, role).post(ADMIN, {"action": "a_week_more", "_selected_action": [drive.id]})

    row = TestDriveSession.objects.for_tenant(tenant(institution)).get()
    assert row.expires_at == MONDAY + LASTS * (1 + weeks / 2)


@pytest.mark.proves("T-03", "O-05")
def test_another_institutions_drive_is_not_there(ines: User, other_institution: Institution) -> None:
    drive = drives().start(at_work(ines), Dataset.OWN, MONDAY)
    client = staff(other_institution, Membership.Role.OPERATOR)

    client.post(ADMIN, {"action": "a_week_more", "_selected_action": [drive.id]})

    assert TestDriveSession.objects.for_tenant(drive.tenant_id).get().expires_at == MONDAY + LASTS
