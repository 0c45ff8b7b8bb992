"""The digest's pages: one's own, as it would be sent; when it comes; and no more of it with one click."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from dashboard_project.composition.digest import digest_service
from dashboard_project.web.digest_page import InstitutionDigest, WantedForm, institution_digest
from dashboard_project.web.workers import in_database_worker
from experiences.digest.memory import Preferences
from experiences.digest.recipients import Recipient, as_recipient
from experiences.digest.unsubscribe import InvalidToken, person_of, unsubscribe

DONE = "done"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
async def digest(request: HttpRequest) -> HttpResponse:
    """Everything at once: the page waits for its numbers."""
    return await in_database_worker(_digest, request)


def _digest(request: HttpRequest) -> HttpResponse:
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    people, now = as_recipient(request.user), timezone.now()
    if request.method == "POST":
        return _changed(request, people, now)
    return _page(request, tuple(institution_digest(person, digest_service(), now) for person in people))


def _changed(request: HttpRequest, people: tuple[Recipient, ...], now: datetime) -> HttpResponse:
    """The wish is stored, or the week is ticked off; 404 for an institution where the person teaches nothing."""
    mine = [person for person in people if str(person.context.tenant_id) == request.POST.get("institution")]
    form = WantedForm(request.POST)
    if not mine:
        return render(request, "404.html", status=404)
    service, context = digest_service(), mine[0].context
    if request.POST.get("action") == DONE:
        config = service.weekly_config(context)
        service.mark(context, service.get_digest(context, config, now), "acted", now)
    elif form.is_valid():
        service.set_preferences(context, Preferences(**form.cleaned_data), now)
    else:
        return render(request, "400.html", status=400)
    return HttpResponseRedirect(reverse("digest"))


def _page(request: HttpRequest, digests: tuple[InstitutionDigest, ...]) -> HttpResponse:
    return render(request, "digest/page.html", {"digests": digests})


@csrf_exempt  # a mail program's own button has no cookie; the signed token is what counts (RFC 8058)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
async def digest_unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """A button; whoever presses it, a mail program too, gets no more mail. 404 for what was not signed here."""
    return await in_database_worker(_unsubscribe, request, token)


def _unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    try:
        if request.method == "POST":
            unsubscribe(token, timezone.now())
        else:
            person_of(token)  # looking changes nothing: mail scanners look
    except InvalidToken:
        return render(request, "404.html", status=404)
    return render(request, "digest/unsubscribe.html", {"is_done": request.method == "POST"})
