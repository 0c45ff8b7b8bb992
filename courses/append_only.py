"""A learning event that was stored stays as it is: the database refuses to change one.

Deleting stays possible, for two lawful reasons only: a learner is erased, or a retention period ends (and what both
cascade from). A correction is a new event.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.apps.registry import Apps
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

TABLE = "courses_learningevent"
NAME = f"{TABLE}_stays"
MESSAGE = f"{TABLE}: events are append-only"


def install(_apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """No event can be updated afterwards."""
    remove(_apps, schema_editor)
    for statement in GUARDS[schema_editor.connection.vendor][0]():
        schema_editor.execute(statement, params=None)


def remove(_apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Events can be updated again."""
    for statement in GUARDS[schema_editor.connection.vendor][1]():
        schema_editor.execute(statement, params=None)


def _sqlite() -> Iterator[str]:
    yield f"CREATE TRIGGER {NAME} BEFORE UPDATE ON {TABLE} BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"


def _no_sqlite() -> Iterator[str]:
    yield f"DROP TRIGGER IF EXISTS {NAME}"


def _postgresql() -> Iterator[str]:
    yield (
        f"CREATE FUNCTION {NAME}() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'integrity_constraint_violation'; END $$"
    )
    yield f"CREATE TRIGGER {NAME} BEFORE UPDATE ON {TABLE} FOR EACH ROW EXECUTE FUNCTION {NAME}()"


def _no_postgresql() -> Iterator[str]:
    yield f"DROP TRIGGER IF EXISTS {NAME} ON {TABLE}"
    yield f"DROP FUNCTION IF EXISTS {NAME}()"


GUARDS = {"sqlite": (_sqlite, _no_sqlite), "postgresql": (_postgresql, _no_postgresql)}
