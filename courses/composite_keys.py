"""A row cannot point into another tenant: the database refuses (tenancy layer 3).

PostgreSQL: composite foreign keys `(institution_id, x_id) → (institution_id, id)`, instead of the plain ones (of the
column, and of the institution), which say less and cost a look-up a row each. SQLite cannot add a constraint to a
table, so triggers do the same. Where every event writes, a link stays inside the section as well, at the same price:
so the link to the page implies the one to the section.

Called from migrations, for every foreign key between tenant-owned models of an app; a migration that rebuilds a table
on SQLite loses its triggers and must call `install` again (a test looks for them).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.apps.registry import Apps
from django.db import models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

TENANT, SECTION = "institution_id", "section_id"
FACTS = frozenset({
    "courses_learningevent", "courses_pageprogress", "courses_activityattempt", "courses_objectiveevidence",
    "courses_assessmentscore",
})  # fmt: skip
"""Events and what follows from each of them; all of these have a page."""


@dataclass(frozen=True, slots=True)
class TenantLink:
    """A foreign key between two tenant-owned tables."""

    table: str
    column: str
    target: str
    is_required: bool
    shared: tuple[str, ...] = (TENANT,)
    """The columns in which both rows must agree."""

    @property
    def name(self) -> str:
        return f"{self.table}_{self.column}_tenant"


def links(apps: Apps, app_label: str) -> Iterator[TenantLink]:
    """Every foreign key of the app's models that must stay inside its tenant, and is not implied by another one."""
    return (link for link in _every_link(apps, app_label) if not (link.table in FACTS and link.column == SECTION))


def _every_link(apps: Apps, app_label: str) -> Iterator[TenantLink]:
    for model in apps.get_app_config(app_label).get_models():
        if not _has(model, TENANT):
            continue
        table = model._meta.db_table
        for field in model._meta.local_fields:
            target = field.related_model
            if isinstance(field, models.ForeignKey) and isinstance(target, type) and _has(target, TENANT):
                shared = (TENANT, SECTION) if table in FACTS and _has(target, SECTION) else (TENANT,)
                yield TenantLink(table, field.column, target._meta.db_table, not field.null, shared)


def _has(model: type[models.Model], column: str) -> bool:
    return any(field.column == column for field in model._meta.local_fields)


def install(
    apps: Apps, schema_editor: BaseDatabaseSchemaEditor, app_label: str, tables: frozenset[str] = frozenset()
) -> None:
    """Every link of the app is guarded afterwards; with `tables`, every link of those: the others are left alone."""
    remove(apps, schema_editor, app_label, tables)
    guard = GUARDS[schema_editor.connection.vendor][0]
    for link in _of(tables, links(apps, app_label)):
        for statement in guard(link):
            schema_editor.execute(statement, params=None)


def remove(
    apps: Apps, schema_editor: BaseDatabaseSchemaEditor, app_label: str, tables: frozenset[str] = frozenset()
) -> None:
    """No link of the app, or of those tables, is guarded afterwards."""
    unguard = GUARDS[schema_editor.connection.vendor][1]
    for link in _of(tables, _every_link(apps, app_label)):
        for statement in unguard(link):
            schema_editor.execute(statement, params=None)


def _of(tables: frozenset[str], found: Iterator[TenantLink]) -> Iterator[TenantLink]:
    return (link for link in found if not tables or link.table in tables)


def _triggers(link: TenantLink) -> Iterator[str]:
    elsewhere = "section" if SECTION in link.shared else "tenant"
    same = " AND ".join(f"{column} = NEW.{column}" for column in link.shared)
    refuse = (
        f"WHEN NEW.{link.column} IS NOT NULL AND NOT EXISTS (SELECT 1 FROM {link.target} WHERE id = NEW.{link.column} "
        f"AND {same}) "
        f"BEGIN SELECT RAISE(ABORT, '{link.name}: the row points into another {elsewhere}'); END"
    )
    yield f"CREATE TRIGGER {link.name}_i BEFORE INSERT ON {link.table} FOR EACH ROW {refuse}"
    columns = ", ".join((link.column, *link.shared))
    yield f"CREATE TRIGGER {link.name}_u BEFORE UPDATE OF {columns} ON {link.table} FOR EACH ROW {refuse}"


def _no_triggers(link: TenantLink) -> Iterator[str]:
    yield f"DROP TRIGGER IF EXISTS {link.name}_i"
    yield f"DROP TRIGGER IF EXISTS {link.name}_u"


def _foreign_key(link: TenantLink) -> Iterator[str]:
    shared = ", ".join(link.shared)
    index = f"{link.target}_{'in_section' if SECTION in link.shared else 'tenant_id'}"
    yield f"CREATE UNIQUE INDEX IF NOT EXISTS {index} ON {link.target} ({shared}, id)"
    yield (
        f"ALTER TABLE {link.table} ADD CONSTRAINT {link.name} FOREIGN KEY ({shared}, {link.column}) "
        f"REFERENCES {link.target} ({shared}, id) DEFERRABLE INITIALLY DEFERRED"
    )
    implied = (link.column, *link.shared) if link.is_required else (link.column,)
    yield WITHOUT_PLAIN_KEYS.format(table=link.table, implied=", ".join(f"'{column}'" for column in implied))


WITHOUT_PLAIN_KEYS = """
DO $$
DECLARE plain text;
BEGIN
    FOR plain IN
        SELECT c.conname FROM pg_constraint c
        JOIN pg_attribute a ON a.attrelid = c.conrelid AND c.conkey = ARRAY[a.attnum]
        WHERE c.conrelid = '{table}'::regclass AND c.contype = 'f' AND a.attname IN ({implied})
    LOOP
        EXECUTE format('ALTER TABLE {table} DROP CONSTRAINT %I', plain);
    END LOOP;
END $$
"""


def _no_foreign_key(link: TenantLink) -> Iterator[str]:
    yield f"ALTER TABLE {link.table} DROP CONSTRAINT IF EXISTS {link.name}"


GUARDS = {"sqlite": (_triggers, _no_triggers), "postgresql": (_foreign_key, _no_foreign_key)}
