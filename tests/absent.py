"""A database of which a part is away."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import DatabaseError, connection


@contextmanager
def table_away(name: str, verb: str = "") -> Iterator[None]:
    """Statements in which this name stands fail; only those that begin with the verb, where one is given."""

    def refuse(execute: Callable[..., object], sql: str, *rest: object) -> object:
        if name in sql and sql.startswith(verb):
            raise DatabaseError(f"{name} is away")
        return execute(sql, *rest)

    with connection.execute_wrapper(refuse):
        yield
