"""Test drives in the admin site: to be looked at; operators may let one last longer."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy, ngettext

from courses.tenant_admin import HistoryAdmin, OwnInstitutionFilter, by_institution
from experiences.contract import InstructorContext, NotAllowed
from experiences.test_drive.contract import NoTestDrive
from experiences.test_drive.models import Sandbox, TestDriveSession
from experiences.test_drive.sessions import extend

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
        longer = 0
        for tenant_id, ids in by_institution(drives).items():
            operator = InstructorContext(tenant_id, request.user.pk, "UTC")
            for drive in TestDriveSession.objects.for_tenant(tenant_id).filter(pk__in=ids):
                longer += self._a_week_more(request, operator, drive)
        told = ngettext("%(count)d test drive lasts longer.", "%(count)d test drives last longer.", longer)
        self.message_user(request, told % {"count": longer}, messages.SUCCESS if longer else messages.WARNING)

    def _a_week_more(self, request: HttpRequest, operator: InstructorContext, drive: TestDriveSession) -> bool:
        try:
            extend(operator, drive.user_id, drive.expires_at + A_WEEK)
        except (NotAllowed, NoTestDrive):
            return False  # it is over, or would last longer than any may
        self.log_change(request, drive, "a week longer")
        return True


@admin.register(Sandbox)
class SandboxAdmin(HistoryAdmin):
    list_display = ("institution", "owner", "made_at")
    list_select_related = ("institution", "owner")
