"""The log of the admin site, to be looked at: for superusers, since its entries name no institution."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.http import HttpRequest

if TYPE_CHECKING:
    ModelAdmin = admin.ModelAdmin[LogEntry]
else:
    ModelAdmin = admin.ModelAdmin


@admin.register(LogEntry)
class LogEntryAdmin(ModelAdmin):
    list_display = ("action_time", "user", "content_type", "object_repr", "action_flag", "change_message")
    list_select_related = ("user", "content_type")
    list_filter = ("action_flag", ("content_type", admin.RelatedOnlyFieldListFilter))
    search_fields = ("user__username", "object_repr", "change_message")
    date_hierarchy = "action_time"
    show_full_result_count = False
    list_per_page = 50

    def has_module_permission(self, request: HttpRequest) -> bool:
        return _may_look(request)

    def has_view_permission(self, request: HttpRequest, _row: LogEntry | None = None) -> bool:
        return _may_look(request)

    def has_add_permission(self, _request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, _request: HttpRequest, _row: LogEntry | None = None) -> bool:
        return False

    def has_delete_permission(self, _request: HttpRequest, _row: LogEntry | None = None) -> bool:
        return False


def _may_look(request: HttpRequest) -> bool:
    return bool(request.user.is_active and request.user.is_superuser)
