"""What a database says, whoever wrote it in which order: every row without its number and without when it was stored.

A row that points to another one is told by what that one says, so that two databases can be compared.
"""

from __future__ import annotations

import hashlib
from functools import cache

from django.apps import apps
from django.db.models import Field, Model

OF_THE_WRITING = frozenset(
    {
        *("LearningEvent.stored", "DeadLetter.first_failed_at", "DeadLetter.last_failed_at", "DeadLetter.attempts"),
        *(f"SectionStamp.{name}" for name in ("structure", "roster", "progress", "evidence", "scores", "settings")),
    }
)
"""Tells when and in how many batches something was written, not what."""
LABELS = ("courses", "ingest")


def contents() -> dict[str, list[str]]:
    """Digests of the rows of every table, sorted."""
    models = [model for label in LABELS for model in apps.get_app_config(label).get_models()]
    return {model.__name__: sorted(_digest(row) for row in model._base_manager.iterator()) for model in models}


@cache
def _digest_of(model: type[Model], key: int) -> str:
    return _digest(model._base_manager.get(pk=key))


def _digest(row: Model) -> str:
    model = type(row)
    told = [
        f"{field.name}={_value(row, field)}"
        for field in model._meta.concrete_fields
        if not field.primary_key and f"{model.__name__}.{field.name}" not in OF_THE_WRITING
    ]
    return hashlib.sha256("\n".join(told).encode()).hexdigest()[:16]


def _value(row: Model, field: Field[object, object]) -> str:
    value = getattr(row, field.attname)
    if field.remote_field is not None and value is not None:
        return _digest_of(field.remote_field.model, value)
    return repr(bytes(value)) if isinstance(value, memoryview) else repr(value)
