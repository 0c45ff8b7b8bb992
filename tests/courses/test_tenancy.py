"""Without a tenant nothing is read or written: table T2, sync and async."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.db.models import Count, Exists, F, OuterRef
from django.test.utils import CaptureQueriesContext

from courses.models import (
    Enrollment,
    Institution,
    Learner,
    Page,
    Section,
)
from courses.tenancy import AcrossTenants, ForeignRow, MissingTenant, TenantOwned
from oracles.contract import TenantId
from tests import builders

pytestmark = pytest.mark.django_db


def _first(rows: Any) -> Any:
    return next(iter(rows))


async def _first_async(rows: AsyncIterator[Any]) -> Any:
    async for row in rows:
        return row
    return None


def learner() -> Learner:
    return Learner(institution_id=1, external_id="x")


Sync = Callable[[Any], Any]
SYNC: dict[str, Sync] = {
    "all": lambda m: list(m.all()),
    "filter": lambda m: list(m.filter(pk=1)),
    "exclude": lambda m: list(m.exclude(pk=0)),
    "get": lambda m: m.get(pk=1),
    "first": lambda m: m.first(),
    "last": lambda m: m.last(),
    "earliest": lambda m: m.earliest("pk"),
    "latest": lambda m: m.latest("pk"),
    "count": lambda m: m.count(),
    "exists": lambda m: m.exists(),
    "contains": lambda m: m.contains(Learner(pk=1, institution_id=1)),
    "in_bulk": lambda m: m.in_bulk([1]),
    "iterator": lambda m: _first(m.iterator()),
    "aggregate": lambda m: m.aggregate(n=Count("pk")),
    "annotate": lambda m: list(m.annotate(n=Count("enrollments"))),
    "values": lambda m: list(m.values("enrollments__section__title")),
    "values_list": lambda m: list(m.values_list("pk")),
    "dates": lambda m: list(m.dates("enrollments__section__starts_at", "year")),
    "datetimes": lambda m: list(m.datetimes("enrollments__section__starts_at", "year")),
    "distinct": lambda m: list(m.distinct()),
    "order_by": lambda m: list(m.order_by("pk")),
    "reverse": lambda m: list(m.reverse()),
    "select_related": lambda m: list(m.select_related("institution")),
    "prefetch_related": lambda m: list(m.prefetch_related("enrollments")),
    "only": lambda m: list(m.only("pk")),
    "defer": lambda m: list(m.defer("name")),
    "select_for_update": lambda m: list(m.select_for_update()),
    "using": lambda m: list(m.using("default")),
    "union": lambda m: list(m.all().union(m.all())),
    "intersection": lambda m: list(m.all().intersection(m.all())),
    "difference": lambda m: list(m.all().difference(m.all())),
    "explain": lambda m: m.explain(),
    "raw": lambda m: list(m.raw("SELECT * FROM courses_learner")),
    "create": lambda m: m.create(external_id="x"),
    "get_or_create": lambda m: m.get_or_create(external_id="x"),
    "update_or_create": lambda m: m.update_or_create(external_id="x"),
    "bulk_create": lambda m: m.bulk_create([learner()]),
    "bulk_update": lambda m: m.bulk_update([Learner(pk=1, institution_id=1)], ["name"]),
    "update": lambda m: m.update(name=F("external_id")),
    "delete": lambda m: m.all().delete(),
}
ASYNC: dict[str, Callable[[Any], Awaitable[Any]]] = {
    "aget": lambda m: m.aget(pk=1),
    "afirst": lambda m: m.afirst(),
    "alast": lambda m: m.alast(),
    "aearliest": lambda m: m.aearliest("pk"),
    "alatest": lambda m: m.alatest("pk"),
    "acount": lambda m: m.acount(),
    "aexists": lambda m: m.aexists(),
    "acontains": lambda m: m.acontains(Learner(pk=1, institution_id=1)),
    "ain_bulk": lambda m: m.ain_bulk([1]),
    "aiterator": lambda m: _first_async(m.aiterator()),
    "async for": lambda m: _first_async(m.exclude(pk=0)),
    "aaggregate": lambda m: m.aaggregate(n=Count("pk")),
    "aexplain": lambda m: m.aexplain(),
    "acreate": lambda m: m.acreate(external_id="x"),
    "aget_or_create": lambda m: m.aget_or_create(external_id="x"),
    "aupdate_or_create": lambda m: m.aupdate_or_create(external_id="x"),
    "abulk_create": lambda m: m.abulk_create([learner()]),
    "abulk_update": lambda m: m.abulk_update([Learner(pk=1, institution_id=1)], ["name"]),
    "aupdate": lambda m: m.aupdate(name="x"),
    "adelete": lambda m: m.all().adelete(),
}


@pytest.mark.proves("T2", "P4")
@pytest.mark.parametrize("method", SYNC)
def test_without_a_tenant_it_raises(method: str) -> None:
    with pytest.raises(MissingTenant):
        SYNC[method](Learner.objects)


@pytest.mark.proves("T2", "P4")
@pytest.mark.parametrize("method", ASYNC)
@pytest.mark.django_db(transaction=True)
async def test_without_a_tenant_it_raises_in_async_code_too(method: str) -> None:
    with pytest.raises(MissingTenant):
        await ASYNC[method](Learner.objects)


@pytest.mark.proves("T2")
def test_none_is_not_a_tenant() -> None:
    with pytest.raises(MissingTenant):
        Learner.objects.for_tenant(None)  # type: ignore[arg-type]


@pytest.mark.proves("T2")
def test_a_subquery_must_name_its_tenant_too(section: Section) -> None:
    forgetful = Enrollment.objects.filter(learner=OuterRef("pk"))
    mine = TenantId(section.institution_id)

    with pytest.raises(MissingTenant):
        list(Learner.objects.for_tenant(mine).filter(Exists(forgetful)))


@pytest.mark.proves("T2")
def test_one_half_of_a_union_must_not_forget(section: Section) -> None:
    mine = Learner.objects.for_tenant(TenantId(section.institution_id))

    with pytest.raises(MissingTenant):
        list(mine.union(Learner.objects.all()))


def test_no_rows_need_no_tenant() -> None:
    assert list(Learner.objects.none()) == []


@pytest.mark.proves("P4")
def test_a_tenant_sees_its_own_rows_only(section: Section, other_institution: Institution) -> None:
    builders.golden_section(other_institution)

    mine = Learner.objects.for_tenant(TenantId(section.institution_id))

    assert mine.count() == 4
    assert {row.institution_id for row in mine} == {section.institution_id}


def test_related_rows_follow_from_a_row_that_has_a_tenant(section: Section) -> None:
    row = Page.objects.for_tenant(TenantId(section.institution_id)).select_related("container").get(key="quiz")

    assert row.section == section
    assert row.container is not None
    assert [page.key for page in row.container.pages.all()] == ["quiz"]


def test_a_created_row_belongs_to_the_tenant_that_was_named(section: Section) -> None:
    row = Learner.objects.for_tenant(TenantId(section.institution_id)).create(external_id="new")

    assert row.institution_id == section.institution_id


@pytest.mark.proves("P4")
def test_a_row_of_another_tenant_is_not_written_in_our_name(section: Section, other_institution: Institution) -> None:
    mine = Learner.objects.for_tenant(TenantId(section.institution_id))
    foreign = Learner(institution=other_institution, external_id="x")

    with pytest.raises(ForeignRow):
        mine.bulk_create([foreign])


@pytest.mark.django_db(transaction=True)
async def test_async_reads_work_with_a_tenant(section: Section) -> None:
    mine = Section.objects.for_tenant(TenantId(section.institution_id))

    assert [row.slug async for row in mine.aiterator()] == ["algebra"]


@pytest.mark.proves("T2", "P4")
@pytest.mark.parametrize("combine", [lambda a, b: a | b, lambda a, b: a & b, lambda a, b: a ^ b], ids="|&^")
def test_a_nameless_half_does_not_open_the_other(section: Section, combine: Callable[[Any, Any], Any]) -> None:
    mine = Learner.objects.for_tenant(TenantId(section.institution_id))

    with pytest.raises(MissingTenant):
        list(combine(mine, Learner.objects.all()))


@pytest.mark.proves("P4")
def test_an_update_does_not_hand_rows_to_another_tenant(section: Section, other_institution: Institution) -> None:
    mine = Learner.objects.for_tenant(TenantId(section.institution_id))

    with pytest.raises(ForeignRow):
        mine.update(institution_id=other_institution.pk)
    with pytest.raises(ForeignRow):
        mine.update(institution=other_institution)


def test_a_forward_step_repeats_the_tenant(section: Section) -> None:
    quiz = Page.objects.for_tenant(TenantId(section.institution_id)).get(key="quiz")

    with CaptureQueriesContext(connection) as queries:
        quiz.section  # noqa: B018
        quiz.refresh_from_db()

    assert [f'"institution_id" = {section.institution_id}' in query["sql"] for query in queries] == [True, True]


def test_every_model_of_a_tenant_keeps_the_managers_it_inherits() -> None:
    owned = [model for model in apps.get_models() if issubclass(model, TenantOwned)]

    wrong = [
        model.__name__
        for model in owned
        if type(model._default_manager) is not AcrossTenants or type(model._base_manager) is not AcrossTenants
    ]

    assert wrong == []
