"""Rows of the experiences belong to somebody: without a tenant none is read, counted, changed or deleted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import cast

import pytest
from django.apps import apps

from courses.tenancy import MissingTenant, TenantOwned
from oracles.contract import TenantId

MODELS = [model for model in apps.get_models() if model.__module__.startswith("experiences.")]
WAYS: Mapping[str, Callable[[type[TenantOwned]], object]] = {
    "read": lambda model: list(model.objects.all()),
    "filtered": lambda model: model.objects.filter(pk=1).first(),
    "counted": lambda model: model.objects.count(),
    "updated": lambda model: model.objects.update(institution_id=1),
    "deleted": lambda model: model.objects.filter(pk=1).delete(),
    "of nobody": lambda model: model.objects.for_tenant(cast("TenantId", None)),
}


@pytest.mark.proves("O-02")
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_without_a_tenant_no_row_is_touched(model: type[TenantOwned], way: str) -> None:
    with pytest.raises(MissingTenant):
        WAYS[way](model)


@pytest.mark.proves("O-02")
def test_there_are_tables_to_be_asked() -> None:
    assert {model.__name__ for model in MODELS} >= {
        "TrayIssue",
        "Decision",
        "DigestDelivery",
        "TestDriveSession",
        "OutgoingMail",
    }
