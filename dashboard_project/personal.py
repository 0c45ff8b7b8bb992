"""What a person has arranged for themselves, read and written.

Of a layout the last write of each field wins (the order of the tiles, a tile's being collapsed, a row's widths): the
row is locked, read, changed and written, so two devices that change different things both get what they asked for.
A saved view is the canonical address of a view. It names no learner: an address never does, and a name that holds the
name of somebody in the section is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet

from courses.access import COURSE
from courses.contract import DashboardContext
from courses.models import Enrollment, Institution, LastVisit, Layout, Preferences, SavedView
from oracles.contract import TenantId

MOST_VIEWS = 50
SHORTEST_NAME = 3
"""Of a learner; a shorter one is a syllable of half the words there are."""


class NotSaved(ValueError):
    """A view was not saved; the argument is a code: `no_name`, `too_many`, `name_taken`, `names_a_learner`, `gone`."""


@dataclass(frozen=True, slots=True)
class Arranged:
    """A layout as it is stored, which is not to be believed."""

    order: tuple[object, ...] = ()
    collapsed: tuple[object, ...] = ()
    shares: tuple[tuple[str, object], ...] = ()


@dataclass(frozen=True, slots=True)
class View:
    pk: int
    name: str
    query: str
    is_default: bool


# ---- layout -----------------------------------------------------------------------------------------------------


def arranged(context: DashboardContext) -> Arranged:
    """How this person has arranged the tiles of the section."""
    row = _layouts(context).first()
    return Arranged() if row is None else _as_stored(row)


def arrange(context: DashboardContext, change: Callable[[Arranged], Arranged]) -> Arranged:
    """What was arranged before, changed, is stored; whoever changes it at the same moment waits."""
    with transaction.atomic():
        _layouts(context).bulk_create(
            [Layout(section_id=context.scope.section_id, user_id=_person(context))], ignore_conflicts=True
        )
        row = _layouts(context).select_for_update().get()
        new = change(_as_stored(row))
        row.order, row.collapsed, row.shares = list(new.order), list(new.collapsed), dict(new.shares)
        row.save(update_fields=["order", "collapsed", "shares", "changed_at"])
    return new


def _as_stored(row: Layout) -> Arranged:
    return Arranged(tuple(row.order), tuple(row.collapsed), tuple(row.shares.items()))


def _layouts(context: DashboardContext) -> QuerySet[Layout]:
    rows = Layout.objects.for_tenant(context.tenant_id)
    return rows.filter(section_id=context.scope.section_id, user_id=_person(context))


# ---- views ------------------------------------------------------------------------------------------------------


def saved_views(context: DashboardContext) -> tuple[View, ...]:
    """The views this person saved, by name."""
    rows = _views(context).order_by("name", "pk").values_list("pk", "name", "query", "is_default")
    return tuple(View(*row) for row in rows)


def save_view(context: DashboardContext, name: str, query: str) -> None:
    """There is a view of this name that leads to this query; one that had the name before leads there now.

    Raises:
        NotSaved: it has no name, or the name of a learner, or there are fifty already.
    """
    name = _proper(context, name)
    with transaction.atomic():
        own = _views(context)
        if own.filter(name=name).update(query=query):
            return
        if own.count() >= MOST_VIEWS:
            raise NotSaved("too_many")
        own.bulk_create(
            [SavedView(section_id=context.scope.section_id, user_id=_person(context), name=name, query=query)],
            ignore_conflicts=True,  # the same, sent twice
        )


def rename_view(context: DashboardContext, pk: int, name: str) -> None:
    """The view has this name.

    Raises:
        NotSaved: the name is none, taken or a learner's; or the view is not there.
    """
    name = _proper(context, name)
    with transaction.atomic():
        if _views(context).filter(name=name).exclude(pk=pk).exists():
            raise NotSaved("name_taken")
        if not _views(context).filter(pk=pk).update(name=name):
            raise NotSaved("gone")


def delete_view(context: DashboardContext, pk: int) -> None:
    """There is no such view of this person."""
    _views(context).filter(pk=pk).delete()


def choose_default(context: DashboardContext, pk: int | None) -> None:
    """The start page leads to this view and to no other; with `None`, to none."""
    with transaction.atomic():
        _views(context).filter(is_default=True).update(is_default=False)
        if pk is not None:
            _views(context).filter(pk=pk).update(is_default=True)


def _proper(context: DashboardContext, name: str) -> str:
    name = " ".join(name.split())[:80]
    if not name:
        raise NotSaved("no_name")
    if _names_a_learner(context, name):
        raise NotSaved("names_a_learner")
    return name


def _names_a_learner(context: DashboardContext, name: str) -> bool:
    rows = Enrollment.objects.for_tenant(context.tenant_id).filter(section_id=context.scope.section_id)
    people = rows.values_list("learner__name", "learner__email")
    words = name.casefold()
    return any(len(text) >= SHORTEST_NAME and text.casefold() in words for person in people for text in person)


def _views(context: DashboardContext) -> QuerySet[SavedView]:
    rows = SavedView.objects.for_tenant(context.tenant_id)
    return rows.filter(section_id=context.scope.section_id, user_id=_person(context))


def entrances(user_id: int, slugs: Iterable[str]) -> dict[tuple[str, str], str]:
    """Where a person's sections are entered, by institution and section: the default view, else the scope last seen."""
    found: dict[tuple[str, str], str] = {}
    for tenant, slug in Institution.objects.filter(slug__in=list(slugs)).values_list("pk", "slug"):
        visits = LastVisit.objects.for_tenant(TenantId(tenant)).filter(user_id=user_id).order_by("seen_at")
        for section, scope in visits.values_list("section__slug", "scope"):
            found[slug, section] = "" if scope == COURSE else f"?scope={scope}"
        views = SavedView.objects.for_tenant(TenantId(tenant)).filter(user_id=user_id, is_default=True)
        found |= {(slug, section): query for section, query in views.values_list("section__slug", "query")}
    return found


# ---- preferences ------------------------------------------------------------------------------------------------


def has_shortcuts(context: DashboardContext) -> bool:
    """Whether single keys do something for this person."""
    return not _preferences(context).filter(shortcuts=False).exists()


def use_shortcuts(context: DashboardContext, *, wanted: bool) -> None:
    """From now on single keys do something for this person, or nothing."""
    _preferences(context).bulk_create(
        [Preferences(user_id=_person(context), shortcuts=wanted)],
        update_conflicts=True,
        unique_fields=["institution", "user"],
        update_fields=["shortcuts"],
    )


def _preferences(context: DashboardContext) -> QuerySet[Preferences]:
    return Preferences.objects.for_tenant(context.tenant_id).filter(user_id=_person(context))


def _person(context: DashboardContext) -> int:
    if context.user_id is None:
        raise ValueError("expected somebody's context, got a command's")
    return context.user_id
