"""The experiences there are. Tests go through this table: a public method of a class in it needs a two-tenant case.

Names: the experience's own in front, `…DataOrchestrator` and `…Service` behind. The test drive has no orchestrator of
its own: it reads with the digest's (E9).
"""

from __future__ import annotations

from dataclasses import dataclass

from experiences.decision_console.data import DecisionConsoleDataOrchestrator
from experiences.decision_console.service import DecisionConsoleService
from experiences.digest.data import DigestDataOrchestrator
from experiences.digest.service import DigestService
from experiences.hygiene_tray.data import HygieneTrayDataOrchestrator
from experiences.hygiene_tray.service import HygieneTrayService
from experiences.test_drive.service import TestDriveService


@dataclass(frozen=True, slots=True)
class Experience:
    """One row: a package, its service, and its orchestrator if it has one."""

    package: str
    service: type
    orchestrator: type | None

    @property
    def classes(self) -> tuple[type, ...]:
        return (self.service,) if self.orchestrator is None else (self.orchestrator, self.service)


EXPERIENCES: tuple[Experience, ...] = (
    Experience("hygiene_tray", HygieneTrayService, HygieneTrayDataOrchestrator),
    Experience("decision_console", DecisionConsoleService, DecisionConsoleDataOrchestrator),
    Experience("digest", DigestService, DigestDataOrchestrator),
    Experience("test_drive", TestDriveService, None),
)
