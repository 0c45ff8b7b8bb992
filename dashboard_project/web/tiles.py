"""Tiles are made of a board: derive the projection, render its text, keep both.

What a projection says follows from the answers it was made of (which oracle, which version, which stamp), the
settings in force and the minute; so that is the key, and equal keys need no second derivation. The key begins with
the scope, which names its tenant: kept text can never be shown to another one.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from threading import Lock
from typing import Protocol

from django.utils import timezone, translation

from courses.contract import DashboardContext
from dashboard_project.web.age import age_of
from dashboard_project.web.board import Board, Needs, source
from dashboard_project.web.fragments import RenderedTile, RenderedTiles, TileContent, render, skeleton
from dashboard_project.web.present import TILE_OF
from dashboard_project.web.present.look import PLAIN, Look, look_of
from dashboard_project.web.present.people import keys_for, people_of
from dashboard_project.web.urlstate import ViewState
from oracles.contract import Failed, Loaded, OracleKey, OracleResult
from snapshot.contract import Capability, Metadata, Projection, Status, StudentSupportProjection
from snapshot.data_snapshot import metadata, newest

AT_ONCE = 64
"""Locks. Tiles of one scope are made by one thread, however many dashboards ask at once; other scopes rarely wait."""


@dataclass(frozen=True, slots=True)
class Derived:
    projection: Projection | None
    status: Status
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Viewing:
    """Who looks, at what, how, in which language and when: with a board, everything a tile depends on."""

    context: DashboardContext
    view: ViewState
    language: str
    moment: datetime
    sought: str = field(default="", repr=False)
    """Part of a name that somebody looks for."""


class Derive(Protocol):
    """Pure: from answers to what some capabilities say."""

    def __call__(
        self,
        capabilities: Iterable[Capability],
        metadata: Metadata,
        answers: Mapping[OracleKey, OracleResult],
        pending: frozenset[OracleKey],
        /,
    ) -> Mapping[Capability, Derived]: ...


class TileMaker:
    """One per process; used from the event loop (`kept`) and from worker threads (`make`)."""

    def __init__(
        self,
        needs: Mapping[Capability, Needs],
        derive: Derive,
        now: Callable[[], datetime] = timezone.now,
    ) -> None:
        self._needs = needs
        self._derive = derive
        self._now = now
        self._rendered = RenderedTiles()
        self._making = tuple(Lock() for _ in range(AT_ONCE))

    def needs(self, capability: Capability, view: ViewState) -> Needs:
        """What a tile rests on, and what this look at it needs besides."""
        rests_on = self._needs[capability]
        more = keys_for(capability, view) - rests_on.required
        return Needs(rests_on.required, rests_on.optional | more) if more else rests_on

    @property
    def keys(self) -> frozenset[OracleKey]:
        """Every oracle that a tile rests on."""
        return frozenset().union(*(needs.keys for needs in self._needs.values()))

    def more_for(self, view: ViewState) -> frozenset[OracleKey]:
        """What this view needs besides what every dashboard asks."""
        return frozenset().union(*(self.needs(each, view).keys for each in self._needs)) - self.keys

    def moment(self) -> datetime:
        """The present minute: the `now` of every rule, so that a minute's worth of tiles is derived once."""
        return self._now().astimezone(UTC).replace(second=0, microsecond=0)

    def kept(self, capability: Capability, board: Board, viewing: Viewing) -> RenderedTile | None:
        """The text of a tile if it was made before."""
        if _is_private(capability, viewing):
            return None
        return self._rendered.get(self._key(capability, board, viewing))

    def make(
        self, capabilities: Iterable[Capability], board: Board, viewing: Viewing
    ) -> dict[Capability, RenderedTile]:
        """The text of these tiles, kept from now on. Who asks for what is being made waits for it."""
        with self._making[hash((board.scope, viewing.language)) % AT_ONCE]:
            made = {each: tile for each in capabilities if (tile := self.kept(each, board, viewing)) is not None}
            return made | self._make([each for each in capabilities if each not in made], board, viewing)

    def _make(self, capabilities: list[Capability], board: Board, viewing: Viewing) -> dict[Capability, RenderedTile]:
        if not capabilities:
            return {}
        made: dict[Capability, RenderedTile] = {}
        look = self._look(capabilities, board, viewing)
        with translation.override(viewing.language):
            for content in self._contents(capabilities, board, viewing):
                made[content.capability] = render(content, viewing.view, look)
                if not _is_private(content.capability, viewing):
                    self._rendered.put(self._key(content.capability, board, viewing), made[content.capability])
        return made

    def _contents(self, capabilities: list[Capability], board: Board, viewing: Viewing) -> Iterator[TileContent]:
        """Derived together: what several tiles rest on is worked out once."""
        needs = {each: self.needs(each, viewing.view) for each in capabilities}
        answered = [each for each in capabilities if board.work(needs[each]) != "loading"]
        about = metadata(viewing.context, viewing.moment, newest(board.results))
        derived = self._derive(answered, about, board.results, board.pending)
        for capability in capabilities:
            if capability in derived:
                yield self._content(capability, derived[capability], board, viewing)
            else:
                yield skeleton(capability, board.scope.address)

    def _look(self, capabilities: Iterable[Capability], board: Board, viewing: Viewing) -> Look:
        """What the tiles may know beside their projections; who is who, only where one of them asks for it."""
        context = viewing.context
        seen = PLAIN
        if any(keys_for(each, viewing.view) for each in capabilities):
            seen = look_of(viewing.view, people_of(board.results, self._support(board, viewing)), viewing.moment)
        return replace(
            seen,
            now=viewing.moment,
            zone=context.time_zone,
            beside=context.beside,
            may_set=context.may_set,
            names_are_hidden=context.names_are_hidden,
            sought=viewing.sought,
        )

    def _support(self, board: Board, viewing: Viewing) -> StudentSupportProjection | None:
        """Who is in which bucket: derived only for a view that is about one."""
        if not viewing.view.only.startswith("bucket:"):
            return None
        about = metadata(viewing.context, viewing.moment, newest(board.results))
        kind = Capability.STUDENT_SUPPORT
        found = self._derive([kind], about, board.results, board.pending)[kind].projection
        return found if isinstance(found, StudentSupportProjection) else None

    def _content(self, capability: Capability, derived: Derived, board: Board, viewing: Viewing) -> TileContent:
        """Source and age are of the numbers: of what the tile rests on, whatever else a look at it needs."""
        answers = board.answers(self._needs[capability])
        return TileContent(
            capability=capability,
            scope=board.scope.address,
            readiness=derived.status.readiness,
            work=board.work(self.needs(capability, viewing.view)),
            projection=derived.projection,
            reason=derived.status.reason,
            source=source(answers).value,
            fingerprint=derived.fingerprint,
            as_of=newest(answers),
            zone=viewing.context.time_zone,
            age=age_of(answers.values()),
        )

    def _key(self, capability: Capability, board: Board, viewing: Viewing) -> Hashable:
        needs = self.needs(capability, viewing.view)
        work = board.work(needs)
        if work == "loading":
            return capability, board.scope.address, work, viewing.language
        answers = board.answers(needs)
        seen = tuple(getattr(viewing.view, field) for field in sorted(TILE_OF[capability].fields))
        made_of = tuple(_identity(answer) for answer in answers.values())
        return (
            capability,
            board.scope,
            viewing.context.semantics,
            viewing.context.time_zone,
            viewing.context.beside,
            viewing.context.may_set,
            viewing.context.names_are_hidden,
            viewing.language,
            viewing.moment,
            seen,
            work,
            board.pending & needs.keys,
            made_of,
        )


def _is_private(capability: Capability, viewing: Viewing) -> bool:
    """Somebody looks for a name: what they get is not kept, so that no name is part of a key."""
    return capability is Capability.STUDENT_SUPPORT and bool(viewing.sought)


def _identity(answer: OracleResult) -> Hashable:
    match answer:
        case Loaded():
            return answer.key, answer.version, answer.stamp, answer.source, answer.read_at
        case Failed():
            return answer.key, answer.reason
    return answer.key, None
