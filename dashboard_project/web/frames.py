"""An untrusted frame becomes an event, or a reason why not. Pure.

Frames are what hx-ws sends: one flat JSON object of form fields and a `headers` object, which is not looked at.
Without `op` a frame says what to look at, relative to the view in force: `{"scope": "container:quiz"}` is enough.
`address` says it whole (what is absent is a default). A field `retry` asks for one tile again, or for `all`; `pause`
holds updates back (`true`, `1`) or lets them come (`false`, `0`): the address's `live`, said the other way round.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import msgspec

from dashboard_project.web.urlstate import BY_NAME, DEFAULT, Notice, ViewState, read
from snapshot.contract import Capability

MAX_BYTES = 64 * 1024
MAX_SEQUENCE = 2**53
MAX_SCOPE = 220
LONGEST_NAME = 100
ALL = "all"
OPERATIONS = frozenset({"view", "address"})
LIVE = {"true": "0", "1": "0", "false": "1", "0": "1"}


class BadFrame(Exception):
    """What came is not a frame of ours; the argument is a code, never the frame's text."""


@dataclass(frozen=True, slots=True)
class ViewAsked:
    """Show `state`. Whether that is a new scope or the same one looked at otherwise, the session knows."""

    state: ViewState
    notices: tuple[Notice, ...] = ()
    seq: int = 0
    """The page's own count of its choices, echoed so that the page can drop what answers an older one."""
    shown: str = ""
    """The scope whose tiles the page already has, so that a first or new connection blanks nothing."""


@dataclass(frozen=True, slots=True)
class TileRetried:
    capability: Capability | None
    """`None`: every tile."""


@dataclass(frozen=True, slots=True)
class NameSought:
    """List only learners whose name holds this."""

    text: str = field(repr=False)


type ClientEvent = ViewAsked | TileRetried | NameSought


class _Frame(msgspec.Struct, frozen=True):
    op: str = "view"
    retry: str = ""
    pause: bool | str | int | None = None
    seq: int | str = 0
    shown: str = ""
    sought: str | None = msgspec.field(name="s.name", default=None)


_FRAME = msgspec.json.Decoder(_Frame)
_FIELDS = msgspec.json.Decoder(dict[str, msgspec.Raw])
_VALUE = msgspec.json.Decoder(str | int | list[str])


def parse(text: str | None, data: bytes | None, current: ViewState) -> ClientEvent:
    """The event in a frame, relative to the view the socket has now.

    Raises:
        BadFrame: it is binary, too long, not JSON, not an object, of an unknown operation or of wrong types.

    """
    raw = _checked(text, data)
    try:
        frame = _FRAME.decode(raw)
        fields = _view_fields(raw) + _live(frame.pause)
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise BadFrame("unreadable") from error
    if frame.op not in OPERATIONS:
        raise BadFrame("unknown_operation")
    if frame.retry:
        return TileRetried(_capability(frame.retry))
    if frame.sought is not None:
        return NameSought(" ".join(frame.sought[:LONGEST_NAME].split()))
    return _view_asked(frame, fields, DEFAULT if frame.op == "address" else current)


def _checked(text: str | None, data: bytes | None) -> bytes:
    if text is None or data is not None:
        raise BadFrame("binary")
    if len(text) > MAX_BYTES:
        raise BadFrame("too_long")
    try:
        raw = text.encode()
    except UnicodeEncodeError as error:
        raise BadFrame("unreadable") from error
    if len(raw) > MAX_BYTES:
        raise BadFrame("too_long")
    return raw


def _view_fields(raw: bytes) -> list[tuple[str, str]]:
    """The parameters of an address that the frame carries; fields we do not know are not ours to judge."""
    fields = _FIELDS.decode(raw)
    return [(name, _last(_VALUE.decode(fields[name]))) for name in BY_NAME if name in fields]


def _live(pause: bool | str | int | None) -> list[tuple[str, str]]:
    if pause is None:
        return []
    word = str(pause).lower()
    if word not in LIVE:
        raise BadFrame("bad_pause")
    return [("live", LIVE[word])]


def _last(value: str | int | list[str]) -> str:
    """A form that has a field twice sends a list; as in an address, the last one counts."""
    if isinstance(value, list):
        return value[-1] if value else ""
    return str(value)


def _view_asked(frame: _Frame, fields: list[tuple[str, str]], base: ViewState) -> ViewAsked:
    scope = dict(fields).get("scope", base.scope)
    if scope != base.scope:
        fields = [(name, text) for name, text in fields if not _is_left_over(name, text, base)]
        base = base.at(scope)
    state, notices = read(fields, base)
    return ViewAsked(state, notices, _sequence(frame.seq), frame.shown[:MAX_SCOPE])


def _is_left_over(name: str, text: str, base: ViewState) -> bool:
    """What the form still says of the scope it comes from: a page, a list, a filter that is only of that one."""
    field = BY_NAME[name].field
    return getattr(base, field) != getattr(base.at(""), field) and text == str(getattr(base, field)) and name != "scope"


def _sequence(value: int | str) -> int:
    if isinstance(value, str):
        if not (value.isascii() and value.isdigit() and len(value) < len(str(MAX_SEQUENCE))):
            raise BadFrame("bad_sequence")
        value = int(value)
    if not 0 <= value < MAX_SEQUENCE:
        raise BadFrame("bad_sequence")
    return value


def _capability(tile: str) -> Capability | None:
    if tile == ALL:
        return None
    try:
        return Capability(tile)
    except ValueError as error:
        raise BadFrame("unknown_tile") from error
