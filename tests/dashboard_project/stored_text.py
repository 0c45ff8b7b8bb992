"""Every text that the database holds, whatever table it stands in: read past all models."""

from __future__ import annotations

import json
from collections.abc import Iterator

from django.db import connection

TEXTS = ("char", "text", "json", "clob", "inet")


def texts() -> Iterator[tuple[str, str]]:
    """Table and text, of every column that can hold one."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            for column in _text_columns(table):
                cursor.execute(f'SELECT CAST("{column}" AS TEXT) FROM "{table}" WHERE "{column}" IS NOT NULL')
                yield from ((f"{table}.{column}", text) for (text,) in cursor.fetchall())


def holding(*marks: str) -> list[str]:
    """The columns in which one of these stands, as it is or as JSON writes it."""
    spellings = {spelling.lower() for mark in marks for spelling in (mark, json.dumps(mark)[1:-1])}
    return sorted({where for where, text in texts() if any(each in text.lower() for each in spellings)})


def _text_columns(table: str) -> list[str]:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            rows = cursor.execute(f'PRAGMA table_info("{table}")').fetchall()
            kinds = {name: kind for _, name, kind, *_ in rows}
        else:
            cursor.execute(
                "SELECT column_name, data_type FROM information_schema.columns"
                " WHERE table_schema = 'public' AND table_name = %s",
                [table],
            )
            kinds = dict(cursor.fetchall())
    return [name for name, kind in kinds.items() if any(word in kind.lower() for word in TEXTS)]
