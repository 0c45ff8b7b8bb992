"""Dead letters in the admin site: what was given up, and why; to be brought back, or let go."""

from __future__ import annotations

from collections import defaultdict

from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from coordinator.writes.contract import SinkUnavailable
from courses.tenant_admin import HistoryAdmin, OwnInstitutionFilter
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
        of_tenant: defaultdict[int, set[int]] = defaultdict(set)
        for pk, tenant in letters.values_list("pk", "institution_id"):
            of_tenant[tenant].add(pk)
        self._log(request, letters, "brought back")
        for tenant, ids in of_tenant.items():
            self._bring_back(request, TenantId(tenant), frozenset(ids))

    def _bring_back(self, request: HttpRequest, tenant_id: TenantId, ids: frozenset[int]) -> None:
        try:
            report = replay(tenant_id, Chosen(ids=ids))
        except SinkUnavailable:
            self.message_user(request, _("The database is busy: try again."), messages.ERROR)
            return
        back = report.outcomes.total() + report.unreadable - report.still_dead
        told = ngettext("%(back)d record came back.", "%(back)d records came back.", back) % {"back": back}
        self.message_user(request, told, messages.SUCCESS)
        if report.still_dead:
            still = _("%(count)d still cannot be written.") % {"count": report.still_dead}
            self.message_user(request, still, messages.WARNING)

    @admin.action(description=gettext_lazy("Discard selected records"), permissions=["settle"])
    def discard(self, request: HttpRequest, letters: QuerySet[DeadLetter]) -> None:
        waiting = letters.filter(status=DeadLetter.Status.WAITING)
        self._log(request, waiting, "discarded")
        count = waiting.update(status=DeadLetter.Status.DISCARDED)
        told = ngettext("%(count)d record discarded.", "%(count)d records discarded.", count) % {"count": count}
        self.message_user(request, told, messages.SUCCESS)

    @staticmethod
    def _log(request: HttpRequest, letters: QuerySet[DeadLetter], what: str) -> None:
        LogEntry.objects.log_actions(request.user.pk, letters, CHANGE, change_message=what)
