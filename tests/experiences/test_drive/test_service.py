"""A test drive: a time-boxed preview through the digest's own orchestrator, of which nothing stays in real rows."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import User

from courses.access import sections_of
from courses.models import Institution, Learner, LearningEvent, Membership, Section
from experiences.contract import NotAllowed, PreviewRefused
from experiences.digest.data import DigestDataOrchestrator
from experiences.digest.models import DigestDelivery, DigestProgress
from experiences.digest.recipients import recipients
from experiences.test_drive import sessions
from experiences.test_drive.contract import KEPT_AFTER, LASTS, LONGEST, AlreadyDriving, Dataset, NoTestDrive, State
from experiences.test_drive.models import Sandbox, TestDriveSession
from oracles.contract import TenantId
from tests.builders import make_user, tenant
from tests.experiences.digest.readings import HOUR, MONDAY, FakeSources, at_work
from tests.experiences.test_drive.samples import drives

pytestmark = pytest.mark.django_db


@pytest.mark.proves("T-01", "G-01")
def test_it_reads_through_the_digests_own_orchestrator(ines: User) -> None:
    service = drives()
    assert isinstance(service.digest.data, DigestDataOrchestrator)  # type: ignore[attr-defined]
    sources = FakeSources()

    drives(sources).start(at_work(ines), Dataset.OWN, MONDAY)
    drives(sources).get_test_drive_experience(at_work(ines), MONDAY)

    assert [name for name, *_ in sources.asked] == ["snapshot", "trend", "pace", "pace", "tray", "console"]


@pytest.mark.proves("T-02")
@pytest.mark.parametrize("dataset", list(Dataset))
def test_everything_is_asked_as_a_preview_and_nothing_of_the_digest_is_recorded(ines: User, dataset: Dataset) -> None:
    sources = FakeSources()
    drives(sources).start(at_work(ines), dataset, MONDAY)

    shown = drives(sources).get_test_drive_experience(at_work(ines), MONDAY)

    assert {is_preview for name, _, is_preview in sources.asked if name in {"tray", "console"}} == {True}
    assert shown.told is not None
    assert shown.told.config.preview_mode
    for model in (DigestDelivery, DigestProgress):
        assert not model.across_tenants.exists()


@pytest.mark.proves("T-02")
def test_a_preview_cannot_begin_end_or_extend_a_drive(ines: User) -> None:
    service, context = drives(), at_work(ines)
    drive = service.start(context, Dataset.SAMPLE, MONDAY)
    preview = service.preview_of(context, drive)

    for write in (
        lambda: service.start(preview, Dataset.OWN, MONDAY),
        lambda: service.end(preview, MONDAY),
        lambda: service.extend(preview, ines.pk, MONDAY + LASTS),
    ):
        with pytest.raises(PreviewRefused):
            write()


@pytest.mark.proves("T-03")
def test_a_drive_shows_its_digest_for_two_weeks_and_then_what_is_left(ines: User) -> None:
    service, context = drives(), at_work(ines)
    service.start(context, Dataset.OWN, MONDAY)

    last = service.get_test_drive_experience(context, MONDAY + LASTS - HOUR)
    over = service.get_test_drive_experience(context, MONDAY + LASTS)

    assert (last.state, last.told is not None) == (State.ACTIVE, True)
    assert (over.state, over.told) == (State.EXPIRED, None)
    assert over.drive.summary == {"sections": 1}
    assert over.drive.steps_seen == ("started", "read")


@pytest.mark.proves("T-03")
def test_an_expired_drive_reads_nothing(ines: User) -> None:
    sources = FakeSources()
    drives().start(at_work(ines), Dataset.OWN, MONDAY)

    drives(sources).get_test_drive_experience(at_work(ines), MONDAY + LASTS)

    assert sources.asked == []


@pytest.mark.proves("T-03")
def test_only_an_operator_lets_it_last_longer_and_not_for_ever(ines: User, institution: Institution) -> None:
    service, context = drives(), at_work(ines)
    drives().start(context, Dataset.OWN, MONDAY)
    with pytest.raises(NotAllowed):
        service.extend(context, ines.pk, MONDAY + LASTS + HOUR)

    Membership.objects.for_tenant(tenant(institution)).filter(user=ines).update(role=Membership.Role.OPERATOR)
    service.extend(context, ines.pk, MONDAY + LASTS + HOUR)
    assert service.get_test_drive_experience(context, MONDAY + LASTS).state is State.ACTIVE

    for too_far in (MONDAY + LONGEST + HOUR, MONDAY):
        with pytest.raises(NoTestDrive):
            service.extend(context, ines.pk, too_far)


@pytest.mark.proves("T-03")
def test_an_operator_of_another_institution_extends_nothing(
    ines: User, otto: User, other_institution: Institution
) -> None:
    Membership.objects.for_tenant(tenant(other_institution)).filter(user=otto).update(role=Membership.Role.OPERATOR)
    drives().start(at_work(ines), Dataset.OWN, MONDAY)

    with pytest.raises(NoTestDrive):
        drives().extend(at_work(otto), ines.pk, MONDAY + LASTS + HOUR)


@pytest.mark.proves("T-03")
def test_a_purge_removes_drive_and_sample_a_week_after_the_end_and_nothing_else(ines: User, section: Section) -> None:
    context = at_work(ines)
    drive = drives().start(context, Dataset.SAMPLE, MONDAY)
    assert drive.sandbox is not None
    over = MONDAY + LASTS + KEPT_AFTER
    mine = Learner.objects.for_tenant(context.tenant_id).count()

    early = drives().purge(context.tenant_id, over - HOUR)
    purged = drives().purge(context.tenant_id, over)

    assert (early.drives, purged.drives, purged.sandboxes) == (0, 1, 1)
    assert not Institution.objects.filter(pk=drive.sandbox).exists()
    assert not Learner.across_tenants.filter(institution_id=drive.sandbox).exists()
    assert not TestDriveSession.objects.for_tenant(context.tenant_id).exists()
    assert Learner.objects.for_tenant(context.tenant_id).count() == mine == 4


@pytest.mark.proves("T-03")
def test_a_drive_that_was_ended_is_over_and_another_may_begin(ines: User) -> None:
    service, context = drives(), at_work(ines)
    service.start(context, Dataset.OWN, MONDAY)
    with pytest.raises(AlreadyDriving):
        service.start(context, Dataset.SAMPLE, MONDAY)

    service.end(context, MONDAY + HOUR)

    with pytest.raises(NoTestDrive):
        service.get_test_drive_experience(context, MONDAY + HOUR)
    service.start(context, Dataset.SAMPLE, MONDAY + HOUR)


@pytest.mark.proves("T-04")
def test_a_sample_never_appears_among_what_is_real(ines: User, institution: Institution) -> None:
    context = at_work(ines)
    before = Learner.objects.for_tenant(context.tenant_id).count()

    drive = drives().start(context, Dataset.SAMPLE, MONDAY)

    assert drive.sandbox is not None
    assert sessions.is_sandbox(drive.sandbox)
    assert not sessions.is_sandbox(context.tenant_id)
    sandbox = Institution.objects.get(pk=drive.sandbox)
    assert {entry.institution_slug for entry in sections_of(ines)} == {"lakeside"}
    assert list(recipients(sandbox)) == []
    assert len(list(recipients(institution))) == 1
    assert Learner.objects.for_tenant(context.tenant_id).count() == before
    assert not Membership.objects.for_tenant(drive.sandbox).exists()


@pytest.mark.proves("T-04")
def test_on_a_sample_only_the_sample_is_read(ines: User) -> None:
    sources = FakeSources()
    drive = drives(sources).start(at_work(ines), Dataset.SAMPLE, MONDAY)

    drives(sources).get_test_drive_experience(at_work(ines), MONDAY)

    assert {tenant_id for _, tenant_id, _ in sources.asked} == {drive.sandbox}


@pytest.mark.proves("T-04")
def test_two_drives_have_two_samples(ines: User, institution: Institution, section: Section) -> None:
    iris = make_user("iris", institution, teaches=section)

    first = drives().start(at_work(ines), Dataset.SAMPLE, MONDAY)
    second = drives().start(at_work(iris), Dataset.SAMPLE, MONDAY)

    assert first.sandbox != second.sandbox
    assert Sandbox.across_tenants.count() == 2


@pytest.mark.proves("T-06")
@pytest.mark.parametrize("variant", ["A", "B"])
def test_the_variant_is_the_assigned_one_and_stands_in_the_configuration(ines: User, variant: str) -> None:
    service = drives(variant=variant)
    drive = service.start(at_work(ines), Dataset.OWN, MONDAY)

    told = service.get_test_drive_experience(at_work(ines), MONDAY).told

    assert told is not None
    assert drive.variant == told.config.experiment_variant == variant
    assert told.window.start == (MONDAY - timedelta(weeks=4) if variant == "A" else None)


def test_a_section_without_events_is_told_of_too(ines: User, section: Section) -> None:
    LearningEvent.objects.for_tenant(TenantId(section.institution_id)).delete()
    drives().start(at_work(ines), Dataset.OWN, MONDAY)

    told = drives().get_test_drive_experience(at_work(ines), MONDAY).told

    assert told is not None
    assert len(told.sections) == 1
