"""Oracles made for tests: one that takes its time in the database, one that never ends, ones that fail."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event

from django.db import OperationalError, connections

from oracles.contract import Domain, Oracle, OracleContext, OracleKey, Payload
from oracles.payloads import SchedulePosition
from oracles.registry import registry

COUNT = """
    WITH RECURSIVE number(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM number WHERE i < %s)
    SELECT COUNT(*) FROM number
"""
BUSY, ENDLESS, BROKEN, UNPLUGGED = (OracleKey(name) for name in ("busy", "endless", "broken", "unplugged"))


class Questions:
    """The table, and what its oracles have seen."""

    def __init__(self, numbers: int = 20_000) -> None:
        self.numbers = numbers
        self.began = Event()
        self.loads = 0
        self.table = registry(
            [
                row(BUSY, self.busy),
                row(ENDLESS, self.endless),
                row(BROKEN, self.broken),
                row(UNPLUGGED, self.unplugged),
            ]
        )

    def busy(self, context: OracleContext) -> SchedulePosition:
        self.loads += 1
        return SchedulePosition(label=str(counted(context, self.numbers)))

    def endless(self, context: OracleContext) -> SchedulePosition:
        self.loads += 1
        self.began.set()
        return SchedulePosition(label=str(counted(context, 10**12)))

    def broken(self, context: OracleContext) -> SchedulePosition:
        raise KeyError(context.scope.section_id)

    def unplugged(self, context: OracleContext) -> SchedulePosition:
        raise OperationalError("server closed the connection unexpectedly")


def row(key: OracleKey, load: Callable[[OracleContext], Payload]) -> Oracle:
    return Oracle(key=key, version=1, reads=frozenset({Domain.STRUCTURE}), payload=SchedulePosition, load=load)


def counted(context: OracleContext, numbers: int) -> int:
    with connections[context.database].cursor() as cursor:
        cursor.execute(COUNT, [numbers])
        return int(cursor.fetchone()[0])
