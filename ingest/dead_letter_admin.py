"""Dead letters in the admin site: what was given up, and why; to be brought back, or let go."""

from __future__ import annotations

from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from coordinator.writes.contract import SinkUnavailable
from courses.tenant_admin import HistoryAdmin, OwnInstitutionFilter, by_institution
from ingest.models import DeadLetter
from ingest.replay import Chosen, replay
from oracles.contract import TenantId

MAY_CHANGE = "ingest.change_deadletter"


@admin.register(DeadLetter)
class DeadLetterAdmin(HistoryAdmin):
    list_display = ("last_failed_at", "section", "source", "reason", "attempts", "status")
    list_select_related = ("section",)
    search_fields = ("record_key", "section__slug")
    list_filter = (OwnInstitutionFilter, "status", "reason")
    actions = ("bring_back", "discard")

    def has_settle_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(MAY_CHANGE)

    @admin.action(description=gettext_lazy("Bring back selected records"), permissions=["settle"])
    def bring_back(self, request: HttpRequest, letters: QuerySet[DeadLetter]) -> None:
        """Each institution's letters by themselves: one that fails costs the others nothing."""
        for tenant_id, ids in by_institution(letters).items():
            _log(request, _rows(tenant_id, ids), "brought back")
            self._bring_back(request, tenant_id, ids)

    def _bring_back(self, request: HttpRequest, tenant_id: TenantId, ids: frozenset[int]) -> None:
        try:
            report = replay(tenant_id, Chosen(ids=ids))
        except SinkUnavailable:
            self.message_user(request, _("The database is busy: try again."), messages.ERROR)
            return
        told = ngettext("%(back)d record came back.", "%(back)d records came back.", report.back) % {
            "back": report.back
        }
        self.message_user(request, told % {"count": report.back}, messages.SUCCESS)
        if report.still_dead:
            still = _("%(count)d still cannot be written.") % {"count": report.still_dead}
            self.message_user(request, still, messages.WARNING)

    @admin.action(description=gettext_lazy("Discard selected records"), permissions=["settle"])
    def discard(self, request: HttpRequest, letters: QuerySet[DeadLetter]) -> None:
        """They are not tried again; what was brought back already stays so."""
        count = 0
        for tenant_id, ids in by_institution(letters).items():
            waiting = _rows(tenant_id, ids).filter(status=DeadLetter.Status.WAITING)
            _log(request, waiting, "discarded")
            count += waiting.update(status=DeadLetter.Status.DISCARDED)
        told = ngettext("%(count)d record discarded.", "%(count)d records discarded.", count) % {"count": count}
        self.message_user(request, told, messages.SUCCESS)


def _rows(tenant_id: TenantId, ids: frozenset[int]) -> QuerySet[DeadLetter]:
    return DeadLetter.objects.for_tenant(tenant_id).filter(pk__in=ids)


def _log(request: HttpRequest, letters: QuerySet[DeadLetter], what: str) -> None:
    assert request.user.pk is not None  # the admin site lets nobody else in
    LogEntry.objects.log_actions(request.user.pk, letters, CHANGE, change_message=what)
