"""The test drive between two tenants: one's drive, sample and purge are nothing to the other."""

from __future__ import annotations

import pytest

from courses.models import Membership
from experiences.test_drive import sessions
from experiences.test_drive.contract import KEPT_AFTER, LASTS, Dataset, NoTestDrive
from experiences.test_drive.models import TestDriveSession
from tests.experiences.digest.readings import HOUR, MONDAY, FakeSources, at_work
from tests.experiences.tenants import Cases, Tenants
from tests.experiences.test_drive.samples import drives


def a_drive_begins_for_one_tenant_only(tenants: Tenants) -> None:
    drives().start(at_work(tenants.mine.user), Dataset.SAMPLE, MONDAY)

    assert not TestDriveSession.objects.for_tenant(tenants.other.tenant_id).exists()


def anothers_drive_is_none_of_ones_own(tenants: Tenants) -> None:
    drives().start(at_work(tenants.other.user), Dataset.OWN, MONDAY)

    with pytest.raises(NoTestDrive):
        drives().get_test_drive_experience(at_work(tenants.mine.user), MONDAY)


def a_preview_looks_at_ones_own(tenants: Tenants) -> None:
    sources, context = FakeSources(), at_work(tenants.mine.user)
    drive = drives(sources).start(context, Dataset.OWN, MONDAY)

    assert drives().preview_of(context, drive).tenant_id == tenants.mine.tenant_id


def anothers_drive_goes_on(tenants: Tenants) -> None:
    for side in (tenants.mine, tenants.other):
        drives().start(at_work(side.user), Dataset.OWN, MONDAY)

    drives().end(at_work(tenants.mine.user), MONDAY + HOUR)

    assert sessions.open_of(at_work(tenants.other.user)) is not None


def anothers_drive_is_not_extended(tenants: Tenants) -> None:
    rows = Membership.objects.for_tenant(tenants.mine.tenant_id)
    rows.filter(user=tenants.mine.user).update(role=Membership.Role.OPERATOR)
    for side in (tenants.mine, tenants.other):
        drives().start(at_work(side.user), Dataset.OWN, MONDAY)

    with pytest.raises(NoTestDrive):
        drives().extend(at_work(tenants.mine.user), tenants.other.user.pk, MONDAY + LASTS + HOUR)

    other = sessions.open_of(at_work(tenants.other.user))
    assert other is not None
    assert other.expires_at == MONDAY + LASTS


def anothers_drives_are_not_purged(tenants: Tenants) -> None:
    for side in (tenants.mine, tenants.other):
        drives().start(at_work(side.user), Dataset.SAMPLE, MONDAY)

    drives().purge(tenants.mine.tenant_id, MONDAY + LASTS + KEPT_AFTER)

    other = sessions.open_of(at_work(tenants.other.user))
    assert other is not None
    assert other.sandbox is not None


CASES: Cases = {
    ("TestDriveService", "start"): a_drive_begins_for_one_tenant_only,
    ("TestDriveService", "get_test_drive_experience"): anothers_drive_is_none_of_ones_own,
    ("TestDriveService", "preview_of"): a_preview_looks_at_ones_own,
    ("TestDriveService", "end"): anothers_drive_goes_on,
    ("TestDriveService", "extend"): anothers_drive_is_not_extended,
    ("TestDriveService", "purge"): anothers_drives_are_not_purged,
}
