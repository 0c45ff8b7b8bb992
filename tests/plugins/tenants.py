"""Watches what reaches the database: a statement on a tenant's table must name the tenant (tenancy layer 5).

Rules: the project file that asked is the innermost one on the stack. Tests may look at everything. The files of
`MAY_ASK` may ask across tenants, each for the reason that stands beside it. A row that is already in hand may be saved
or deleted by its own id, with what hangs on it (cascades). Everything else names `institution_id`, or the test fails
when it is over.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from django.apps import apps
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created

from courses.tenancy import TenantOwned

ROOT = Path(__file__).resolve().parents[2]
LIBRARIES = f"{ROOT / '.venv'}/"
MAY_ASK = {
    "courses/access.py": "finds out whose data is meant",
    "courses/tenant_admin.py": "finds out which institutions somebody operates",
    "ingest/tokens.py": "finds out whose token it is",
}
NAMES_THE_TENANT = re.compile(r"institution_id\"?\s*(=|IN)\s*[(%\d]", re.IGNORECASE)
BRINGS_THE_TENANT = re.compile(r"SELECT (%s|\d+)\S*\s+AS\s+institution_id\b", re.IGNORECASE)
"""Rows handed in with their tenant: `(SELECT 7 AS institution_id, …) AS r`."""
BY_ITS_OWN_ID = re.compile(r"^(UPDATE|DELETE FROM) .*WHERE \"\w+\".\"id\" (=|IN) [^=]*$", re.IGNORECASE | re.DOTALL)


@cache
def tenant_tables() -> re.Pattern[str]:
    names = [model._meta.db_table for model in apps.get_models() if issubclass(model, TenantOwned)]
    return re.compile(rf"\b(FROM|JOIN|UPDATE)\s+\"?({'|'.join(names)})\b", re.IGNORECASE)


def forgets_the_tenant(sql: str) -> bool:
    """The statement reads or changes rows of tenants and does not say of which."""
    if not tenant_tables().search(sql):
        return False
    # What an UPDATE assigns is no condition.
    conditions = sql.partition("WHERE")[2] if sql.lstrip().upper().startswith("UPDATE") else sql.partition("FROM")[2]
    names = NAMES_THE_TENANT.search(conditions) or BRINGS_THE_TENANT.search(sql) or BY_ITS_OWN_ID.search(sql)
    return names is None


class Watch:
    """Collects the statements that forgot their tenant, with the file that asked."""

    def __init__(self) -> None:
        self.forgotten: list[str] = []

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if forgets_the_tenant(sql) and (asker := asking_file(sys._getframe())) is not None:
            self.forgotten.append(f"{asker}: {sql}")
        return execute(sql, params, many, context)


def asking_file(frame: FrameType | None) -> str | None:
    """The project's file that asked, unless it may."""
    while frame is not None:
        name = frame.f_code.co_filename
        if name.endswith("django/db/models/deletion.py"):
            return None
        if name.startswith(f"{ROOT}/") and not name.startswith(LIBRARIES) and name != __file__:
            asker = name.removeprefix(f"{ROOT}/")
            return None if asker.startswith("tests/") or "/migrations/" in asker or asker in MAY_ASK else asker
        frame = frame.f_back
    return None


@pytest.fixture
def only_tenant_queries(django_db_setup: None) -> Iterator[Watch]:
    """No project file asks for rows of tenants without saying whose; connections opened meanwhile are watched too."""
    watch = Watch()

    def also_watch(connection: BaseDatabaseWrapper, **_: object) -> None:
        if watch not in connection.execute_wrappers:
            connection.execute_wrappers.append(watch)

    with ExitStack() as stack:
        for connection in connections.all():
            stack.enter_context(connection.execute_wrapper(watch))
        connection_created.connect(also_watch)
        stack.callback(connection_created.disconnect, also_watch)
        yield watch
    assert watch.forgotten == []


@pytest.fixture(autouse=True)
def _every_query_names_its_tenant(request: pytest.FixtureRequest) -> None:
    """Wherever a test of this suite uses the database, the watch stands."""
    if request.node.get_closest_marker("django_db") or {"db", "transactional_db"} & set(request.fixturenames):
        request.getfixturevalue("only_tenant_queries")
