"""The base of every admin page: staff see the institutions they operate and nothing else; superusers see all.

Rules: lists, search, choices, filters, history and links start from `get_queryset`, which is scoped; an id of another
tenant looks like one that does not exist. The institution of a row cannot be changed. History is read-only.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import admin
from django.db import models
from django.db.models import QuerySet
from django.forms import ModelChoiceField
from django.http import HttpRequest

from courses.access import operated
from courses.models import Institution
from oracles.contract import TenantId

if TYPE_CHECKING:
    ModelAdmin = admin.ModelAdmin[models.Model]
else:
    ModelAdmin = admin.ModelAdmin


def institutions_of(request: HttpRequest) -> QuerySet[Institution]:
    """The institutions that this person operates."""
    return operated(request.user).order_by()


class OwnInstitutionFilter(admin.SimpleListFilter):
    """Offers only the institutions of the person who looks."""

    title = "institution"
    parameter_name = "institution"

    def lookups(self, request: HttpRequest, _admin: Any) -> list[tuple[str, str]]:
        return [(str(row.pk), row.name) for row in institutions_of(request).order_by("name")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[models.Model]) -> QuerySet[models.Model]:
        value = self.value()
        return queryset.filter(institution_id=value) if value and value.isdigit() else queryset


class TenantAdmin(ModelAdmin):
    """Rows of the institutions one operates."""

    list_filter: ClassVar[Any] = (OwnInstitutionFilter,)
    ordering: ClassVar[Any] = ("-pk",)
    show_full_result_count = False
    list_per_page = 50

    def get_queryset(self, request: HttpRequest) -> QuerySet[models.Model]:
        rows = self.model._default_manager.order_by(*self.get_ordering(request))
        if request.user.is_superuser:
            return rows
        return rows.filter(institution__in=institutions_of(request))

    def formfield_for_foreignkey(
        self, db_field: models.ForeignKey[Any, Any], request: HttpRequest, **options: Any
    ) -> ModelChoiceField[Any] | None:
        options.setdefault("queryset", choices(db_field.remote_field.model, request))
        return super().formfield_for_foreignkey(db_field, request, **options)

    def get_readonly_fields(self, request: HttpRequest, obj: models.Model | None = None) -> tuple[str, ...]:
        fixed = tuple(super().get_readonly_fields(request, obj))
        return fixed if obj is None else (*fixed, "institution")


class HistoryAdmin(TenantAdmin):
    """What happened stands as it is: to be looked at only."""

    def has_add_permission(self, request: HttpRequest, *_: Any) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False


def by_institution(chosen: QuerySet[Any]) -> dict[TenantId, frozenset[int]]:
    """Ids of the rows that were chosen on a page, by institution: what an action does, it does for one at a time."""
    found: defaultdict[TenantId, set[int]] = defaultdict(set)
    for pk, tenant in chosen.values_list("pk", "institution_id"):
        found[TenantId(tenant)].add(pk)
    return {tenant: frozenset(ids) for tenant, ids in found.items()}


def choices(model: type[models.Model], request: HttpRequest) -> QuerySet[models.Model]:
    """The rows of a model that this person may point to."""
    rows = model._default_manager.all()
    if request.user.is_superuser:
        return rows
    mine = institutions_of(request)
    if model is Institution:
        return mine
    owner = "institution__in" if hasattr(model, "institution_id") else "memberships__institution__in"
    return rows.filter(**{owner: mine}).distinct()
