"""Where what is on the screen can be had as a file. Pure.

Only what changes a number narrows a file: the scope and the threshold. The tiles' buttons belong to this form too, so
that kept text of tiles needs no snapshot in it.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from dashboard_project.web.urlstate import ViewState, pairs_of

ZIP = "export.zip"
CHANGES = "changes/"


@dataclass(frozen=True, slots=True)
class Files:
    """The form's fields, and the same as the address of the ZIP."""

    path: str
    fields: tuple[tuple[str, str], ...]

    @property
    def url(self) -> str:
        return self._address(ZIP, self.fields)

    @property
    def changes(self) -> str:
        """Where what changed in the same scope is told: of now, so without a snapshot."""
        return self._address(CHANGES, tuple(field for field in self.fields if field[0] != "snapshot"))

    def _address(self, page: str, fields: tuple[tuple[str, str], ...]) -> str:
        query = urlencode(fields, safe=":")
        return f"{self.path}{page}?{query}" if query else f"{self.path}{page}"


def files(path: str, view: ViewState, snapshot_id: str) -> Files:
    """The files of what `view` looks at: of the snapshot that is shown, or of now if none is complete."""
    shown = (("snapshot", snapshot_id),) if snapshot_id else ()
    return Files(path, (*pairs_of(ViewState(scope=view.scope, threshold=view.threshold)), *shown))
