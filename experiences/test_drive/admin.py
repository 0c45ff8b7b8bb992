"""Test drives in the admin site: to be looked at; operators may let one last longer."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import admin
from django.contrib.admin.models import CHANGE, LogEntry
from django.db.models import F, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from courses.tenant_admin import HistoryAdmin, OwnInstitutionFilter, by_institution
from experiences.test_drive.contract import LONGEST
from experiences.test_drive.models import Sandbox, TestDriveSession

A_WEEK = timedelta(weeks=1)
MAY_CHANGE = "test_drive.change_testdrivesession"


@admin.register(TestDriveSession)
class TestDriveSessionAdmin(HistoryAdmin):
    __test__ = False
    list_display = ("user", "dataset", "variant", "started_at", "expires_at", "extended_by", "closed_at")
    list_select_related = ("user",)
    list_filter = (OwnInstitutionFilter, "dataset", "variant")
    actions = ("a_week_more",)

    def has_extend_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(MAY_CHANGE)

    @admin.action(description=gettext_lazy("Let selected test drives last a week longer"), permissions=["extend"])
    def a_week_more(self, request: HttpRequest, drives: QuerySet[TestDriveSession]) -> None:
        assert request.user.pk is not None  # the admin site lets nobody else in
        for tenant_id, ids in by_institution(drives).items():
            rows = TestDriveSession.objects.for_tenant(tenant_id).filter(pk__in=ids, closed_at=None)
            mine = rows.filter(expires_at__lte=F("started_at") + LONGEST - A_WEEK)
            LogEntry.objects.log_actions(request.user.pk, mine, CHANGE, change_message="a week longer")
            mine.update(expires_at=F("expires_at") + A_WEEK, extended_by=f"user-{request.user.pk}")


@admin.register(Sandbox)
class SandboxAdmin(HistoryAdmin):
    list_display = ("institution", "owner", "made_at")
    list_select_related = ("institution", "owner")
