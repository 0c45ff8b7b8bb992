"""What the digest remembers, in the admin site: to be looked at; preferences may be set for somebody."""

from __future__ import annotations

from django.contrib import admin

from courses.tenant_admin import HistoryAdmin, OwnInstitutionFilter, TenantAdmin
from experiences.digest import models


@admin.register(models.DigestDelivery)
class DigestDeliveryAdmin(HistoryAdmin):
    list_display = ("delivered_at", "user", "kind", "period", "cut_off", "variant", "sections")
    list_select_related = ("user",)
    list_filter = (OwnInstitutionFilter, "kind", "variant")


@admin.register(models.DigestPreference)
class DigestPreferenceAdmin(TenantAdmin):
    list_display = ("user", "by_mail", "weekday", "language", "changed_at", "changed_by")
    list_select_related = ("user",)


@admin.register(models.DigestProgress)
class DigestProgressAdmin(HistoryAdmin):
    list_display = ("user", "kind", "current_step", "progress_percentage", "last_analyzed")
    list_select_related = ("user",)


@admin.register(models.DigestAssignment)
class DigestAssignmentAdmin(HistoryAdmin):
    list_display = ("user", "experiment", "arm", "assigned_at")
    list_select_related = ("user",)
    list_filter = (OwnInstitutionFilter, "experiment", "arm")


@admin.register(models.DigestExposure)
class DigestExposureAdmin(HistoryAdmin):
    list_display = ("at", "user", "experiment", "arm", "period")
    list_select_related = ("user",)
    list_filter = (OwnInstitutionFilter, "experiment", "arm")
