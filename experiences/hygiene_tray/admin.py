"""The tray in the admin site: targets may be set; everything else is what happened, and stands."""

from __future__ import annotations

from django.contrib import admin

from courses.tenant_admin import HistoryAdmin, OwnInstitutionFilter, TenantAdmin
from experiences.hygiene_tray import models


@admin.register(models.TrayTargets)
class TrayTargetsAdmin(TenantAdmin):
    list_display = ("section", "grading_days", "high_stakes_pct", "feed_hours", "institution")
    list_select_related = ("section", "institution")
    search_fields = ("section__title", "section__slug")
    autocomplete_fields = ("section",)


@admin.register(models.TrayIssue)
class TrayIssueAdmin(HistoryAdmin):
    list_display = ("fault", "title", "section", "severity", "impact", "status", "is_detected", "last_seen_at")
    list_select_related = ("section",)
    search_fields = ("title", "subject", "section__title", "section__slug")
    list_filter = (OwnInstitutionFilter, "status", "severity", "detector")


@admin.register(models.TrayChange)
class TrayChangeAdmin(HistoryAdmin):
    list_display = ("at", "issue", "verb", "decided_by", "actor", "version")
    list_select_related = ("issue",)
    search_fields = ("actor", "issue__title", "issue__subject")
    list_filter = (OwnInstitutionFilter, "decided_by", "verb")
    date_hierarchy = "at"


@admin.register(models.TrayScan)
class TrayScanAdmin(HistoryAdmin):
    list_display = ("section", "at", "as_of")
    list_select_related = ("section",)
    search_fields = ("section__title", "section__slug")


@admin.register(models.TrayOrder)
class TrayOrderAdmin(HistoryAdmin):
    list_display = ("section", "user", "version")
    list_select_related = ("section", "user")
    search_fields = ("section__title", "user__username")


@admin.register(models.HygieneScore)
class HygieneScoreAdmin(HistoryAdmin):
    list_display = ("day", "section", "score", "confidence", "checks")
    list_select_related = ("section",)
    search_fields = ("section__title", "section__slug")
    list_filter = (OwnInstitutionFilter,)
    date_hierarchy = "day"
