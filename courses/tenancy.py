"""Every tenant-owned row names its institution, and every query must too.

`Model.objects` refuses to run without a tenant; `for_tenant(t)` opens it.
"""

from __future__ import annotations

from typing import Self

from django.db import models

from oracles.contract import TenantId


class MissingTenant(Exception):
    """A query reached the database layer without naming whose rows it wants."""


class TenantQuerySet[M: models.Model](models.QuerySet[M]):
    def for_tenant(self, tenant_id: TenantId) -> Self:
        """Only this institution's rows."""
        return self.filter(institution_id=tenant_id)


class TenantOwned(models.Model):
    """Base of every row that belongs to one institution."""

    institution = models.ForeignKey("courses.Institution", on_delete=models.CASCADE, related_name="+")

    objects = TenantQuerySet.as_manager()

    class Meta:
        abstract = True
