"""The watch over statements sees what forgets its tenant, and only that (T3)."""

from __future__ import annotations

import pytest

from courses.models import Learner
from tests.plugins.tenants import ROOT, Watch, forgets_the_tenant

FORGETFUL = (
    'SELECT "courses_page"."id" FROM "courses_page" WHERE "courses_page"."section_id" = 1',
    "SELECT count(*) FROM courses_learningevent",
    "SELECT institution_id = 1 FROM courses_page",
    "SELECT 1 FROM courses_page p JOIN courses_section s ON s.institution_id = p.institution_id WHERE p.id = 1",
    'UPDATE "courses_page" SET "institution_id" = 1 WHERE "courses_page"."section_id" = 1',
    'DELETE FROM "courses_learner" WHERE "courses_learner"."name" = 1',
    "SELECT 1 FROM auth_user u JOIN courses_teaching t ON t.user_id = u.id WHERE u.id = 1",
)
CAREFUL = (
    'SELECT * FROM "courses_page" WHERE "courses_page"."institution_id" = 1',
    "SELECT * FROM courses_page p WHERE p.institution_id IN (1, 2)",
    'UPDATE "courses_page" SET "title" = 1 WHERE "courses_page"."id" = 1',
    'DELETE FROM "courses_page" WHERE "courses_page"."id" IN (1, 2)',
    'INSERT INTO "courses_page" ("institution_id", "key") VALUES (1, 2)',
    "SELECT 1 FROM (SELECT 7 AS institution_id) r JOIN courses_page p ON p.institution_id = r.institution_id",
    "SELECT * FROM courses_institution WHERE id = 1",
    "SELECT * FROM auth_user",
)


@pytest.mark.proves("P4")
@pytest.mark.parametrize("sql", FORGETFUL)
def test_a_statement_that_forgets_its_tenant_is_seen(sql: str) -> None:
    assert forgets_the_tenant(sql)


@pytest.mark.parametrize("sql", CAREFUL)
def test_a_statement_that_names_its_tenant_passes(sql: str) -> None:
    assert not forgets_the_tenant(sql)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("asker", "reported"),
    [("snapshot/forgetful.py", 1), ("courses/access.py", 0), ("tests/courses/test_x.py", 0)],
)
def test_what_was_forgotten_is_reported_unless_the_file_that_asked_may(
    only_tenant_queries: Watch, asker: str, reported: int
) -> None:
    asking = compile("list(Learner.across_tenants.all())", str(ROOT / asker), "exec")

    exec(asking, {"Learner": Learner})

    assert [line.partition(":")[0] for line in only_tenant_queries.forgotten] == [asker] * reported
    only_tenant_queries.forgotten.clear()
