"""Tells the database's planner what an import has changed, at once rather than when it next looks by itself.

A table filled a moment ago looks empty to PostgreSQL's planner until autovacuum comes round (a minute by default);
until then a question over 200 000 new rows is planned as if there were none, and runs into its time limit.
SQLite needs nothing: without statistics it follows the indexes, on the first day as on the last.
"""

from __future__ import annotations

from django.apps import apps
from django.db import connection

STORED = "courses"


def refresh() -> None:
    """The planner's statistics of what courses store are those of now."""
    if connection.vendor != "postgresql":
        return
    tables = (model._meta.db_table for model in apps.get_app_config(STORED).get_models())
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {', '.join(connection.ops.quote_name(table) for table in tables)}")
