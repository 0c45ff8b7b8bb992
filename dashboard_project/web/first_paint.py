"""The tiles of the first paint: what the cache has, at once; or everything, for a reader without JavaScript."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping

from django.conf import settings

from coordinator.answers import answers_for
from coordinator.contract import Profile, Token
from dashboard_project import wiring
from dashboard_project.web.board import Board
from dashboard_project.web.fragments import RenderedTile
from dashboard_project.web.page import FIRST_TOKEN, FirstPaint
from dashboard_project.web.parts import NEEDS, PROFILE, TILE_MAKER
from dashboard_project.web.present import TILES
from dashboard_project.web.shown import SHOWN
from dashboard_project.web.tiles import Viewing
from dashboard_project.web.workers import in_worker
from oracles.contract import OracleKey, OracleResult, Scope
from snapshot.contract import Capability
from snapshot.data_snapshot import newest

log = logging.getLogger("lectern.page")

BUDGET_SECONDS = 0.06
"""A browser is kept waiting no longer: the socket brings it the rest, tile by tile."""
PROGRAM_SECONDS = 5.0
"""A program that opens no socket gets the numbers with the page, if they are there by then."""
KEYS: frozenset[OracleKey] = frozenset().union(*(needs.keys for needs in NEEDS.values()))


_AHEAD: set[asyncio.Task[Mapping[OracleKey, OracleResult]]] = set()
"""Answers that a page did not wait for: they go on, bounded by their own deadlines, and warm the cache."""


async def first_paint(viewing: Viewing, *, for_program: bool = False) -> FirstPaint:
    """Tiles whose answers are there within the budget of the reader; the others are skeletons that the socket fills."""
    scope = viewing.context.scope
    cached = await _cached(scope, _keys(viewing))
    if cached.keys() >= _keys(viewing):
        return await _paint(viewing, cached)
    task = asyncio.create_task(answers_for(scope, _profile(viewing), wiring.ports(), wiring.limits()))
    _AHEAD.add(task)
    task.add_done_callback(_AHEAD.discard)
    done, _ = await asyncio.wait({task}, timeout=PROGRAM_SECONDS if for_program else _budget())
    return await _paint(viewing, task.result() if done else cached)


async def complete_paint(viewing: Viewing) -> FirstPaint:
    """Every tile: with its numbers, or with the reason why there are none."""
    scope = viewing.context.scope
    return await _paint(viewing, await answers_for(scope, _profile(viewing), wiring.ports(), wiring.limits()))


def _keys(viewing: Viewing) -> frozenset[OracleKey]:
    """What the view needs: more than the usual where it lists learners or is about some of them."""
    return KEYS | TILE_MAKER.more_for(viewing.view)


def _profile(viewing: Viewing) -> Profile:
    return Profile(PROFILE.required, PROFILE.optional | (_keys(viewing) - PROFILE.keys))


async def _cached(scope: Scope, keys: frozenset[OracleKey]) -> Mapping[OracleKey, OracleResult]:
    """The hits, if the cache answers within the budget."""
    try:
        async with asyncio.timeout(_budget()):
            return dict(await wiring.ports().cache.consult(scope, keys))
    except Exception:
        log.warning("first_paint_without_cache", exc_info=True)
        return {}


def _budget() -> float:
    return float(getattr(settings, "FIRST_PAINT_SECONDS", BUDGET_SECONDS))


async def _paint(viewing: Viewing, results: Mapping[OracleKey, OracleResult]) -> FirstPaint:
    pending = _keys(viewing) - frozenset(results)
    board = Board(Token(FIRST_TOKEN), viewing.context.scope, results, pending, is_complete=not pending)
    tiles: dict[Capability, RenderedTile] = {}
    for tile in TILES:
        kept = TILE_MAKER.kept(tile.capability, board, viewing)
        if kept is not None:
            tiles[tile.capability] = kept
    missing = [tile.capability for tile in TILES if tile.capability not in tiles]
    if missing:
        tiles |= await in_worker(TILE_MAKER.make, missing, board, viewing)
    snapshot_id = SHOWN.keep(viewing, {key: results[key] for key in KEYS}) if board.is_complete else ""
    return FirstPaint(tiles, board.is_complete, newest(results), snapshot_id)
