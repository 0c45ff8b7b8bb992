"""The console in the admin site: settings can be set; decisions, contacts and history are to be looked at."""

from __future__ import annotations

from django.contrib import admin

from courses.tenant_admin import HistoryAdmin, OwnInstitutionFilter, TenantAdmin
from experiences.decision_console.models import (
    Approval,
    Arrangement,
    ConsoleSettings,
    Contact,
    Decision,
    DecisionEvent,
    DecisionTarget,
    ReviewBatch,
)


@admin.register(ConsoleSettings)
class ConsoleSettingsAdmin(TenantAdmin):
    list_display = ("institution", "needs_second_approver", "weekly_contacts", "staged_days")


@admin.register(Decision)
class DecisionAdmin(HistoryAdmin):
    list_display = ("staged_at", "section", "kind", "rule", "state", "version", "author", "run_at", "expires_at")
    list_select_related = ("section",)
    list_filter = (OwnInstitutionFilter, "kind", "state")
    search_fields = ("section__slug", "section__title", "rule", "author")


@admin.register(DecisionTarget)
class DecisionTargetAdmin(HistoryAdmin):
    list_display = ("pk", "decision_id", "outcome", "why", "is_open", "at")
    list_filter = (OwnInstitutionFilter, "outcome", "why")
    search_fields = ("decision__section__slug",)


@admin.register(ReviewBatch)
class ReviewBatchAdmin(HistoryAdmin):
    list_display = ("opened_at", "section", "opened_by", "content_hash")
    list_select_related = ("section",)
    search_fields = ("section__slug", "content_hash")


@admin.register(Approval)
class ApprovalAdmin(HistoryAdmin):
    list_display = ("at", "batch_id", "actor", "content_hash")


@admin.register(Contact)
class ContactAdmin(HistoryAdmin):
    list_display = ("at", "learner_id", "target_id", "state")
    list_filter = (OwnInstitutionFilter, "state")


@admin.register(Arrangement)
class ArrangementAdmin(HistoryAdmin):
    list_display = ("at", "section", "kind", "learner_id", "page_id", "moment")
    list_select_related = ("section",)
    list_filter = (OwnInstitutionFilter, "kind")


@admin.register(DecisionEvent)
class DecisionEventAdmin(HistoryAdmin):
    list_display = ("at", "section", "decision_id", "event", "decided_by", "actor", "actor_name", "version")
    list_select_related = ("section",)
    list_filter = (OwnInstitutionFilter, "event", "decided_by")
    search_fields = ("actor", "actor_name", "section__slug")
