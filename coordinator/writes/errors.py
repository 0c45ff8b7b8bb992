"""What kind of error a sink has raised: by its type and its SQLSTATE, never by its words. Pure.

Types are those of PEP 249, found by name so that no database driver need be imported; SQLSTATE classes are those of
the SQL standard and PostgreSQL.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import Enum, auto

from coordinator.writes.contract import RecordRejected, SinkUnavailable


class Kind(Enum):
    TRANSIENT = auto()
    """The store is away or busy: the same batch may succeed later."""
    DATA = auto()
    """Something in the batch can never be written. Unknown errors too: which record it is, splitting will tell."""
    SINK = auto()
    """The statements are wrong, or we may not run them: no record would fare better."""


BY_SQLSTATE: Mapping[str, Kind] = {
    "08": Kind.TRANSIENT,  # connection
    "21": Kind.DATA,  # cardinality: the same key twice
    "22": Kind.DATA,  # data
    "23": Kind.DATA,  # integrity
    "25006": Kind.TRANSIENT,  # read-only: a standby, until it is promoted
    "28": Kind.SINK,  # authorization
    "3D": Kind.SINK,  # no such database
    "40": Kind.TRANSIENT,  # serialization, deadlock
    "42": Kind.SINK,  # syntax, missing tables, privileges
    "53": Kind.TRANSIENT,  # resources
    "55P03": Kind.TRANSIENT,  # lock not available
    "57": Kind.TRANSIENT,  # cancelled, shutting down, starting up
    "58": Kind.TRANSIENT,  # the server's own disk
}
"""Whole states before their classes (the first two characters)."""

BY_PEP_249: Mapping[str, Kind] = {
    "OperationalError": Kind.TRANSIENT,
    "InterfaceError": Kind.TRANSIENT,
    "InternalError": Kind.TRANSIENT,
    "DataError": Kind.DATA,
    "IntegrityError": Kind.DATA,
    "ProgrammingError": Kind.SINK,
    "NotSupportedError": Kind.SINK,
}

BY_TYPE: tuple[tuple[type[Exception], Kind], ...] = (
    (SinkUnavailable, Kind.TRANSIENT),
    (RecordRejected, Kind.DATA),
    (OSError, Kind.TRANSIENT),  # TimeoutError and ConnectionError are among them
)


def kind_of(error: Exception) -> Kind:
    """Our own types first, then the SQLSTATE, then the types of PEP 249."""
    for kind_of_type, kind in BY_TYPE:
        if isinstance(error, kind_of_type):
            return kind
    state = sqlstate_of(error)
    by_state = BY_SQLSTATE.get(state) or BY_SQLSTATE.get(state[:2])
    return by_state or _by_pep_249(error) or Kind.DATA


def default_retry_classifier(error: Exception) -> bool:
    """Whether the same batch may succeed later."""
    return kind_of(error) is Kind.TRANSIENT


def sqlstate_of(error: BaseException) -> str:
    """Of the error or of what caused it (an ORM wraps the driver's errors); empty if there is none."""
    for cause in _causes(error):
        for name in ("sqlstate", "pgcode"):
            state = getattr(cause, name, None)
            if isinstance(state, str) and state:
                return state
    return ""


def _causes(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    cause: BaseException | None = error
    while cause is not None and id(cause) not in seen:
        seen.add(id(cause))
        yield cause
        cause = cause.__cause__


def _by_pep_249(error: Exception) -> Kind | None:
    return next((BY_PEP_249[cls.__name__] for cls in type(error).__mro__ if cls.__name__ in BY_PEP_249), None)
