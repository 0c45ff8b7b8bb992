"""The console in the admin site: settings may be set, everything else is to be looked at."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.contrib import admin
from django.test import RequestFactory

from courses.tenant_admin import HistoryAdmin, TenantAdmin
from experiences.decision_console.models import ConsoleSettings

MODELS = list(apps.get_app_config("decision_console").get_models())


@pytest.mark.proves("K-13")
@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_table_is_shown_and_only_settings_can_be_set(model: type) -> None:
    found, request = admin.site._registry[model], RequestFactory().get("/")

    assert isinstance(found, TenantAdmin)
    if model is not ConsoleSettings:
        assert isinstance(found, HistoryAdmin)
        assert not found.has_add_permission(request)
        assert not found.has_change_permission(request)
        assert not found.has_delete_permission(request)
