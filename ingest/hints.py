"""One hint per section and commit: its data moved, open dashboards may look again.

A hint names a section and says nothing about it. It may be lost, doubled or late: whoever hears one reads the section's
stamp, and reads it now and then without any. So a writer waits for nobody, and no write fails because nobody could be
told. Where hints go is wired in `dashboard_project.wiring`; until then they go nowhere.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

import structlog
from django.db import DEFAULT_DB_ALIAS, connections, transaction

from oracles.contract import TenantId

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Hint:
    tenant_id: TenantId
    section_id: int


class Hints(Protocol):
    def publish(self, hint: Hint) -> None:
        """Whoever looks at the section is told soon, or not at all. May raise; must not take longer than a moment."""
        ...


class Nowhere:
    """Nobody is listening."""

    def publish(self, hint: Hint) -> None:
        pass


class Outlet:
    """Where this process sends its hints, and whether that works: the first failure of a row of them is logged."""

    def __init__(self) -> None:
        self._hints: Hints = Nowhere()
        self._is_failing = False

    def lead_to(self, hints: Hints) -> None:
        self._hints = hints

    def publish(self, hint: Hint) -> None:
        try:
            self._hints.publish(hint)
        except Exception as error:  # noqa: BLE001  the data is committed: nothing that goes wrong here may undo that
            if not self._is_failing:
                log.warning("hint_not_published", error=type(error).__name__)
            self._is_failing = True
        else:
            self._is_failing = False


OUTLET = Outlet()


@dataclass(frozen=True, slots=True)
class Announcement:
    """What runs after the commit; equal announcements are one."""

    hint: Hint
    outlet: Outlet = OUTLET

    def __call__(self) -> None:
        self.outlet.publish(self.hint)


def announce(tenant_id: TenantId, sections: Iterable[int], outlet: Outlet = OUTLET) -> None:
    """When the outermost transaction has committed, one hint per section is published; after a rollback none is."""
    waiting = connections[DEFAULT_DB_ALIAS].run_on_commit
    for section_id in sections:
        announcement = Announcement(Hint(tenant_id, section_id), outlet)
        # Asked of Django's own list, which a rollback to a savepoint shortens.
        if not any(announcement == waits[1] for waits in waiting):
            transaction.on_commit(announcement)
