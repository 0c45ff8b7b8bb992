"""What was stored as history stays as it is: the database refuses to change it.

Learning events can be deleted, for two lawful reasons only: a learner is erased, or a retention period ends (and what
both cascade from). A correction is a new event. Audit entries cannot be deleted either until two years have passed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.apps.registry import Apps
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


@dataclass(frozen=True, slots=True)
class History:
    """A table whose rows never change; with `kept_days`, they cannot be deleted while younger (by column `at`)."""

    table: str
    words: str
    kept_days: int = 0

    @property
    def name(self) -> str:
        return f"{self.table}_stays"

    @property
    def message(self) -> str:
        return f"{self.table}: {self.words}"


EVENTS = History("courses_learningevent", "events are append-only")
AUDIT = History("courses_auditentry", "audit entries are append-only", kept_days=730)
SUPPORT_CHANGES = History("courses_supportchange", "changes of parameters are append-only")
CONCERNS = History("courses_concernnote", "what was said about a concern is append-only")


def install(_apps: Apps, schema_editor: BaseDatabaseSchemaEditor, history: History = EVENTS) -> None:
    """No row of this history can be changed afterwards."""
    remove(_apps, schema_editor, history)
    for statement in GUARDS[schema_editor.connection.vendor][0](history):
        schema_editor.execute(statement, params=None)


def remove(_apps: Apps, schema_editor: BaseDatabaseSchemaEditor, history: History = EVENTS) -> None:
    """Rows of this history can be changed again."""
    for statement in GUARDS[schema_editor.connection.vendor][1](history):
        schema_editor.execute(statement, params=None)


def _sqlite(history: History) -> Iterator[str]:
    refuse = f"BEGIN SELECT RAISE(ABORT, '{history.message}'); END"
    yield f"CREATE TRIGGER {history.name} BEFORE UPDATE ON {history.table} {refuse}"
    if history.kept_days:
        young = f"WHEN OLD.at > datetime('now', '-{history.kept_days} days')"
        yield f"CREATE TRIGGER {history.name}_kept BEFORE DELETE ON {history.table} {young} {refuse}"


def _no_sqlite(history: History) -> Iterator[str]:
    yield f"DROP TRIGGER IF EXISTS {history.name}"
    yield f"DROP TRIGGER IF EXISTS {history.name}_kept"


def _postgresql(history: History) -> Iterator[str]:
    may_go = (
        f"TG_OP = 'DELETE' AND OLD.at <= now() - interval '{history.kept_days} days'" if history.kept_days else "false"
    )
    yield (
        f"CREATE FUNCTION {history.name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF {may_go} THEN RETURN OLD; END IF; "
        f"RAISE EXCEPTION '{history.message}' USING ERRCODE = 'integrity_constraint_violation'; END $$"
    )
    moments = "UPDATE OR DELETE" if history.kept_days else "UPDATE"
    when = f"BEFORE {moments} ON {history.table}"
    yield f"CREATE TRIGGER {history.name} {when} FOR EACH ROW EXECUTE FUNCTION {history.name}()"


def _no_postgresql(history: History) -> Iterator[str]:
    yield f"DROP TRIGGER IF EXISTS {history.name} ON {history.table}"
    yield f"DROP FUNCTION IF EXISTS {history.name}()"


GUARDS = {"sqlite": (_sqlite, _no_sqlite), "postgresql": (_postgresql, _no_postgresql)}
