"""The address is the state: what the instructor looks at, read from a query string and written back. Pure.

Defaults are dropped and the order is canonical, so equal states have equal addresses. A value that means nothing
falls back to its default and leaves a `Notice`; nothing here raises for what a person may type.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from urllib.parse import quote, urlencode

import msgspec

COURSE = "course"
KEY = re.compile(r"[a-z0-9_][a-z0-9_-]{0,199}", re.ASCII | re.IGNORECASE)
PICKS = ("progress", "assessments", "support")
SIDES = ("todo", "done")
"""Of a bar: who is not there yet, and who is."""
LISTS = ("todo", "missing", "late", "awaiting")
"""Of an assessment: without a score, nothing handed in though it is due, handed in late, handed in and not graded."""
BUCKETS = ("struggling", "on_track", "excelling", "not_enough_information")
ROWS_PER_STEP = 20
MAX_ROWS = 10_000
MAX_PAGE = 9_999


class ViewState(msgspec.Struct, frozen=True):
    """A scope and how its tiles are looked at. Only `scope` and `threshold` change a number."""

    scope: str = COURSE
    threshold: int = 100
    mode: str = "count"
    page: int = 1
    bar: str = ""
    """Key of the bar whose learners are listed."""
    side: str = "todo"
    bar_rows: int = ROWS_PER_STEP
    bucket: str = ""
    """Empty: the projection's default bucket."""
    active: str = ""
    """`1` active only, `0` inactive only, empty for all."""
    noted: str = ""
    """`hide`: without those who are marked as not a concern; else they come last."""
    rows: int = ROWS_PER_STEP
    sort: str = "curriculum"
    order: str = "due"
    open: str = ""
    listed: str = ""
    """`<page key>:<list>`: the learners of an assessment that are listed."""
    listed_rows: int = ROWS_PER_STEP
    only: str = ""
    """The learners every tile is about: `bucket:<id>`, `progress:<bar>:<side>` or `assessment:<page key>:<list>`."""
    pick: str = ""
    """The list whose shown learners are all selected at first: one of PICKS."""
    live: str = "1"

    def at(self, scope: str) -> ViewState:
        """The same view of another scope; what belonged to the old one (page, open card, lists, rows) is let go."""
        return msgspec.structs.replace(
            self,
            scope=scope,
            page=1,
            bar="",
            bar_rows=ROWS_PER_STEP,
            rows=ROWS_PER_STEP,
            open="",
            listed="",
            listed_rows=ROWS_PER_STEP,
            pick="",
            only=self.only if self.only.startswith("bucket:") else "",
        )


@dataclass(frozen=True, slots=True)
class Notice:
    """Something asked for was not understood or is not there; the words are in `templates/dashboard/notice.html`."""

    code: str
    """`unknown_parameter`, `invalid_value`, `unknown_scope`, `unreadable_message`, …"""
    parameter: str = ""


class Nonsense(ValueError):
    """A value that its parameter cannot have."""


type Reader = Callable[[str], str | int]


def _one_of(*allowed: str) -> Reader:
    def read(text: str) -> str:
        if text not in allowed:
            raise Nonsense(text)
        return text

    return read


def _number(low: int, high: int, step: int = 1) -> Reader:
    def read(text: str) -> int:
        if not (text.isascii() and text.isdigit() and len(text) <= len(str(high))):
            raise Nonsense(text)
        number = int(text)
        if not low <= number <= high or number % step:
            raise Nonsense(text)
        return number

    return read


def _key(text: str) -> str:
    if text and not KEY.fullmatch(text):
        raise Nonsense(text)
    return text


def _listed(text: str) -> str:
    key, _, which = text.partition(":")
    if text and not (KEY.fullmatch(key) and which in LISTS):
        raise Nonsense(text)
    return text


def _only(text: str) -> str:
    match text.split(":"):
        case [""]:
            return text
        case ["bucket", bucket] if bucket in BUCKETS:
            return text
        case ["progress", key, side] if KEY.fullmatch(key) and side in SIDES:
            return text
        case ["assessment", key, which] if KEY.fullmatch(key) and which in LISTS:
            return text
    raise Nonsense(text)


def _scope(text: str) -> str:
    kind, _, key = text.partition(":")
    if text != COURSE and not (kind == "container" and KEY.fullmatch(key)):
        raise Nonsense(text)
    return text


@dataclass(frozen=True, slots=True)
class Parameter:
    name: str
    field: str
    read: Reader


# Canonical order of the address.
PARAMETERS = (
    Parameter("scope", "scope", _scope),
    Parameter("p.threshold", "threshold", _number(10, 100, 10)),
    Parameter("p.mode", "mode", _one_of("count", "percent")),
    Parameter("p.page", "page", _number(1, MAX_PAGE)),
    Parameter("p.open", "bar", _key),
    Parameter("p.side", "side", _one_of(*SIDES)),
    Parameter("p.rows", "bar_rows", _number(ROWS_PER_STEP, MAX_ROWS, ROWS_PER_STEP)),
    Parameter("s.bucket", "bucket", _one_of("", *BUCKETS)),
    Parameter("s.active", "active", _one_of("", "0", "1")),
    Parameter("s.noted", "noted", _one_of("", "hide")),
    Parameter("s.rows", "rows", _number(ROWS_PER_STEP, MAX_ROWS, ROWS_PER_STEP)),
    Parameter("o.sort", "sort", _one_of("curriculum", "proficiency")),
    Parameter("a.order", "order", _one_of("due", "recent")),
    Parameter("a.open", "open", _key),
    Parameter("a.list", "listed", _listed),
    Parameter("a.rows", "listed_rows", _number(ROWS_PER_STEP, MAX_ROWS, ROWS_PER_STEP)),
    Parameter("f", "only", _only),
    Parameter("pick", "pick", _one_of("", *PICKS)),
    Parameter("live", "live", _one_of("0", "1")),
)
BY_NAME = {parameter.name: parameter for parameter in PARAMETERS}
DEFAULT = ViewState()
BEGINS = {
    "bar": ("bar_rows", "pick"),
    "side": ("bar_rows", "pick"),
    "listed": ("listed_rows", "pick"),
    "bucket": ("pick",),
    "active": ("pick",),
    "only": ("pick",),
}
"""A list that is another one begins at its first rows, with nobody selected."""


def read(pairs: Iterable[tuple[str, str]], base: ViewState = DEFAULT) -> tuple[ViewState, tuple[Notice, ...]]:
    """`base` with these parameters applied; a value that means nothing gives the default and a notice."""
    changes: dict[str, str | int] = {}
    notices: list[Notice] = []
    for name, text in pairs:
        parameter = BY_NAME.get(name)
        if parameter is None:
            notices.append(Notice("unknown_parameter"))
            continue
        try:
            changes[parameter.field] = parameter.read(text)
        except Nonsense:
            changes[parameter.field] = getattr(DEFAULT, parameter.field)
            notices.append(Notice("unknown_scope" if name == "scope" else "invalid_value", name))
    for chosen, of_list in BEGINS.items():
        if changes.get(chosen, getattr(base, chosen)) != getattr(base, chosen):
            for field in of_list:
                changes.setdefault(field, getattr(DEFAULT, field))
    return msgspec.structs.replace(base, **changes), tuple(dict.fromkeys(notices))


def pairs_of(state: ViewState) -> list[tuple[str, str]]:
    """What differs from the default, in canonical order."""
    return [
        (parameter.name, str(value))
        for parameter in PARAMETERS
        if (value := getattr(state, parameter.field)) != getattr(DEFAULT, parameter.field)
    ]


def write(state: ViewState) -> str:
    """The query string of a state, with its `?`; empty for the default view of the whole course."""
    text = urlencode(pairs_of(state), safe=":", quote_via=quote)
    return f"?{text}" if text else ""
