"""A test drive on fakes: the sample is the golden section, the digest is the digest's own service on fake sources."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from courses.access import resolve_for_command
from courses.contract import DashboardContext
from courses.models import Section
from experiences.digest.config import DigestConfig
from experiences.digest.contract import Digest
from experiences.test_drive.service import TestDriveService
from oracles.contract import TenantId
from tests import builders
from tests.experiences.digest.readings import FakeSources, service


@dataclass(frozen=True, slots=True)
class GoldenSamples:
    """Each drive gets an institution with the golden section."""

    def make(self, slug: str, now: datetime) -> TenantId:
        institution = builders.make_institution(slug)
        builders.golden_section(institution, "sample")
        return TenantId(institution.pk)

    def sections(self, tenant_id: TenantId) -> tuple[DashboardContext, ...]:
        section = Section.objects.for_tenant(tenant_id).select_related("institution").get()
        return (resolve_for_command(section.slug, section.institution.slug),)


def counted(digest: Digest) -> Mapping[str, int]:
    return {"sections": len(digest.sections)}


def drives(sources: FakeSources | None = None, variant: str = "A") -> TestDriveService[DigestConfig, Digest]:
    return TestDriveService(
        digest=service(sources),
        config=DigestConfig.for_test_drive,
        counted=counted,
        samples=GoldenSamples(),
        assign=lambda _tenant, _user: variant,
    )
