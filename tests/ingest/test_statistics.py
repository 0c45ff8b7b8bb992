from __future__ import annotations

import pytest
from django.db import connection
from pytest_django import DjangoAssertNumQueries

from courses.models import LearningEvent, PageProgress
from ingest import statistics


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_after_an_import_postgresql_plans_with_the_rows_of_now() -> None:
    statistics.refresh()

    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_stat_user_tables WHERE last_analyze IS NOT NULL")
        known = {name for (name,) in cursor.fetchall()}
    assert known >= {LearningEvent._meta.db_table, PageProgress._meta.db_table}


@pytest.mark.django_db
def test_other_databases_are_left_alone(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    if connection.vendor == "postgresql":
        pytest.skip("this is about the others")
    with django_assert_num_queries(0):
        statistics.refresh()
