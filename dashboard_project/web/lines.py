"""Everything of a frame that is not a tile: the head, how live the page is, notices, and what is announced."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from functools import lru_cache

from django.template.loader import get_template
from django.utils import translation
from django.utils.html import escape
from django.utils.translation import gettext, ngettext

from courses.contract import ScopeChoice
from dashboard_project.web.board import Board
from dashboard_project.web.choice import Choice
from dashboard_project.web.files import Files, files
from dashboard_project.web.fragments import SEQ_SLOT, TOKEN_SLOT, partial
from dashboard_project.web.head import Head, dashboard_path, head
from dashboard_project.web.live import Live
from dashboard_project.web.settings_news import SettingsChanged
from dashboard_project.web.urlstate import Notice, ViewState

KEPT_TEXTS = 2_048
"""Per process: dashboards that look at the same say the same."""
SNAPSHOT_SLOT = f"snapshot-{secrets.token_hex(16)}"
"""Stands where an id goes in kept text."""


class Lines:
    """The words of one open dashboard, in its reader's language; each is a partial, or nothing."""

    def __init__(self, choices: Sequence[ScopeChoice], language: str) -> None:
        self._choices = choices
        self._language = language
        self._has_notices = True
        self._came_with: ViewState | None = None
        self._is_as_loaded = True
        self._live = ""
        self._files = ""

    def offer(self, choices: Sequence[ScopeChoice]) -> None:
        """These are the scopes there are now."""
        self._choices = choices

    def begin(self) -> None:
        """A page that drops frames of an older choice may not have what was sent with them."""
        self._live = self._files = ""

    def head(self, board: Board, choice: Choice, state: str) -> str:
        """Its text is kept without its two numbers."""
        work = "idle" if board.is_settled else "loading"
        values = head(
            choice.context, self._choices, choice.view, token=TOKEN_SLOT, seq=SEQ_SLOT, work=work, state=state
        )
        text = _kept(self._language, "head", values)
        return partial("view-head", text.replace(TOKEN_SLOT, str(board.token), 1).replace(SEQ_SLOT, str(choice.seq), 1))

    def live(self, live: Live) -> str:
        """Nothing while it would say what it said last."""
        text = _kept(self._language, "live", live)
        if text == self._live:
            return ""
        self._live = text
        return partial("live", text)

    def files(self, choice: Choice, snapshot_id: str) -> str:
        """Nothing while the same file is offered. Its text is kept without the id."""
        offered = files(dashboard_path(choice.context), choice.view, SNAPSHOT_SLOT if snapshot_id else "")
        text = _kept(self._language, "files", offered).replace(SNAPSHOT_SLOT, snapshot_id)
        if text == self._files:
            return ""
        self._files = text
        return partial("files", text)

    def notices(self, choice: Choice) -> str:
        """What is to be said about this choice; and nothing more of what was said about an older one.

        What a page said as it was loaded stays until something else is looked at: there was hardly time to read it.
        """
        notices, self._came_with = choice.notices, self._came_with or choice.view
        self._is_as_loaded = self._is_as_loaded and choice.view == self._came_with
        if not (notices or (self._has_notices and not self._is_as_loaded)):
            return ""
        self._has_notices = bool(notices)
        return partial("notices", self._render("notices", notices=notices), "innerHTML")

    def notice(self, notice: Notice) -> str:
        """A word of its own, until the next choice."""
        self._has_notices, self._is_as_loaded = True, False
        return partial("notices", self._render("notices", notices=(notice,)), "innerHTML")

    def loaded(self, choice: Choice) -> str:
        """What a person chose is there."""
        label = next((c.title for c in self._choices if c.address == choice.view.scope), choice.context.section_title)
        with translation.override(self._language):
            return _status(gettext("%(scope)s is loaded.") % {"scope": label})

    def updated(self, tiles: int) -> str:
        """So many tiles have changed by themselves."""
        with translation.override(self._language):
            return _status(ngettext("%(count)d tile updated.", "%(count)d tiles updated.", tiles) % {"count": tiles})

    def set_by_somebody(self, news: SettingsChanged) -> str:
        """Who changed the section's parameters, and how."""
        with translation.override(self._language):
            return _status(" ".join(news.sentences))

    def _render(self, template: str, **values: object) -> str:
        return _rendered(self._language, template, **values)


@lru_cache(KEPT_TEXTS)
def _kept(language: str, template: str, said: Head | Live | Files) -> str:
    """The text of what is said, in a template that calls it by its own name."""
    return _rendered(language, template, **{template: said})


def _rendered(language: str, template: str, **values: object) -> str:
    with translation.override(language):
        return get_template(f"dashboard/{template}.html").render(values).strip()


def _status(text: str) -> str:
    return partial("status", escape(text), "innerHTML")
