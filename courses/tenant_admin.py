"""The base of every admin page: staff see the institutions they operate and nothing else; superusers see all.

Rules: lists, search, choices, filters, history and links start from `get_queryset`, which is scoped; an id of another
tenant looks like one that does not exist. The institution of a row cannot be changed. History is read-only. Whatever
is added, changed or deleted by hand is in the site's log, and `edited` tells of it in the same transaction.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import admin
from django.db import models, transaction
from django.db.models import QuerySet
from django.dispatch import Signal
from django.forms import ModelChoiceField, ModelForm
from django.http import HttpRequest

from courses.access import operated
from courses.models import Course, Enrollment, Institution, Learner, Page, Section
from courses.tenancy import TenantOwned
from oracles.contract import TenantId

if TYPE_CHECKING:
    ModelAdmin = admin.ModelAdmin[models.Model]
else:
    ModelAdmin = admin.ModelAdmin


edited = Signal()
"""Sent with `edit` (an `Edit`) after rows were changed by hand, in the transaction that changed them."""


@dataclass(frozen=True, slots=True)
class Edit:
    """Rows of one kind that were added, changed or deleted: the sections they show in, the pages they are about."""

    model: type[TenantOwned]
    tenant_id: TenantId
    sections: frozenset[int]
    pages: frozenset[int] = frozenset()


def edit_of(row: TenantOwned, *before: object) -> Edit:
    """What a row is about; `before` are pages that it was on."""
    pages = {page for page in (_page(row), *before) if isinstance(page, int)}
    return Edit(type(row), TenantId(row.institution_id), frozenset(_sections(row)), frozenset(pages))


def _sections(row: TenantOwned) -> Iterable[int]:
    tenant_id = TenantId(row.institution_id)
    match row:
        case Section():
            return {row.pk}
        case Course():
            return Section.objects.for_tenant(tenant_id).filter(course=row).values_list("pk", flat=True)
        case Learner():
            return Enrollment.objects.for_tenant(tenant_id).filter(learner=row).values_list("section_id", flat=True)
    section = getattr(row, "section_id", None) or getattr(getattr(row, "activity", None), "section_id", None)
    return set() if section is None else {section}


def _page(row: TenantOwned) -> int | None:
    page: int | None = getattr(row, "page_id", None) or getattr(getattr(row, "activity", None), "page_id", None)
    return row.pk if isinstance(row, Page) else page


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

    def save_model(self, request: HttpRequest, obj: models.Model, form: ModelForm[models.Model], change: bool) -> None:
        assert isinstance(obj, TenantOwned)
        with transaction.atomic():
            super().save_model(request, obj, form, change)
            edited.send(type(obj), edit=edit_of(obj, form.initial.get("page")))

    def delete_model(self, request: HttpRequest, obj: models.Model) -> None:
        assert isinstance(obj, TenantOwned)
        with transaction.atomic():
            edit = edit_of(obj)
            super().delete_model(request, obj)
            edited.send(type(obj), edit=edit)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[models.Model]) -> None:
        """One by one: each row's sections hear of it."""
        for row in queryset:
            self.delete_model(request, row)

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
