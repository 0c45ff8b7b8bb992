"""Every tenant-owned row names its institution, and every query must too: this module makes forgetting impossible.

Rules:
1. `Model.objects` refuses whatever would reach the database before `for_tenant(t)` named whose rows are meant; sync and
   async alike. The refusal sits where a query becomes SQL (`TenantQuery.get_compiler`), so a method that Django adds
   tomorrow is refused too; the few that build their SQL elsewhere are named below.
2. `for_tenant(None)` is refused. Rows written through `for_tenant(t)` belong to t, or are refused.
3. Related rows (`section.containers`, `enrollment.learner`) need no second naming: the row they start from has named
   its tenant, forward steps repeat it, and the database forbids a row to point into another tenant (composite keys).
4. `across_tenants` is for Django's own machinery (admin of superusers, cascades, migrations) and `courses/access.py`,
   which finds out whose data is meant; a test lists the files that may use it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Never, Self, cast

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.sql import Query
from django.db.models.sql.compiler import SQLCompiler

from oracles.contract import TenantId


class MissingTenant(Exception):
    """A query reached the database layer without naming whose rows it wants."""


class ForeignRow(ValueError):
    """A row of one tenant was to be written in the name of another."""


class TenantQuery(Query):
    """A query that becomes SQL only after a tenant was named (its clones and combinations remember)."""

    tenant_id: TenantId | None = None

    def get_compiler(self, using: str | None = None, connection: Any = None, elide_empty: bool = True) -> SQLCompiler:
        if self.tenant_id is None and not self.is_empty():
            raise MissingTenant(f"{self.get_meta().label}: name the tenant with for_tenant(…) first")
        compiler: SQLCompiler = super().get_compiler(using, connection, elide_empty)
        return compiler

    def combine(self, rhs: Query, connector: str) -> None:
        """`a | b` and its kin: both halves must name the same tenant, or the nameless half would open the other."""
        if getattr(rhs, "tenant_id", None) != self.tenant_id:
            raise MissingTenant(f"{self.get_meta().label}: both halves of {connector} must name the same tenant")
        super().combine(rhs, connector)


class TenantQuerySet[M: models.Model](models.QuerySet[M]):
    """Rows of one institution; of none until `for_tenant` is called."""

    def __init__(
        self, model: Any = None, query: Query | None = None, using: str | None = None, hints: Any = None
    ) -> None:
        super().__init__(model, query if query is not None else TenantQuery(model), using, hints)

    def for_tenant(self, tenant_id: TenantId) -> Self:
        """Only this institution's rows."""
        if tenant_id is None:
            raise MissingTenant(f"{self.model.__name__}: expected a tenant, got None")
        found = self.filter(institution_id=tenant_id)
        cast("TenantQuery", found.query).tenant_id = tenant_id
        return found

    @property
    def _tenant(self) -> TenantId:
        tenant_id = getattr(self.query, "tenant_id", None)
        if tenant_id is None:
            raise MissingTenant(f"{self.model.__name__}: name the tenant with for_tenant(…) first")
        return TenantId(tenant_id)

    def _own(self, rows: Iterable[M]) -> list[M]:
        """The rows, each of them in the name of this tenant."""
        tenant_id, owned = self._tenant, list(rows)
        for row in owned:
            if row.institution_id is None:  # type: ignore[attr-defined]
                row.institution_id = tenant_id  # type: ignore[attr-defined]
            if row.institution_id != tenant_id:  # type: ignore[attr-defined]
                raise ForeignRow(f"expected rows of tenant {tenant_id}, got one of {row.institution_id}")  # type: ignore[attr-defined]
        return owned

    # What does not pass through a SELECT of this query:

    def create(self, **values: Any) -> M:
        (row,) = self._own([self.model(**values)])
        self._for_write = True
        row.save(force_insert=True, using=self.db)
        return row

    def bulk_create(self, objs: Iterable[M], *args: Any, **options: Any) -> list[M]:
        return super().bulk_create(self._own(objs), *args, **options)

    def bulk_update(self, objs: Iterable[M], *args: Any, **options: Any) -> int:
        return super().bulk_update(self._own(objs), *args, **options)

    def update(self, **values: Any) -> int:
        if values.get("institution_id", values.get("institution", self._tenant)) != self._tenant:
            raise ForeignRow(f"expected rows to stay with tenant {self._tenant}")
        return super().update(**values)

    def delete(self) -> tuple[int, dict[str, int]]:
        _ = self._tenant
        return super().delete()

    def _raw_delete(self, using: str | None) -> int:
        _ = self._tenant
        return super()._raw_delete(using)

    def raw(self, *_args: Any, **_options: Any) -> Never:
        raise MissingTenant(
            f"{self.model.__name__}: raw SQL names no tenant that could be checked; use a cursor in an oracle or sink"
        )


class AcrossTenants[M: models.Model](models.Manager[M]):
    """Unguarded, for Django's own machinery; what follows one row (`page.section`, `refresh_from_db`) stays with it."""

    def get_queryset(self) -> models.QuerySet[M]:
        rows, start = super().get_queryset(), self._hints.get("instance")  # type: ignore[attr-defined]
        tenant_id = getattr(start, "institution_id", None)
        return rows if tenant_id is None else rows.filter(institution_id=tenant_id)


class TenantOwned(models.Model):
    """Base of every row that belongs to one institution.

    The institution has no index of its own: every index that a query needs begins with it.
    """

    institution = models.ForeignKey("courses.Institution", on_delete=models.CASCADE, related_name="+", db_index=False)

    objects = TenantQuerySet.as_manager()
    across_tenants = AcrossTenants()

    class Meta:
        abstract = True
        base_manager_name = "across_tenants"
        default_manager_name = "across_tenants"

    def clean(self) -> None:
        """Forms refuse, beside the field, what the database would refuse: a row that points into another tenant."""
        foreign = {
            field.name: "This belongs to another institution."
            for field in self._meta.fields
            if isinstance(field, models.ForeignKey) and self._is_foreign(field)
        }
        if foreign:
            raise ValidationError(foreign)

    def _is_foreign(self, field: models.ForeignKey[Any, Any]) -> bool:
        target = field.related_model
        if not issubclass(target, TenantOwned) or None in {self.institution_id, getattr(self, field.attname)}:
            return False
        return not target.across_tenants.filter(
            pk=getattr(self, field.attname), institution_id=self.institution_id
        ).exists()
