"""The screen of one open dashboard: the driver's updates become frames.

It keeps a board of answers for the request in force and paints only tiles whose text changed. Deriving and
rendering happen in worker threads; text that was made before leaves without one. The last guard of R3 is here:
when the text is ready, right before it is sent, a frame for a scope that is no longer chosen is dropped.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass

from django.template.loader import get_template
from django.utils import translation
from django.utils.html import escape
from django.utils.translation import gettext

from coordinator.actions import Update
from courses.contract import DashboardContext, ScopeChoice
from dashboard_project.web.board import Board, fold
from dashboard_project.web.fragments import SEQ_SLOT, TOKEN_SLOT, RenderedTile, partial, tile_partials
from dashboard_project.web.head import head
from dashboard_project.web.present import TILES
from dashboard_project.web.tiles import TileMaker, Viewing
from dashboard_project.web.urlstate import Notice, ViewState
from dashboard_project.web.workers import in_worker
from snapshot.contract import Capability

KEPT_HEADS = 32

type Send = Callable[[str], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Choice:
    """What the instructor looks at now. Replaced as a whole, so that a frame can tell whether it is still wanted."""

    context: DashboardContext
    view: ViewState
    seq: int = 0
    shown: str = ""
    """The scope whose tiles the page had when it asked."""
    notices: tuple[Notice, ...] = ()


class DashboardScreen:
    """Implements the coordinator's `Screen`."""

    def __init__(self, send: Send, maker: TileMaker, choices: Sequence[ScopeChoice], language: str) -> None:
        self._send = send
        self._maker = maker
        self._choices = choices
        self._language = language
        self._choice: Choice | None = None
        self._board: Board | None = None
        self._painted: dict[Capability, RenderedTile] = {}
        self._is_to_announce = False
        self._has_notices = True
        self._heads: dict[tuple[ViewState, str], str] = {}
        self._turn = asyncio.Lock()

    @property
    def choice(self) -> Choice | None:
        return self._choice

    def choose(self, choice: Choice) -> None:
        """From now on nothing of another scope is sent; every tile of the new one will be."""
        self._choice = choice
        self._painted = {}
        self._is_to_announce = choice.shown != choice.view.scope

    async def look(self, choice: Choice) -> None:
        """The same scope, looked at otherwise: tiles that this concerns are derived again, no oracle runs (R19)."""
        self._choice = choice
        async with self._turn:
            if self._board is not None and self._board.scope == choice.context.scope:
                await self._show(self._board, choice, lambda: True)

    async def paint(self, updates: Sequence[Update], is_current: Callable[[], bool]) -> None:
        async with self._turn:
            for update in updates:
                self._board = fold(self._board, update)
            choice = self._choice
            if self._board is None or choice is None or self._board.scope != choice.context.scope:
                return
            await self._show(self._board, choice, is_current)

    async def say(self, notice: Notice) -> None:
        """A word of its own; nothing else on the page changes. The next choice takes it away again."""
        self._has_notices = True
        await self._send(partial("notices", self._words((notice,)), "innerHTML"))

    async def _show(self, board: Board, choice: Choice, is_current: Callable[[], bool]) -> None:
        tiles = await self._tiles(board, choice)
        changed = {capability: tile for capability, tile in tiles.items() if self._painted.get(capability) != tile}
        frame = "".join((
            partial("view-head", self._head(board, choice)),
            tile_partials((capability, tile.html(board.token)) for capability, tile in changed.items()),
            self._notices(choice),
            self._announcement(board, choice),
        ))  # fmt: skip
        if self._choice is not choice or not is_current():
            return
        self._painted.update(changed)
        self._is_to_announce = self._is_to_announce and not board.is_complete
        await self._send(frame)

    async def _tiles(self, board: Board, choice: Choice) -> dict[Capability, RenderedTile]:
        """The text of every tile; what is not kept is made in a worker thread."""
        viewing = Viewing(choice.context, choice.view, self._language, self._maker.moment())
        shown: dict[Capability, RenderedTile] = {}
        missing: list[Capability] = []
        for capability in self._paintable(board, choice):
            kept = self._maker.kept(capability, board, viewing)
            if kept is None:
                missing.append(capability)
            else:
                shown[capability] = kept
        if missing:
            shown |= await in_worker(self._maker.make, missing, board, viewing)
        return shown

    def _paintable(self, board: Board, choice: Choice) -> Iterable[Capability]:
        """All tiles; but a page that has this scope's tiles already is not blanked while they load."""
        for tile in TILES:
            is_loading = board.work(self._maker.needs(tile.capability)) == "loading"
            if not (is_loading and choice.shown == choice.view.scope):
                yield tile.capability

    def _head(self, board: Board, choice: Choice) -> str:
        """The head's text; rendered once for each view, then only its two numbers change."""
        work = "idle" if board.is_complete else "loading"
        key = (choice.view, work)
        if key not in self._heads:
            while len(self._heads) >= KEPT_HEADS:
                del self._heads[next(iter(self._heads))]
            values = head(choice.context, self._choices, choice.view, token=TOKEN_SLOT, seq=SEQ_SLOT, work=work)
            with translation.override(self._language):
                text = get_template("dashboard/head.html").render({"head": values}).strip()
            self._heads[key] = text
        return self._heads[key].replace(TOKEN_SLOT, str(board.token), 1).replace(SEQ_SLOT, str(choice.seq), 1)

    def _notices(self, choice: Choice) -> str:
        """What is to be said about this choice; and nothing more of what was said about an older one."""
        if not (choice.notices or self._has_notices):
            return ""
        self._has_notices = bool(choice.notices)
        return partial("notices", self._words(choice.notices), "innerHTML")

    def _words(self, notices: tuple[Notice, ...]) -> str:
        with translation.override(self._language):
            return get_template("dashboard/notices.html").render({"notices": notices}).strip()

    def _announcement(self, board: Board, choice: Choice) -> str:
        """Once for each scope that a person chose, when all that is required is there."""
        if not (board.is_complete and self._is_to_announce):
            return ""
        label = next((c.title for c in self._choices if c.address == choice.view.scope), choice.context.section_title)
        with translation.override(self._language):
            return partial("status", escape(gettext("%(scope)s is loaded.") % {"scope": label}), "innerHTML")
