"""What changed by itself, gathered: told at most every thirty seconds, however often it happens. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from dashboard_project.web.fragments import RenderedTile
from snapshot.contract import Capability

EVERY_SECONDS = 30.0


class News:
    """Remembers what each tile said when it last stood still."""

    def __init__(self) -> None:
        self._said: dict[Capability, bytes] = {}
        self._changed: set[Capability] = set()
        self._told_at = float("-inf")

    def known(self, tiles: Mapping[Capability, RenderedTile]) -> None:
        """A person asked for this: it is no news."""
        self._said |= {capability: tile.says for capability, tile in tiles.items()}

    def heard(self, tiles: Mapping[Capability, RenderedTile]) -> None:
        """A refresh came: the tiles say this now."""
        self._changed |= {each for each, tile in tiles.items() if self._said.get(each, tile.says) != tile.says}
        self.known(tiles)

    def forget(self) -> None:
        """Another scope: what changed in the old one is of no interest."""
        self._said.clear()
        self._changed.clear()

    def take_turn(self, now: float) -> bool:
        """Whether something else may be told now; from then on it was the one thing told."""
        if now - self._told_at < EVERY_SECONDS:
            return False
        self._told_at = now
        return True

    def due(self, now: float) -> int:
        """How many tiles have changed since it was last told, if it may be told now; from then on it was."""
        if not self._changed or now - self._told_at < EVERY_SECONDS:
            return 0
        self._told_at = now
        count = len(self._changed)
        self._changed.clear()
        return count
