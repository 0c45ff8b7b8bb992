"""One oracle, asked in one read transaction: the stamp first, then the answer, both of one moment of the data.

The stamp is read before the data and in the same snapshot, so it never claims more than what was read.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace

from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from courses.scopes import arrival_of, span_of, stamp_of
from oracles.contract import DataStamp, Oracle, OracleContext, Payload
from oracles.runner.cancellation import Question


@dataclass(frozen=True, slots=True)
class Reading:
    payload: Payload
    stamp: DataStamp


def read(oracle: Oracle, context: OracleContext, seconds: float, question: Question) -> Reading:
    """What the oracle answers, and the stamp of the data it was read from; the context's span is looked up here.

    Raises Stopped, ScopeGone when the container is, or what the database or the oracle raises.
    """
    connection = connections[context.database]
    connection.ensure_connection()
    with _snapshot(connection, seconds), question.on(connection):
        stamp = stamp_of(context.scope, context.database)
        span = span_of(context.scope, context.database)
        arrived_at = arrival_of(context.scope, stamp.as_of, context.database)
        return Reading(oracle.load(replace(context, span=span)), replace(stamp, arrived_at=arrived_at))


def _snapshot(connection: BaseDatabaseWrapper, seconds: float) -> AbstractContextManager[None]:
    if connection.vendor == "postgresql":
        return _snapshot_of_postgresql(connection, seconds)
    return _snapshot_of_sqlite(connection)


@contextmanager
def _snapshot_of_postgresql(connection: BaseDatabaseWrapper, seconds: float) -> Iterator[None]:
    with transaction.atomic(using=connection.alias):
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            cursor.execute("SELECT set_config('statement_timeout', %s, true)", [str(int(seconds * 1000))])
        yield


@contextmanager
def _snapshot_of_sqlite(connection: BaseDatabaseWrapper) -> Iterator[None]:
    # Not atomic(): with transaction_mode IMMEDIATE it would take the write lock, and readers would wait for writers.
    # There is no statement timeout: the runner's deadline interrupts the statement.
    driver = connection.connection
    driver.execute("BEGIN DEFERRED")
    try:
        yield
    finally:
        if driver.in_transaction:
            driver.execute("ROLLBACK")
