"""What a tile shows becomes HTML, and HTML becomes a frame for hx-ws.

Every fragment is the whole `<section id="tile-…">` with its marks and is morphed into place. The text of a tile
depends on everything but the token of the request it answers, so it is rendered once and kept (`RenderedTiles`);
the token is put into the kept text on its way out.
"""

from __future__ import annotations

import hashlib
import secrets
from collections import OrderedDict
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from datetime import datetime
from threading import Lock

from django.template.loader import get_template
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from dashboard_project.web.age import Age
from dashboard_project.web.present import TILE_OF, present
from dashboard_project.web.present.look import PLAIN, Look
from dashboard_project.web.urlstate import ViewState
from snapshot.contract import Capability, Projection, Readiness, Reason

TITLES: dict[Capability, Promise] = {
    Capability.SUMMARY: _("Summary"),
    Capability.PROGRESS: _("Progress"),
    Capability.STUDENT_SUPPORT: _("Student support"),
    Capability.CHALLENGING_OBJECTIVES: _("Challenging objectives"),
    Capability.ASSESSMENTS: _("Assessments"),
}

TOKEN_SLOT = f"token-{secrets.token_hex(16)}"
SEQ_SLOT = f"seq-{secrets.token_hex(16)}"
"""Stand where a number goes in kept text; random, so that no title can hold them."""

KEPT_TILES = 2_000


@dataclass(frozen=True, slots=True)
class TileContent:
    """Everything one tile shows, except to which request it is the answer."""

    capability: Capability
    scope: str
    readiness: Readiness
    work: str
    """`idle`, `loading` (a skeleton), `refreshing` (the old numbers, marked)."""
    projection: Projection | None = None
    reason: Reason | None = None
    source: str = ""
    fingerprint: str = ""
    as_of: datetime | None = None
    zone: str = "UTC"
    age: Age = Age()

    @property
    def title(self) -> Promise:
        return TITLES[self.capability]

    @property
    def template(self) -> str:
        return TILE_OF[self.capability].template

    @property
    def busy(self) -> str:
        return "false" if self.work == "idle" else "true"

    @property
    def as_of_iso(self) -> str:
        return self.as_of.isoformat() if self.as_of else ""

    @property
    def token(self) -> str:
        return TOKEN_SLOT


def skeleton(capability: Capability, scope: str) -> TileContent:
    """A tile of its final size that shows no number: work is under way."""
    return TileContent(capability, scope, Readiness.UNAVAILABLE, "loading")


@dataclass(frozen=True, slots=True)
class RenderedTile:
    """A tile's text, cut where the token goes."""

    before: str
    after: str
    says: bytes
    """Digest of what a reader learns from it; where the numbers came from and when is not part of that."""

    def html(self, token: int) -> str:
        return f"{self.before}{token}{self.after}"


def render(content: TileContent, view: ViewState, look: Look = PLAIN) -> RenderedTile:
    """The text of a tile in the language that is active."""
    body = None if content.projection is None else present(content.capability, content.projection, view, look)
    text = get_template("dashboard/tile.html").render({"tile": content, "body": body})
    before, after = text.strip().split(TOKEN_SLOT)
    return RenderedTile(before, after, _says(content, text))


def _says(content: TileContent, text: str) -> bytes:
    """The marks of the section, and all between them and the foot."""
    said = text[text.index("<header") : text.rindex("<footer")]
    marks = (content.scope, content.readiness, content.work, content.fingerprint)
    return hashlib.blake2b("\0".join((*marks, said)).encode(), digest_size=16).digest()


class RenderedTiles:
    """Text of tiles that was rendered before, newest `size` of them. One per process; used from several threads."""

    def __init__(self, size: int = KEPT_TILES) -> None:
        self._size = size
        self._kept: OrderedDict[Hashable, RenderedTile] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable) -> RenderedTile | None:
        with self._lock:
            tile = self._kept.get(key)
            if tile is not None:
                self._kept.move_to_end(key)
            return tile

    def put(self, key: Hashable, tile: RenderedTile) -> None:
        with self._lock:
            self._kept[key] = tile
            while len(self._kept) > self._size:
                self._kept.popitem(last=False)


def partial(target: str, html: str, swap: str = "outerMorph") -> str:
    """`html` for the element with the id `target`."""
    return f'<hx-partial hx-target="#{target}" hx-swap="{swap}">{html}</hx-partial>'


def tile_partials(tiles: Iterable[tuple[Capability, str]]) -> str:
    return "".join(partial(f"tile-{capability.value}", html) for capability, html in tiles)
