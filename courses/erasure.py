"""What is kept of a learner, and how it goes: every row that points to them, by whatever table has one.

Rows are found through the models, so a table that is added tomorrow is emptied too. What speaks of a learner without
pointing to them (texts, JSON) is its app's own business: it listens to `erasing`, or `leftovers` finds it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import cast

from django.apps import apps
from django.contrib.auth import get_user_model
from django.db import models
from django.db.models import ForeignObjectRel, Q, QuerySet, TextField
from django.db.models.functions import Cast
from django.dispatch import Signal

from courses.models import Learner
from courses.tenancy import TenantOwned
from oracles.contract import TenantId

TELLING = 6
"""Characters from which on a name is looked for inside of texts; a shorter one only where it stands alone."""

erasing = Signal()
"""Sent with `subject` (a `Subject`) inside the transaction that erases; a receiver returns how many rows it changed."""


@dataclass(frozen=True, slots=True)
class Subject:
    """The person to be forgotten; `learner_id` is `None` where the roster does not know them (any more)."""

    tenant_id: TenantId
    external_id: str
    learner_id: int | None = None
    name: str = ""
    email: str = ""


def subject_of(tenant_id: TenantId, external_id: str) -> Subject:
    """As the roster knows them."""
    row = Learner.objects.for_tenant(tenant_id).filter(external_id=external_id).first()
    if row is None:
        return Subject(tenant_id, external_id)
    return Subject(tenant_id, external_id, row.pk, row.name, row.email)


def sections_of(subject: Subject) -> list[int]:
    """Every section that has anything of them."""
    found: set[int] = set()
    for rows in _pointing(subject):
        if any(field.name == "section" for field in rows.model._meta.local_fields):
            found |= set(rows.order_by().values_list("section_id", flat=True).distinct())
    return sorted(found)


def remove(subject: Subject) -> dict[str, int]:
    """Nothing points to the learner any more, and the roster does not know them. Rows by table."""
    if subject.learner_id is None:
        return {}
    removed: dict[str, int] = {}
    for rows in _pointing(subject):
        table = rows.model._meta.db_table
        removed[table] = removed.get(table, 0) + rows.delete()[1].get(rows.model._meta.label, 0)
    gone, _ = Learner.objects.for_tenant(subject.tenant_id).filter(pk=subject.learner_id).delete()
    return {table: count for table, count in {**removed, Learner._meta.db_table: gone}.items() if count}


def tell_others(subject: Subject) -> dict[str, int]:
    """Every app that keeps more than rows has done its part. What was changed, by the module that did."""
    answers = erasing.send(sender=Subject, subject=subject)
    told: dict[str, int] = {}
    for receiver, count in answers:
        told[receiver.__module__] = told.get(receiver.__module__, 0) + int(count or 0)
    return {module: count for module, count in told.items() if count}


def leftovers(subject: Subject) -> dict[str, int]:
    """Rows by table that still hold their id, name or address as text; accounts of that name or address, too.

    Other learners of the same name are no leftovers. A short name is looked for only where it stands alone.
    """
    found = dict(_texts(subject))
    accounts = Q(username=subject.external_id)
    if subject.email:
        accounts |= Q(email__iexact=subject.email) | Q(username__iexact=subject.email)
    found["auth_user"] = get_user_model().objects.filter(accounts, memberships__institution=subject.tenant_id).count()
    return {table: count for table, count in found.items() if count}


def _pointing(subject: Subject) -> Iterator[QuerySet[models.Model]]:
    """The rows of each table that point to the learner."""
    for model, name in pointers():
        yield model.objects.for_tenant(subject.tenant_id).filter(**{name: subject.learner_id})


def pointers() -> list[tuple[type[TenantOwned], str]]:
    """Every model that points to learners, and by which field."""
    relations = (each for each in Learner._meta.get_fields(include_hidden=True) if isinstance(each, ForeignObjectRel))
    return [(cast("type[TenantOwned]", each.related_model), each.field.name) for each in relations]


def _texts(subject: Subject) -> Iterator[tuple[str, int]]:
    for model in apps.get_models():
        if not issubclass(model, TenantOwned) or model is Learner:
            continue
        rows, mentions = model.objects.for_tenant(subject.tenant_id), Q()
        for field in model._meta.local_fields:
            if isinstance(field, models.JSONField):
                text = f"{field.name}_text"
                rows = rows.annotate(**{text: Cast(field.name, TextField())})
                mentions |= _mentions(text, subject, quoted=True)
            elif isinstance(field, models.CharField | models.TextField):
                mentions |= _mentions(field.name, subject, quoted=isinstance(field, models.TextField))
        if mentions:
            yield model._meta.db_table, rows.filter(mentions).count()


def _mentions(field: str, subject: Subject, *, quoted: bool) -> Q:
    """`quoted`: the field may be JSON, in which a text stands between quotes, perhaps with escapes."""
    found = Q()
    for word in {subject.external_id, subject.name, subject.email} - {""}:
        found |= Q(**{field: word})
        for text in _spellings(word):
            if quoted:
                found |= Q(**{f"{field}__contains": f'"{text}"'})
            if len(word) >= TELLING and word != subject.external_id:
                found |= Q(**{f"{field}__contains": text})
    return found


def _spellings(word: str) -> set[str]:
    return {word, json.dumps(word)[1:-1], json.dumps(word, ensure_ascii=False)[1:-1]}


def words(counts: Mapping[str, int]) -> str:
    """`3 courses_enrollment, 1 courses_learner`."""
    return ", ".join(f"{count} {table}" for table, count in sorted(counts.items()))
