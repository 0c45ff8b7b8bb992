"""Empties the audit after a test that commits: the guard that keeps entries for two years would keep the flush out."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.apps import apps
from django.db import connection

from courses import append_only


@pytest.fixture(autouse=True)
def _audit_is_emptied(request: pytest.FixtureRequest) -> Iterator[None]:
    marker = request.node.get_closest_marker("django_db")
    if not (marker and marker.kwargs.get("transaction")) or connection.vendor != "sqlite":
        yield  # PostgreSQL is flushed with TRUNCATE, which no row trigger sees
        return
    request.getfixturevalue("transactional_db")  # so that this is over before the flush
    yield
    with connection.schema_editor() as editor:
        append_only.remove(apps, editor, append_only.AUDIT)
        editor.execute(f"DELETE FROM {append_only.AUDIT.table}")
        append_only.install(apps, editor, append_only.AUDIT)
