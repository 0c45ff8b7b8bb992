"""Bearer tokens in the admin site: made, rotated and revoked, each act in the site's log. None is deleted."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.tenant_admin import TenantAdmin
from ingest import tokens
from ingest.models import BearerToken


@admin.register(BearerToken)
class BearerTokenAdmin(TenantAdmin):
    list_display = ("name", "ending", "institution", "created_at", "rotated_at", "revoked_at", "last_used_on")
    list_select_related = ("institution",)
    search_fields = ("name", "ending")
    fields = ("institution", "name", "ending", "created_at", "rotated_at", "revoked_at", "last_used_on")
    readonly_fields = ("ending", "created_at", "rotated_at", "revoked_at", "last_used_on")
    actions = ("rotate", "revoke")

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Model, form: ModelForm[Model], change: bool) -> None:
        assert isinstance(obj, BearerToken)
        if change:
            # Only what the form shows: somebody else may have rotated the token meanwhile.
            obj.save(update_fields=["name"])
            return
        tokens.fill(obj, timezone.now())
        obj.save()

    def response_add(self, request: HttpRequest, obj: Model, post_url_continue: str | None = None) -> HttpResponse:
        assert isinstance(obj, BearerToken)
        return self._shown(request, [obj])

    @admin.action(description=gettext_lazy("Rotate: a new secret, the old one ends now"), permissions=["change"])
    def rotate(self, request: HttpRequest, queryset: QuerySet[Model]) -> HttpResponse:
        rotated = [row for row in queryset if isinstance(row, BearerToken) and row.revoked_at is None]
        for token in rotated:
            tokens.rotate(token, timezone.now())
            self.log_change(request, token, "Rotated.")
        return self._shown(request, rotated)

    @admin.action(description=gettext_lazy("Revoke: nobody can use it any more"), permissions=["change"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[Model]) -> None:
        revoked = [row for row in queryset if isinstance(row, BearerToken) and tokens.revoke(row, timezone.now())]
        for token in revoked:
            self.log_change(request, token, "Revoked.")
        self.message_user(request, _("Tokens revoked: %(number)d") % {"number": len(revoked)})

    def _shown(self, request: HttpRequest, made: Iterable[BearerToken]) -> HttpResponse:
        """The secrets, this once: in the answer itself, so that they are in no cookie and no session."""
        context = {**self.admin_site.each_context(request), "title": _("Bearer token"), "tokens": made}
        response = TemplateResponse(request, "admin/ingest/bearertoken/shown.html", context)
        add_never_cache_headers(response)
        return response
