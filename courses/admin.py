"""Every model in the admin site: what may be edited, what may only be looked at."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from courses import models
from courses.tenant_admin import HistoryAdmin, ModelAdmin, OwnInstitutionFilter, TenantAdmin, institutions_of


@admin.register(models.Institution)
class InstitutionAdmin(ModelAdmin):
    """Whether names are hidden is turned on /ops/ or with hide_names, which tell open dashboards."""

    list_display = ("name", "slug", "time_zone", "names_hidden_since")
    search_fields = ("name", "slug")
    fields = ("name", "slug", "time_zone", "names_hidden_since")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Model]:
        return institutions_of(request)

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> tuple[str, ...]:
        return ("slug", "names_hidden_since") if obj else ("names_hidden_since",)


@admin.register(models.Course)
class CourseAdmin(TenantAdmin):
    list_display = ("title", "key", "institution")
    list_select_related = ("institution",)
    search_fields = ("title", "key")


@admin.register(models.Section)
class SectionAdmin(TenantAdmin):
    list_display = ("title", "slug", "course", "institution", "starts_at", "ends_at")
    list_select_related = ("course", "institution")
    search_fields = ("title", "slug", "course__title")
    list_filter = (OwnInstitutionFilter, "proficiency_model")


@admin.register(models.Container)
class ContainerAdmin(TenantAdmin):
    list_display = ("title", "kind", "key", "section", "position", "hidden")
    list_select_related = ("section",)
    search_fields = ("title", "key", "section__title")
    autocomplete_fields = ("section", "parent")
    list_filter = (OwnInstitutionFilter, "hidden")


@admin.register(models.Page)
class PageAdmin(TenantAdmin):
    list_display = ("title", "key", "section", "position", "graded", "due_at", "hidden")
    list_select_related = ("section",)
    search_fields = ("title", "key", "section__title")
    autocomplete_fields = ("section", "container")
    list_filter = (OwnInstitutionFilter, "graded", "hidden")


@admin.register(models.Objective)
class ObjectiveAdmin(TenantAdmin):
    list_display = ("title", "key", "section", "position")
    list_select_related = ("section",)
    search_fields = ("title", "key", "section__title")
    autocomplete_fields = ("section", "parent")


@admin.register(models.Activity)
class ActivityAdmin(TenantAdmin):
    list_display = ("title", "key", "page", "section")
    list_select_related = ("page", "section")
    search_fields = ("title", "key", "page__title")
    autocomplete_fields = ("section", "page")


@admin.register(models.ActivityObjective)
class ActivityObjectiveAdmin(TenantAdmin):
    list_display = ("activity", "objective")
    list_select_related = ("activity", "objective")
    search_fields = ("activity__title", "objective__title")
    autocomplete_fields = ("activity", "objective")


@admin.register(models.Learner)
class LearnerAdmin(TenantAdmin):
    list_display = ("external_id", "name", "email", "institution")
    list_select_related = ("institution",)
    search_fields = ("external_id", "name", "email")


@admin.register(models.Enrollment)
class EnrollmentAdmin(TenantAdmin):
    list_display = ("learner", "section", "role", "status")
    list_select_related = ("learner", "section")
    search_fields = ("learner__external_id", "learner__name", "section__title")
    autocomplete_fields = ("section", "learner")
    list_filter = (OwnInstitutionFilter, "role", "status")


@admin.register(models.Membership)
class MembershipAdmin(TenantAdmin):
    list_display = ("user", "institution", "role")
    list_select_related = ("user", "institution")
    search_fields = ("user__username",)
    list_filter = (OwnInstitutionFilter, "role")


@admin.register(models.Teaching)
class TeachingAdmin(TenantAdmin):
    list_display = ("user", "section", "role")
    list_select_related = ("user", "section")
    search_fields = ("user__username", "section__title")
    list_filter = (OwnInstitutionFilter, "role")
    autocomplete_fields = ("section",)


@admin.register(models.SupportParameters)
class SupportParametersAdmin(HistoryAdmin):
    """Set on the section's own page, which keeps the history and tells open dashboards."""

    list_display = ("section", "inactivity_days", "version", "changed_by", "changed_at")
    list_select_related = ("section", "changed_by")
    search_fields = ("section__title",)
    readonly_fields = ("version", "changed_by")
    autocomplete_fields = ("section",)


@admin.register(models.LearningEvent)
class LearningEventAdmin(HistoryAdmin):
    list_display = ("timestamp", "verb", "learner", "page", "section", "source")
    list_select_related = ("learner", "page", "section")
    search_fields = ("learner__external_id", "page__key", "section__slug")
    list_filter = (OwnInstitutionFilter, "verb")


@admin.register(models.PageProgress)
class PageProgressAdmin(HistoryAdmin):
    list_display = ("learner", "page", "section", "progress", "last_seen")
    list_select_related = ("learner", "page", "section")
    search_fields = ("learner__external_id", "page__key")


@admin.register(models.ActivityAttempt)
class ActivityAttemptAdmin(HistoryAdmin):
    list_display = ("learner", "activity", "first_at", "first_correct", "attempts", "correct")
    list_select_related = ("learner", "activity")
    search_fields = ("learner__external_id", "activity__key")


@admin.register(models.ObjectiveEvidence)
class ObjectiveEvidenceAdmin(HistoryAdmin):
    list_display = ("learner", "objective", "page", "first_attempts", "first_correct")
    list_select_related = ("learner", "objective", "page")
    search_fields = ("learner__external_id", "objective__key")


@admin.register(models.AssessmentScore)
class AssessmentScoreAdmin(HistoryAdmin):
    list_display = ("learner", "page", "score", "out_of", "submitted_at", "graded_at")
    list_select_related = ("learner", "page")
    search_fields = ("learner__external_id", "page__key")


@admin.register(models.LearnerActivity)
class LearnerActivityAdmin(HistoryAdmin):
    list_display = ("learner", "section", "last_event_at")
    list_select_related = ("learner", "section")
    search_fields = ("learner__external_id",)


@admin.register(models.SectionStamp)
class SectionStampAdmin(HistoryAdmin):
    list_display = ("section", "as_of", "structure", "roster", "progress", "evidence", "scores", "settings")
    list_select_related = ("section",)
    search_fields = ("section__title",)


@admin.register(models.AuditEntry)
class AuditEntryAdmin(HistoryAdmin):
    list_display = ("at", "actor", "actor_name", "action", "section", "scope", "rows", "institution")
    list_select_related = ("institution",)
    search_fields = ("actor", "actor_name", "section", "scope", "sha256", "request_id")
    list_filter = (OwnInstitutionFilter, "action")
    date_hierarchy = "at"


@admin.register(models.KeptFacts)
class KeptFactsAdmin(HistoryAdmin):
    list_display = ("day", "section", "scope", "taken_at", "events", "config_signature", "institution")
    list_select_related = ("section", "institution")
    search_fields = ("section__title", "section__slug", "scope")
    list_filter = (OwnInstitutionFilter,)
    date_hierarchy = "taken_at"


@admin.register(models.LastVisit)
class LastVisitAdmin(HistoryAdmin):
    list_display = ("user", "section", "scope", "seen_at", "previous_at", "institution")
    list_select_related = ("user", "section", "institution")
    search_fields = ("user__username", "section__title", "section__slug", "scope")
    list_filter = (OwnInstitutionFilter,)


@admin.register(models.SupportChange)
class SupportChangeAdmin(HistoryAdmin):
    list_display = ("at", "section", "actor_name", "kind", "version", "before", "after", "institution")
    list_select_related = ("section", "institution")
    search_fields = ("actor", "actor_name", "section__title", "section__slug")
    list_filter = (OwnInstitutionFilter, "kind")
    date_hierarchy = "at"


@admin.register(models.ConcernNote)
class ConcernNoteAdmin(HistoryAdmin):
    list_display = ("at", "section", "learner", "until", "reason", "actor_name", "institution")
    list_select_related = ("section", "learner", "institution")
    search_fields = ("actor", "actor_name", "learner__external_id", "section__title", "section__slug")
    list_filter = (OwnInstitutionFilter, "reason")
    date_hierarchy = "at"


@admin.register(models.Layout)
class LayoutAdmin(HistoryAdmin):
    list_display = ("user", "section", "order", "collapsed", "shares", "changed_at", "institution")
    list_select_related = ("user", "section", "institution")
    search_fields = ("user__username", "section__title", "section__slug")


@admin.register(models.SavedView)
class SavedViewAdmin(HistoryAdmin):
    list_display = ("name", "user", "section", "query", "is_default", "saved_at", "institution")
    list_select_related = ("user", "section", "institution")
    search_fields = ("name", "user__username", "section__title", "section__slug")


@admin.register(models.Preferences)
class PreferencesAdmin(HistoryAdmin):
    list_display = ("user", "shortcuts", "institution")
    list_select_related = ("user", "institution")
    search_fields = ("user__username",)
