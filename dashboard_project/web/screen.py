"""The screen of one open dashboard: the driver's updates become frames.

It keeps a board of answers for the request in force and paints only tiles that say something else than before. Deriving
and rendering happen in worker threads; text that was made before leaves without one. The last guard of R3 is here: when
the text is ready, right before it is sent, a frame for a scope that is no longer chosen is dropped.

While updates are paused a refresh is not shown: what stands there stands, and only what a person asks for is painted.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Iterable, Mapping, Sequence
from time import monotonic

from coordinator.actions import ShowLoading, Update
from coordinator.contract import Cause, Token
from courses.contract import ScopeChoice
from dashboard_project.web.board import Board, fold
from dashboard_project.web.choice import Choice
from dashboard_project.web.fragments import RenderedTile, tile_partials
from dashboard_project.web.lines import Lines
from dashboard_project.web.live import Live, is_paused, state_of
from dashboard_project.web.news import News
from dashboard_project.web.present import TILES
from dashboard_project.web.settings_news import SettingsChanged
from dashboard_project.web.tiles import TileMaker, Viewing
from dashboard_project.web.urlstate import Notice
from dashboard_project.web.workers import in_worker
from oracles.contract import DataStamp, OracleKey, OracleResult
from snapshot.contract import Capability
from snapshot.data_snapshot import newest

type Send = Callable[[str], Awaitable[None]]
type Tiles = Mapping[Capability, RenderedTile]
type Keep = Callable[[Viewing, Mapping[OracleKey, OracleResult]], str]
"""Keeps what is shown; its id."""


class DashboardScreen:
    """Implements the coordinator's `Screen`."""

    def __init__(
        self,
        send: Send,
        maker: TileMaker,
        choices: Sequence[ScopeChoice],
        language: str,
        now: Callable[[], float] = monotonic,
        *,
        keep: Keep = lambda _viewing, _results: "",
    ) -> None:
        self._send = send
        self._maker = maker
        self._lines = Lines(choices, language)
        self._language = language
        self._now = now
        self._keep = keep
        self._kept: tuple[Hashable, str] = (None, "")
        self._choice: Choice | None = None
        self._board: Board | None = None
        self._seen: Board | None = None
        """What was painted last: a board whose frame was overtaken has not been seen."""
        self._painted: dict[Capability, RenderedTile] = {}
        self._is_to_announce = False
        self._leaves_page_as_it_is = False
        self._asked: set[Token] = set()
        """Requests of a person; what is not one of them is not shown while the page is paused."""
        self._news = News()
        self._turn = asyncio.Lock()
        self.waiting = 0
        """Updates that are not shown because the page is paused."""
        self.is_delayed = False
        """Hints do not come through; what moves is found later."""
        self.chosen = Token(0)
        """The first request of the choice: what an older one brought is of another choice, even of the same scope."""
        self.on_settled: Callable[[], None] = lambda: None
        """Called when everything that the choice requires has been painted or given up."""

    # ---- what is on the screen ----------------------------------------------------------------------------------

    @property
    def choice(self) -> Choice | None:
        return self._choice

    @property
    def is_settled(self) -> bool:
        """The chosen scope stands there, and nothing it requires is under way."""
        board = self._chosen_board()
        return board is not None and board.is_settled

    def is_at(self, stamp: DataStamp) -> bool:
        board = self._chosen_board()
        return board is not None and board.is_at(stamp)

    def behind(self, stamp: DataStamp) -> int:
        board = self._chosen_board()
        return 0 if board is None else board.behind(stamp)

    def _chosen_board(self) -> Board | None:
        board, choice = self._board, self._choice
        if board is None or choice is None or board.token < self.chosen:
            return None
        return board if board.scope == choice.context.scope else None

    # ---- what a person does -------------------------------------------------------------------------------------

    def choose(self, choice: Choice) -> None:
        """From now on nothing of another scope is sent; every tile of the new one will be.

        A paused page that comes back with its tiles keeps them as they are, until somebody asks for something.
        """
        self._choice = choice
        self._painted = {}
        self._asked = {token for token in self._asked if token >= self.chosen}
        self.waiting = 0
        self._news.forget()
        self._lines.begin()
        self._is_to_announce = choice.shown != choice.view.scope
        self._leaves_page_as_it_is = is_paused(choice.view) and choice.shown == choice.view.scope

    def offer(self, choices: Sequence[ScopeChoice]) -> None:
        """These are the scopes there are now."""
        self._lines.offer(choices)

    async def look(self, choice: Choice) -> None:
        """The same scope, looked at otherwise: tiles that this concerns are derived again, no oracle runs (R19)."""
        self._choice = choice
        self._leaves_page_as_it_is = False
        async with self._turn:
            board = self._chosen_board()
            if board is None:
                return
            if is_paused(choice.view) and board.cause is Cause.DATA_CHANGED:
                board = self._stopped(board)
            self._news.known(await self._show(board, choice, lambda: True))

    def _stopped(self, board: Board) -> Board:
        """What the page has of a refresh, and nothing more of it."""
        seen = self._seen
        if seen is None or seen.scope != board.scope or (seen is board and board.is_settled):
            return board
        self._board = seen.as_it_stands()
        return self._board

    async def say(self, notice: Notice) -> None:
        """A word of its own; nothing else on the page changes. The next choice takes it away again."""
        await self._send(self._lines.notice(notice))

    async def announce(self, news: SettingsChanged) -> None:
        """What somebody set is said aloud, unless something was said a moment ago: its notice stands there anyway."""
        is_silent = self._choice is not None and is_paused(self._choice.view)
        if not is_silent and self._news.take_turn(self._now()):
            await self._send(self._lines.set_by_somebody(news))

    def expect(self) -> None:
        """A person asked for everything again: it is said when it is there."""
        self._is_to_announce = True

    # ---- what happens by itself ---------------------------------------------------------------------------------

    async def paint(self, updates: Sequence[Update], is_current: Callable[[], bool]) -> None:
        async with self._turn:
            for update in updates:
                if not self._holds_back(update):
                    self._board = fold(self._board, update)
            board, choice = self._chosen_board(), self._choice
            if board is None or choice is None:
                return
            if board.is_settled and not is_paused(choice.view):
                self.waiting = 0
            settled = await self._show(board, choice, is_current)
            if board.cause is Cause.DATA_CHANGED:
                self._news.heard(settled)
            else:
                self._news.known(settled)
        await self.tell()

    async def tell(self) -> None:
        """What the page says of itself, if that is something else than before."""
        board, choice = self._chosen_board(), self._choice
        if board is None or choice is None:
            return
        text = self._live(board, choice)
        if not is_paused(choice.view) and (updated := self._news.due(self._now())):
            text += self._lines.updated(updated)
        if text:
            await self._send(text)

    def _holds_back(self, update: Update) -> bool:
        """What a person did not ask for, while the page is paused; resumed, the page asks for the newest."""
        if isinstance(update, ShowLoading) and update.cause is not Cause.DATA_CHANGED:
            self._asked.add(update.token)
        is_held = self._choice is not None and is_paused(self._choice.view)
        return is_held and update.token not in self._asked

    # ---- one frame ----------------------------------------------------------------------------------------------

    async def _show(self, board: Board, choice: Choice, is_current: Callable[[], bool]) -> Tiles:
        """Send what is new to the page; the tiles that stand there for good now, none if nothing was sent."""
        viewing = Viewing(choice.context, choice.view, self._language, self._maker.moment(), choice.sought)
        tiles = await self._tiles(board, choice, viewing)
        changed = {capability: tile for capability, tile in tiles.items() if self._is_new(capability, tile)}
        if self._choice is not choice or not is_current():
            return {}
        is_announced = board.is_complete and self._is_to_announce
        frame = "".join((
            self._lines.head(board, choice, state_of(board, choice.view, self.waiting)),
            tile_partials((capability, tile.html(board.token)) for capability, tile in changed.items()),
            self._live(board, choice),
            self._files(board, choice, viewing),
            self._lines.notices(choice),
            self._lines.loaded(choice) if is_announced else "",
        ))  # fmt: skip
        self._seen = board
        self._painted.update(changed)
        self._is_to_announce = self._is_to_announce and not board.is_complete
        await self._send(frame)
        if board.is_settled:
            self.on_settled()
        return {
            each: tile for each, tile in tiles.items() if board.work(self._maker.needs(each, choice.view)) == "idle"
        }

    def _is_new(self, capability: Capability, tile: RenderedTile) -> bool:
        before = self._painted.get(capability)
        return before is None or before.says != tile.says

    async def _tiles(self, board: Board, choice: Choice, viewing: Viewing) -> Tiles:
        """The text of every tile; what is not kept is made in a worker thread."""
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
        if self._is_left_as_it_is(board):
            return
        for tile in TILES:
            is_loading = board.work(self._maker.needs(tile.capability, choice.view)) == "loading"
            if not (is_loading and choice.shown == choice.view.scope):
                yield tile.capability

    def _is_left_as_it_is(self, board: Board) -> bool:
        return self._leaves_page_as_it_is and board.cause is Cause.SELECTED

    def _files(self, board: Board, choice: Choice, viewing: Viewing) -> str:
        """Where what stands there now can be had: a snapshot of it is kept once nothing is under way any more."""
        if self._is_left_as_it_is(board):
            return ""
        looked_at = (choice.context.scope, choice.context.semantics)
        if board.is_settled and self._maker.keys <= board.results.keys():
            self._kept = (looked_at, self._keep(viewing, {key: board.results[key] for key in self._maker.keys}))
        return self._lines.files(choice, self._kept[1] if self._kept[0] == looked_at else "")

    def _live(self, board: Board, choice: Choice) -> str:
        is_still = is_paused(choice.view)
        return self._lines.live(
            Live(
                newest(board.results),
                choice.context.time_zone,
                is_paused=is_still,
                waiting=self.waiting if is_still else 0,
                is_delayed=self.is_delayed,
            )
        )
