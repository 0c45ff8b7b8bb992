"""Views that a person comes back to: a page that lists them, and the same list in a menu of the dashboard."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from courses.access import Granted
from courses.contract import DashboardContext, ScopeChoice
from dashboard_project import personal
from dashboard_project.web.admission import admit, turned_away
from dashboard_project.web.arranging import canonical, meant
from dashboard_project.web.head import dashboard_path
from dashboard_project.web.ids import is_id
from dashboard_project.web.urlstate import COURSE, DEFAULT


@dataclass(frozen=True, slots=True)
class Entry:
    """One saved view as the list shows it."""

    pk: int
    name: str
    url: str
    scope: str
    """Title of the part of the course that it shows."""
    is_default: bool


@dataclass(frozen=True, slots=True)
class Views:
    path: str
    entries: tuple[Entry, ...]
    refusal: str = ""
    """Why the last thing that was asked was not done: a code of `NotSaved`."""
    most: int = personal.MOST_VIEWS


type Form = Mapping[str, str]


def views_of(context: DashboardContext, choices: Sequence[ScopeChoice], refusal: str = "") -> Views:
    """The list, in the words of the outline as it is now."""
    titles = {choice.address: choice.title for choice in choices} | {COURSE: gettext("Whole course")}
    path = dashboard_path(context)
    entries = (
        Entry(view.pk, view.name, path + view.query, titles.get(meant(view.query).scope, ""), view.is_default)
        for view in personal.saved_views(context)
    )
    return Views(f"{path}views/", tuple(entries), refusal)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def views(request: HttpRequest, institution: str, section: str) -> HttpResponse:
    """The list; a POST saves, renames, deletes, or chooses the one that the start page leads to."""
    access, choices = admit(request, institution, section, DEFAULT)
    if not isinstance(access, Granted):
        return turned_away(request, access)
    context = access.context
    refusal = _done(context, request.POST) if request.method == "POST" else ""
    is_menu = bool(request.headers.get("HX-Request"))
    if request.method == "POST" and not refusal and not is_menu:
        return redirect(_back(context, request.POST))
    shown = {
        "views": views_of(context, choices, refusal),
        "institution": institution,
        "section": section,
        "section_title": context.section_title,
        "saved": request.POST.get("name", ""),
    }
    template = "dashboard/views_answer.html" if is_menu else "dashboard/views.html"
    return render(request, template, shown, status=422 if refusal and not is_menu else 200)


def _done(context: DashboardContext, form: Form) -> str:
    """Empty when what the form asks for was done, else why not."""
    do = DOING.get(form.get("do", ""))
    if do is None:
        return "gone"
    try:
        do(context, form)
    except personal.NotSaved as refusal:
        return str(refusal)
    return ""


def _back(context: DashboardContext, form: Form) -> str:
    """A view is saved from the dashboard; everything else is done on the page of the list."""
    path = dashboard_path(context)
    return path + canonical(form.get("query", "")) if form.get("do") == "save" else f"{path}views/"


def _save(context: DashboardContext, form: Form) -> None:
    personal.save_view(context, form.get("name", ""), canonical(form.get("query", "")))


def _rename(context: DashboardContext, form: Form) -> None:
    personal.rename_view(context, _id(form), form.get("name", ""))


def _delete(context: DashboardContext, form: Form) -> None:
    personal.delete_view(context, _id(form))


def _default(context: DashboardContext, form: Form) -> None:
    personal.choose_default(context, _id(form))


def _no_default(context: DashboardContext, _form: Form) -> None:
    personal.choose_default(context, None)


DOING: Mapping[str, Callable[[DashboardContext, Form], None]] = {
    "save": _save,
    "rename": _rename,
    "delete": _delete,
    "default": _default,
    "no-default": _no_default,
}


def _id(form: Form) -> int:
    text = form.get("view", "")
    if not is_id(text):
        raise personal.NotSaved("gone")
    return int(text)
