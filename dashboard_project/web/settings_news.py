"""Somebody changed the section's parameters: what those who have it open are told."""

from __future__ import annotations

from dataclasses import dataclass

from courses.contract import DashboardContext
from courses.support_settings import Change, changes_of
from dashboard_project.web.parameters_words import told
from dashboard_project.web.urlstate import Notice


@dataclass(frozen=True, slots=True)
class SettingsChanged(Notice):
    """Stands on the page until something else is looked at."""

    changes: tuple[Change, ...] = ()
    """Newest first."""
    reader: int | None = None

    @property
    def sentences(self) -> tuple[str, ...]:
        """Oldest first, in the language that is active."""
        return tuple(sentence for change in reversed(self.changes) for sentence in told(change, self.reader))


def settings_news(before: DashboardContext, now: DashboardContext) -> SettingsChanged | None:
    """What was set between two looks at a section; nothing when nothing was. One query, only when there is news."""
    seen = before.semantics.support.version
    if seen == now.semantics.support.version:
        return None
    return SettingsChanged("settings_changed", changes=changes_of(now.scope, seen), reader=now.user_id)
