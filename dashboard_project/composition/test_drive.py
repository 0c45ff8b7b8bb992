"""The test drive: the digest's own service, and the sample generator for institutions that are made up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils import timezone

from courses.access import resolve_for_command
from courses.contract import DashboardContext
from courses.models import Institution, Section
from dashboard_project.composition.digest import digest_service
from dashboard_project.composition.tray import tray_service
from experiences.contract import SectionContext
from experiences.digest.config import DigestConfig
from experiences.digest.contract import Digest
from experiences.digest.experiments import Experiment, assign
from experiences.test_drive.service import TestDriveService
from ingest.adapters.sample.institutions import SampleInstitution, SampleSection
from ingest.adapters.sample.loading import load_institution
from ingest.adapters.sample.subjects import STATISTICS
from oracles.contract import TenantId

VARIANTS = Experiment("test-drive", {}, holdout=0)
SAMPLE = SampleInstitution(
    slug="sample",
    name="Sample institution",
    time_zone="UTC",
    sections=(SampleSection(STATISTICS, "statistics-seminar", "Introductory Statistics, sample", 20),),
    instructor="",
    colleague="",
)


@dataclass(frozen=True, slots=True)
class GeneratedSamples:
    """Implements `experiences.test_drive.service.Samples` with the generator of the demonstration."""

    def make(self, slug: str, now: datetime) -> TenantId:
        tenant_id = load_institution(SAMPLE, slug, now)
        for context in self.sections(tenant_id):
            tray_service().look(SectionContext(context))  # a preview only reads what was found
        return tenant_id

    def sections(self, tenant_id: TenantId) -> tuple[DashboardContext, ...]:
        """As a command sees them: nobody is a member of a made-up institution."""
        institution = Institution.objects.get(pk=tenant_id)
        slugs = Section.objects.for_tenant(tenant_id).order_by("title", "pk").values_list("slug", flat=True)
        return tuple(resolve_for_command(slug, institution.slug) for slug in slugs)


def test_drive_service() -> TestDriveService[DigestConfig, Digest]:
    """One is like the other: they keep nothing."""
    key = f"test-drive:{settings.SECRET_KEY}".encode()
    return TestDriveService(
        digest=digest_service(),
        config=DigestConfig.for_test_drive,
        counted=counted,
        samples=GeneratedSamples(),
        assign=lambda tenant_id, user_id: assign(VARIANTS, tenant_id, user_id, key),
    )


test_drive_service.__test__ = False  # type: ignore[attr-defined]  # pytest takes the name for a test


def purge_drives(now: datetime | None = None) -> dict[str, int]:
    """Test drives that ended a week ago are gone, with their made-up institutions; returns how many."""
    service, at = test_drive_service(), now or timezone.now()
    ids = list(Institution.objects.order_by("pk").values_list("pk", flat=True))
    purged = [service.purge(TenantId(pk), at) for pk in ids]
    return {"drives": sum(each.drives for each in purged), "sandboxes": sum(each.sandboxes for each in purged)}


def counted(digest: Digest) -> Mapping[str, int]:
    """What is kept of a digest when its drive is over."""
    return {
        "sections": len(digest.sections),
        "actions": sum(len(section.actions) for section in digest.sections),
        "issues": sum(section.tray.open_issues for section in digest.sections if section.tray),
        "events": sum(section.events for section in digest.sections),
    }
