"""The outbox in the admin site: where mail stands; what is unknown or failed is settled by a person."""

from __future__ import annotations

from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy, ngettext

from courses.tenant_admin import HistoryAdmin, OwnInstitutionFilter, by_institution
from experiences.outbox.contract import Resolution
from experiences.outbox.models import OutgoingMail
from experiences.outbox.resolving import resolve

MAY_CHANGE = "outbox.change_outgoingmail"


@admin.register(OutgoingMail)
class OutgoingMailAdmin(HistoryAdmin):
    list_display = ("enqueued_at", "kind", "status", "attempts", "due_at", "ended_at", "error")
    list_filter = (OwnInstitutionFilter, "status", "kind")
    search_fields = ("key",)
    fields = ("institution", "key", *list_display[1:], "claimed_at", "resolved_by")
    actions = ("it_arrived", "send_again", "give_up")

    def has_settle_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(MAY_CHANGE)

    @admin.action(description=gettext_lazy("Selected mail has arrived"), permissions=["settle"])
    def it_arrived(self, request: HttpRequest, mails: QuerySet[OutgoingMail]) -> None:
        self._settle(request, mails, Resolution.ARRIVED)

    @admin.action(description=gettext_lazy("Send selected mail again"), permissions=["settle"])
    def send_again(self, request: HttpRequest, mails: QuerySet[OutgoingMail]) -> None:
        self._settle(request, mails, Resolution.SEND_AGAIN)

    @admin.action(description=gettext_lazy("Give selected mail up"), permissions=["settle"])
    def give_up(self, request: HttpRequest, mails: QuerySet[OutgoingMail]) -> None:
        self._settle(request, mails, Resolution.GIVE_UP)

    def _settle(self, request: HttpRequest, mails: QuerySet[OutgoingMail], said: Resolution) -> None:
        assert request.user.pk is not None  # the admin site lets nobody else in
        now, count = timezone.now(), 0
        for tenant_id, ids in by_institution(mails).items():
            rows = OutgoingMail.objects.for_tenant(tenant_id).filter(pk__in=ids)
            LogEntry.objects.log_actions(request.user.pk, rows, CHANGE, change_message=said.value)
            count += len(resolve(tenant_id, [row.key for row in rows], said, f"user-{request.user.pk}", now))
        told = ngettext("%(count)d mail settled.", "%(count)d mails settled.", count) % {"count": count}
        self.message_user(request, told, messages.SUCCESS)
