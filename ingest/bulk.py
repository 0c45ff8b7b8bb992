"""One SQL text, many rows, on both databases.

A statement names its rows as `{rows}`: a derived table `r` that has the tenant, the section and the given columns. On
PostgreSQL that is one statement over `unnest`; on SQLite it is `executemany`, as fast as SQLite goes. Callers sort rows
by key, so two writers never lock in opposite order.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

from django.db import connection

from oracles.contract import TenantId

Value = str | int | float | bool | bytes | UUID | datetime | None
Row = tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Statement:
    """SQL with `{rows}`; `columns` are the names and PostgreSQL types of a row, as `name type` each.

    `dialects` has further parts of the text: name in braces → database → text.
    """

    sql: str
    columns: tuple[str, ...]
    dialects: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def run(self, tenant_id: TenantId, section_id: int, rows: Sequence[Row]) -> int:
        """Executed for every row; returns how many rows of the table were written."""
        if not rows:
            return 0
        owner = f"{int(tenant_id)} AS institution_id, {int(section_id)} AS section_id"
        if connection.vendor == "postgresql":
            return self._at_once(owner, rows)
        return self._one_by_one(owner, rows)

    def _at_once(self, owner: str, rows: Sequence[Row]) -> int:
        names = ", ".join(column.split(" ", 1)[0] for column in self.columns)
        arrays = ", ".join(f"%s::{column.split(' ', 1)[1]}[]" for column in self.columns)
        derived = f"(SELECT {owner}, u.* FROM unnest({arrays}) AS u({names})) AS r"  # noqa: S608 - names from constants
        with connection.cursor() as cursor:
            cursor.execute(self._text(derived), [array(column) for column in zip(*rows, strict=True)])
            return int(cursor.rowcount)

    def _one_by_one(self, owner: str, rows: Sequence[Row]) -> int:
        values = ", ".join(f"%s AS {column.split(' ', 1)[0]}" for column in self.columns)
        with connection.cursor() as cursor:
            cursor.executemany(self._text(f"(SELECT {owner}, {values}) AS r"), rows)
            return int(cursor.rowcount)

    def _text(self, rows: str) -> str:
        parts = {name: texts[connection.vendor] for name, texts in self.dialects.items()}
        return self.sql.format(rows=rows, **parts)


@dataclass(frozen=True, slots=True)
class Insert:
    """New rows of a table; `columns` as in `Statement`. Both databases have a shorter way for this.

    PostgreSQL copies the rows into a temporary table and inserts from there: COPY into the table itself would be no
    faster, and refused under row-level security. `unnest` takes twice the time. SQLite saves 3 µs a row.
    """

    table: str
    columns: tuple[str, ...]

    def run(self, tenant_id: TenantId, section_id: int, rows: Sequence[Row]) -> int:
        """Every row is in the table; returns how many."""
        if not rows:
            return 0
        names = [column.split(" ", 1)[0] for column in self.columns]
        into = f"INSERT INTO {self.table} (institution_id, section_id, {', '.join(names)})"
        owner = f"{int(tenant_id)}, {int(section_id)}"
        if connection.vendor == "postgresql":
            return self._staged(f"{into} SELECT {owner}, {', '.join(names)}", names, rows)
        with connection.cursor() as cursor:
            cursor.executemany(f"{into} VALUES ({owner}, {', '.join('%s' for _ in names)})", rows)
            return int(cursor.rowcount)

    def _staged(self, insert: str, names: Sequence[str], rows: Sequence[Row]) -> int:
        staged = f"staged_{self.table}"
        columns = ", ".join(self.columns)
        with connection.cursor() as cursor:
            # Emptied, because there may have been a batch before in this transaction.
            cursor.execute(
                f"CREATE TEMPORARY TABLE IF NOT EXISTS {staged} ({columns}) ON COMMIT DELETE ROWS; DELETE FROM {staged}"  # noqa: S608 - names from constants
            )
            with cursor.copy(f"COPY {staged} ({', '.join(names)}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            cursor.execute(f"{insert} FROM {staged}")
            return int(cursor.rowcount)


def array(values: Sequence[Value]) -> str:
    """Numbers, truth values, times or ids as PostgreSQL writes arrays of them; none of these needs an escape.

    The driver's own way takes five times as long: it looks at every value for what it might have to escape.
    """
    return "{" + ",".join(["NULL" if value is None else str(value) for value in values]) + "}"


class Encoder:
    """Python values as the database's driver takes them; remembers times, of which a batch has few."""

    def __init__(self) -> None:
        self._is_sqlite = connection.vendor == "sqlite"
        self._times: dict[datetime, str] = {}

    def time(self, moment: datetime) -> str | datetime:
        """UTC; text on SQLite, in the form that Django reads and that sorts as time does."""
        if not self._is_sqlite:
            return moment
        text = self._times.get(moment)
        if text is None:
            text = self._times[moment] = str(moment.astimezone(UTC).replace(tzinfo=None))
        return text

    def uuid(self, value: UUID) -> str:
        """As text, which is written, sorted and sent without being made anew; on SQLite as Django stores it."""
        return value.hex if self._is_sqlite else str(value)
