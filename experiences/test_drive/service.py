"""The test drive: what the digest would say, on one's own last weeks or on a made-up institution.

It reads through the digest's own service and orchestrator, under a test-drive configuration, in a preview: nothing can
be changed and nothing leaves. Of the drive itself only its session is stored.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from courses.contract import DashboardContext
from experiences.contract import InstructorContext, require_writable, whose
from experiences.test_drive import sessions
from experiences.test_drive.contract import Dataset, Drive, NoTestDrive, Purged, Shown, State
from oracles.contract import TenantId


class Digests[Config, Told](Protocol):
    """The digest's service."""

    def get_digest(self, context: InstructorContext, config: Config, now: datetime) -> Told: ...


class Samples(Protocol):
    """Makes the made-up institution of a drive, and finds its sections."""

    def make(self, slug: str, now: datetime) -> TenantId:
        """It is stored: the same for the same moment."""

    def sections(self, tenant_id: TenantId) -> tuple[DashboardContext, ...]: ...


@dataclass(frozen=True, slots=True)
class TestDriveService[Config, Told]:
    """Holds its collaborators and nothing else."""

    __test__ = False

    digest: Digests[Config, Told]
    config: Callable[[str], Config]
    """Variant → the configuration of a test drive."""
    counted: Callable[[Told], Mapping[str, int]]
    """What is kept of a digest when the drive is over: counts."""
    samples: Samples
    assign: Callable[[TenantId, int], str]
    """Tenant and person → variant: nobody chooses it."""

    def start(self, context: InstructorContext, dataset: Dataset, now: datetime) -> Drive:
        """The person is on a test drive, for two weeks.

        Raises:
            PreviewRefused, AlreadyDriving: nothing was stored.
        """
        require_writable(context)
        drive = sessions.begin(context, dataset, self.assign(context.tenant_id, context.user_id), now)
        if dataset is Dataset.OWN:
            return drive
        sandbox = self.samples.make(sessions.sandbox_slug(drive.tenant_id, drive.id), now)
        sessions.flag(drive, sandbox, now)
        return replace(drive, sandbox=sandbox)

    def get_test_drive_experience(self, context: InstructorContext, now: datetime) -> Shown[Told]:
        """What the digest would say; of an expired drive only what is left of it.

        Raises:
            NoTestDrive: the person is on none.
        """
        drive = sessions.open_of(context)
        if drive is None:
            raise NoTestDrive("expected a test drive, got none")
        state = drive.state(now)
        if state is not State.ACTIVE:
            return Shown(drive, state, None)
        told = self.digest.get_digest(self.preview_of(context, drive), self.config(drive.variant), now)
        if not context.is_preview:
            sessions.see(drive, "read", self.counted(told))
        return Shown(drive, state, told)

    def preview_of(self, context: InstructorContext, drive: Drive) -> InstructorContext:
        """Where the drive looks: whatever writes refuses this context."""
        _, user_id = whose(context)
        if drive.sandbox is None:
            return replace(context, is_preview=True)
        return InstructorContext(
            tenant_id=drive.sandbox,
            user_id=user_id,
            time_zone=context.time_zone,
            sections=self.samples.sections(drive.sandbox),
            is_preview=True,
        )

    def end(self, context: InstructorContext, now: datetime) -> None:
        """The drive is over.

        Raises:
            PreviewRefused, NoTestDrive: nothing was changed.
        """
        require_writable(context)
        sessions.close(context, now)

    def extend(self, operator: InstructorContext, user_id: int, until: datetime) -> None:
        """The person's drive lasts until then.

        Raises:
            PreviewRefused, NotAllowed, NoTestDrive: nothing was changed.
        """
        require_writable(operator)
        sessions.extend(operator, user_id, until)

    def purge(self, tenant_id: TenantId, now: datetime) -> Purged:
        """Drives of this institution that ended a week ago are gone, with their made-up institutions."""
        return sessions.purge(tenant_id, now)
