"""`python -m bench.floors.importing 300` (learners of a generated class) or `… FILE.zip` (OULAD, its first
presentation): an import into an empty database, then the same rows written bare.

Prints `{"imported": …, "bare": …}`, both in events per second.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

import django
from django.core.management import call_command
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.utils import timezone

from coordinator.writes.contract import Outcome

if TYPE_CHECKING:
    from ingest.importing import Prepared

TABLES = (
    "courses_learningevent",
    "courses_activityattempt",
    "courses_pageprogress",
    "courses_objectiveevidence",
    "courses_assessmentscore",
    "courses_learneractivity",
)


def main(source: str) -> None:
    django.setup()
    call_command("migrate", verbosity=0)
    count, seconds = _imported(source)
    print(json.dumps({"imported": count / seconds, "bare": count / _bare()}))


def _imported(source: str) -> tuple[int, float]:
    """Events, and the seconds from the first that is read to the last that is stored."""
    from courses.models import Institution, Section  # noqa: PLC0415  needs Django
    from ingest.bulk_writing import write_events  # noqa: PLC0415
    from ingest.sinks import EventSink  # noqa: PLC0415
    from ingest.structure import write_section  # noqa: PLC0415
    from oracles.contract import TenantId  # noqa: PLC0415

    prepared = _generated(int(source)) if source.isdigit() else _oulad(Path(source))
    tenant = TenantId(Institution.objects.create(slug="bench", name="Bench").pk)
    write_section(tenant, prepared.section)
    sink = EventSink(tenant, Section.objects.for_tenant(tenant).get())
    started_at = perf_counter()
    tally = write_events(sink, prepared.events(), lambda _count: None)
    return tally.outcomes[Outcome.WRITTEN], perf_counter() - started_at


def _generated(learners: int) -> Prepared:
    """Its events are made beforehand: their making is no part of an import."""
    from bench.classes import generated  # noqa: PLC0415  needs Django
    from ingest.importing import Prepared  # noqa: PLC0415

    made = generated(learners, timezone.now())
    events = list(made.events())
    return Prepared(made.record, lambda: events)


def _oulad(path: Path) -> Prepared:
    """Checked beforehand, read from the file while it is imported."""
    from ingest.adapters.oulad.adapter import prepare  # noqa: PLC0415  needs Django
    from ingest.importing import refuse  # noqa: PLC0415

    return next(iter(prepare(path, None, None, refuse)))


def _bare() -> float:
    """Seconds for the rows of all tables, without the checks of keys."""
    return BARE[connection.vendor]()


def _bare_sqlite() -> float:
    with connection.cursor() as cursor:
        kept = {table: cursor.execute(f"SELECT * FROM {table}").fetchall() for table in TABLES}
        cursor.execute("PRAGMA foreign_keys=OFF")
        for (trigger,) in cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            cursor.execute(f"DROP TRIGGER {trigger}")
        for table in TABLES:
            cursor.execute(f"DELETE FROM {table}")
        started_at = perf_counter()
        with transaction.atomic():
            for table, rows in kept.items():
                places = ", ".join(["%s"] * len(rows[0])) if rows else ""
                if rows:
                    cursor.executemany(f"INSERT INTO {table} VALUES ({places})", rows)
        return perf_counter() - started_at


def _bare_postgresql() -> float:
    with connection.cursor() as cursor:
        kept = {table: _copied_out(cursor, table) for table in TABLES}
        cursor.execute(f"TRUNCATE {', '.join(TABLES)} CASCADE")
        cursor.execute("SET session_replication_role = replica")  # no triggers, so no checks of keys
        started_at = perf_counter()
        with transaction.atomic():
            for table, rows in kept.items():
                with cursor.copy(f"COPY {table} FROM STDIN") as copy:
                    copy.write(rows)
        return perf_counter() - started_at


def _copied_out(cursor: CursorWrapper, table: str) -> bytes:
    with cursor.copy(f"COPY {table} TO STDOUT") as copy:
        return b"".join(copy)


BARE = {"sqlite": _bare_sqlite, "postgresql": _bare_postgresql}


if __name__ == "__main__":
    main(sys.argv[1])
