"""Where one person may go in the section of an open dashboard: as it was when it was last looked up. Pure.

A person's role, the section's settings and its outline are the same at all of its scopes: whoever goes to another one
of those they were offered need not be looked up again. All of it is forgotten when outline or settings move, and with
every check of the socket, at most a minute apart.
"""

from __future__ import annotations

from collections.abc import Sequence

from courses.access import Granted, at_scope
from courses.contract import ScopeChoice
from dashboard_project.web.urlstate import COURSE


class Whereabouts:
    """Owned by a desk."""

    def __init__(self, course: Granted, choices: Sequence[ScopeChoice]) -> None:
        self._known: dict[str, Granted] = {COURSE: course}
        self._offered = {choice.address: choice for choice in choices}

    def forget(self) -> None:
        self._known, self._offered = {}, {}

    def learn(self, granted: Granted, choices: Sequence[ScopeChoice]) -> None:
        """Looked up just now: one scope, and all that there are."""
        self._offered = {choice.address: choice for choice in choices}
        self._known = {_address(granted): Granted(granted.context)}

    def known(self, address: str) -> Granted | None:
        """Nothing more is to be asked."""
        return self._known.get(address)

    def offered(self, address: str) -> Granted | None:
        """What is beside the numbers there is still to be asked, and to be kept here."""
        somewhere, choice = next(iter(self._known.values()), None), self._offered.get(address)
        return None if somewhere is None or choice is None else Granted(at_scope(somewhere.context, choice))

    def keep(self, granted: Granted) -> None:
        if self._known:  # else all was forgotten meanwhile
            self._known[_address(granted)] = granted


def _address(granted: Granted) -> str:
    return granted.context.scope.address
