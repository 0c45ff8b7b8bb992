"""Empties the database after a test that commits: what the test wrote goes, what the migrations made stays.

Django's flush empties every table of the project and makes content types and permissions anew, after each of several
hundred tests. Here a table without rows is left alone, and the rows that belong to the models are kept; where a test
has added or removed one of those, Django's flush does it all. The audit is emptied first: the guard that keeps entries
for two years would keep the flush out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.apps import apps
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.core.management.color import no_style
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test import TransactionTestCase

from courses import append_only

OF_MODELS = {ContentType._meta.db_table, Permission._meta.db_table}


@pytest.fixture(scope="session", autouse=True)
def _what_a_test_committed_is_emptied() -> Iterator[None]:
    djangos: Callable[[TransactionTestCase], None] = TransactionTestCase._fixture_teardown  # type: ignore[attr-defined]

    def empty(case: TransactionTestCase) -> None:
        used = [connections[alias] for alias in case._databases_names(include_mirrors=False)]  # type: ignore[attr-defined]
        for connection in used:
            _empty_the_audit(connection)
        if not all(_has_the_rows_of_models(connection.alias) for connection in used):
            djangos(case)
            return
        for connection in used:
            _empty(connection)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", empty)
        yield


def _empty(connection: BaseDatabaseWrapper) -> None:
    ours = set(connection.introspection.django_table_names(only_existing=True, include_views=False)) - OF_MODELS
    written = _with_rows(connection, sorted(ours))
    # TRUNCATE, which PostgreSQL does only together with the tables that refer to these: after a DELETE it would plan
    # the next test's statements with the numbers of this one's rows.
    cascades = connection.vendor == "postgresql"
    with connection.constraint_checks_disabled():  # in SQLite: what all goes is not checked row by row
        connection.ops.execute_sql_flush(connection.ops.sql_flush(no_style(), written, allow_cascade=cascades))


def _with_rows(connection: BaseDatabaseWrapper, tables: list[str]) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + ", ".join(f'EXISTS (SELECT 1 FROM "{table}")' for table in tables))
        return [table for table, has_rows in zip(tables, cursor.fetchone(), strict=True) if has_rows]


def _has_the_rows_of_models(alias: str) -> bool:
    """As many as the models have: no test has touched them."""
    options = [model._meta for model in apps.get_models()]
    permissions = sum(len(each.default_permissions) + len(each.permissions) for each in options)
    types = ContentType.objects.using(alias).count()
    return (types, Permission.objects.using(alias).count()) == (len(options), permissions)


def _empty_the_audit(connection: BaseDatabaseWrapper) -> None:
    table = append_only.AUDIT.table
    if connection.vendor != "sqlite" or not _with_rows(connection, [table]):
        return  # PostgreSQL is flushed with TRUNCATE, which no row trigger sees
    with connection.schema_editor() as editor:
        append_only.remove(apps, editor, append_only.AUDIT)
        editor.execute(f"DELETE FROM {table}")
        append_only.install(apps, editor, append_only.AUDIT)
