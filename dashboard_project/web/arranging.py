"""What a person arranges for themselves: layout, keys, theme, language. Forms by POST, with or without a script."""

from __future__ import annotations

from urllib.parse import parse_qsl

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from courses.access import Granted
from dashboard_project import personal
from dashboard_project.web.admission import admit, turned_away
from dashboard_project.web.arrangement import arranged_as, arrangement, layout_of
from dashboard_project.web.head import dashboard_path
from dashboard_project.web.layout import CHANGES, NoSuchChange, changed
from dashboard_project.web.urlstate import DEFAULT, ViewState, read, write

THEMES = ("light", "dark")
"""Besides `auto`, which is what a page does that nobody has told anything."""
A_YEAR = 365 * 24 * 3600


def meant(query: str) -> ViewState:
    """The view that a query string means; whatever is not part of a view is gone."""
    return read(parse_qsl(query.removeprefix("?"), keep_blank_values=True))[0]


def canonical(query: str) -> str:
    """The one address of the view that a query string means."""
    return write(meant(query))


@never_cache
@require_POST
def layout(request: HttpRequest, institution: str, section: str) -> HttpResponse:
    """One change of the layout; a page with a script gets its rows without the tiles, which it has."""
    access, _ = admit(request, institution, section, DEFAULT)
    if not isinstance(access, Granted):
        return turned_away(request, access)
    try:
        name, value = _asked(request)
        arranged = personal.arrange(access.context, lambda before: arranged_as(changed(layout_of(before), name, value)))
    except NoSuchChange:
        return HttpResponseBadRequest()
    if not request.headers.get("HX-Request"):
        return _back(request, dashboard_path(access.context))
    context = {
        "board": arrangement(layout_of(arranged), {}),
        "layout_path": request.path,
        "change": name,
    }
    return render(request, "dashboard/arranged.html", context)


@never_cache
@require_POST
def keys(request: HttpRequest, institution: str, section: str) -> HttpResponse:
    """Single keys do something from now on, or nothing."""
    access, _ = admit(request, institution, section, DEFAULT)
    if not isinstance(access, Granted):
        return turned_away(request, access)
    personal.use_shortcuts(access.context, wanted=request.POST.get("keys") == "on")
    return _back(request, dashboard_path(access.context))


@never_cache
@require_POST
@login_required
def theme(request: HttpRequest) -> HttpResponse:
    """The browser shows its pages light, dark, or as the system says."""
    answer, wanted = _back(request, "/"), request.POST.get("theme", "")
    if wanted in THEMES:
        answer.set_cookie("theme", wanted, A_YEAR, secure=request.is_secure(), httponly=True, samesite="Lax")
    else:
        answer.delete_cookie("theme", samesite="Lax")
    return answer


@never_cache
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """The browser's pages speak one language, whatever its settings ask for; before signing in too."""
    answer, wanted = _back(request, "/"), request.POST.get("language", "")
    if wanted in dict(settings.LANGUAGES):
        name, is_secure = settings.LANGUAGE_COOKIE_NAME, request.is_secure()
        answer.set_cookie(name, wanted, A_YEAR, secure=is_secure, httponly=True, samesite="Lax")
    return answer


def _back(request: HttpRequest, usual: str) -> HttpResponseRedirect:
    """To the page with the form, at the address it has now: the policy of our pages lets a browser say that to us."""
    page = request.headers.get("Referer", "")
    is_ours = url_has_allowed_host_and_scheme(page, {request.get_host()}, require_https=request.is_secure())
    return HttpResponseRedirect(page if is_ours else usual)


def _asked(request: HttpRequest) -> tuple[str, str]:
    """The one change in a form; `share.engagement=45` is what a slider sends, `share=engagement:45` a button."""
    for field, value in request.POST.items():
        name, _, row = field.partition(".")
        if name in CHANGES:
            return name, f"{row}:{value}" if row else str(value)
    raise NoSuchChange("none")
