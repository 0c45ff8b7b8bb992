"""Dead letters in the admin site: what was given up, and why."""

from __future__ import annotations

from django.contrib import admin

from courses.tenant_admin import HistoryAdmin, OwnInstitutionFilter
from ingest.models import DeadLetter


@admin.register(DeadLetter)
class DeadLetterAdmin(HistoryAdmin):
    list_display = ("last_failed_at", "section", "source", "reason", "attempts", "status")
    list_select_related = ("section",)
    search_fields = ("record_key", "section__slug")
    list_filter = (OwnInstitutionFilter, "status")
