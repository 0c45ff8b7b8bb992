"""What is done in the tray: each a form that posts, and leads back to the list it came from."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from dashboard_project.busy import unless_busy
from dashboard_project.composition.tray import tray_service
from dashboard_project.web.admission import turned_away
from dashboard_project.web.ids import is_id
from dashboard_project.web.tray import Visit, about, visit_of
from dashboard_project.web.tray_address import TrayAddress, read_query
from dashboard_project.web.workers import in_database_worker
from experiences.contract import NotAllowed
from experiences.hygiene_tray.issues import Chosen, NoSuchBatch, NoSuchIssue, Outcome, Result
from experiences.hygiene_tray.service import MOST_AT_ONCE, ConfirmationRequired, TooMany
from experiences.hygiene_tray.states import Verb, Wish
from experiences.hygiene_tray.tray import Filters, Sort

log = logging.getLogger(__name__)
type Act = Callable[[HttpRequest, Visit], HttpResponse]
ONE_DAY = timedelta(days=1)


class Unreadable(ValueError):
    """The form says something that our own never does."""


PAGES: Mapping[type[Exception], int] = {NoSuchIssue: 404, NoSuchBatch: 404, NotAllowed: 403, Unreadable: 400}
"""What is answered by a page of its own."""


@require_POST
async def tray_change(request: HttpRequest, institution: str, section: str) -> HttpResponse:
    """The chosen issues are changed, each by itself; or somebody is asked first."""
    return await in_database_worker(_act, request, institution, section, _change)


@require_POST
async def tray_replay(request: HttpRequest, institution: str, section: str) -> HttpResponse:
    """The records behind one issue were tried again."""
    return await in_database_worker(_act, request, institution, section, _replay)


@require_POST
async def tray_undo(request: HttpRequest, institution: str, section: str) -> HttpResponse:
    """What was changed together is as it was before."""
    return await in_database_worker(_act, request, institution, section, _undo)


@require_POST
async def tray_order(request: HttpRequest, institution: str, section: str) -> HttpResponse:
    """One issue has moved a place in the person's own order."""
    return await in_database_worker(_act, request, institution, section, _order)


@require_POST
async def tray_look(request: HttpRequest, institution: str, section: str) -> HttpResponse:
    """The data was looked at anew."""
    return await in_database_worker(_act, request, institution, section, _look)


def _act(request: HttpRequest, institution: str, section: str, act: Act) -> HttpResponse:
    visit = visit_of(request, institution, section, read_query(request.POST.get("back", "")))
    if not isinstance(visit, Visit):
        return turned_away(request, visit)
    return unless_busy(request, lambda: _attempt(request, visit, act), lambda: _back(visit))


def _attempt(request: HttpRequest, visit: Visit, act: Act) -> HttpResponse:
    """What was asked for is done; or the person is told why not."""
    try:
        return act(request, visit)
    except tuple(PAGES) as refused:
        status = PAGES[type(refused)]
        return render(request, f"{status}.html", status=status)
    except TooMany:
        text = ngettext(
            "Choose at most %(most)d issue at once.", "Choose at most %(most)d issues at once.", MOST_AT_ONCE
        )
        messages.error(request, text % {"most": MOST_AT_ONCE})
    return _back(visit)


def _change(request: HttpRequest, visit: Visit) -> HttpResponse:
    chosen, wish = _chosen(request), _wish(request, visit)
    if not chosen:
        messages.error(request, _("Choose at least one issue."))
        return _back(visit)
    try:
        changed = tray_service().change(visit.context, chosen, wish, is_confirmed=_is_confirmed(request))
    except ConfirmationRequired:
        return _ask(request, visit, wish.verb, len(chosen), "tray_change")
    if all(result.outcome is Outcome.UNKNOWN for result in changed.results):
        raise NoSuchIssue("none of them is of this section")
    _tell(request, changed.results)
    return _back(visit)


def _replay(request: HttpRequest, visit: Visit) -> HttpResponse:
    chosen = _chosen(request)
    if len(chosen) != 1:
        raise Unreadable("expected one issue")
    try:
        result = tray_service().replay(visit.context, chosen[0], is_confirmed=_is_confirmed(request))
    except ConfirmationRequired:
        return _ask(request, visit, Verb.REPLAY, 1, "tray_replay")
    _tell_replayed(request, result)
    return _back(visit)


def _undo(request: HttpRequest, visit: Visit) -> HttpResponse:
    try:
        batch = UUID(request.POST.get("batch", ""))
    except ValueError as wrong:
        raise Unreadable("expected the id of a change") from wrong
    changed = tray_service().undo(visit.context, batch)
    if not changed.results:
        messages.error(request, _("This can no longer be undone: more than a day has passed, or it is not yours."))
    _tell(request, changed.results)
    return _back(visit)


def _order(request: HttpRequest, visit: Visit) -> HttpResponse:
    service = tray_service()
    ids = [issue.id for issue in service.get_tray(visit.context, Filters(sort=Sort.MINE)).issues]
    step = -1 if "up" in request.POST else 1
    moved = _number(request.POST.get("up") or request.POST.get("down") or "")
    if moved not in ids:
        raise NoSuchIssue(f"no open issue {moved} in this section")
    outcome = service.reorder(visit.context, _shifted(ids, moved, step), _number(request.POST.get("version", "")))
    if outcome is not Outcome.APPLIED:
        messages.error(request, _("The list has changed since you saw it. This is how it is now; nothing was moved."))
    return _back(visit)


def _look(request: HttpRequest, visit: Visit) -> HttpResponse:
    tray_service().look(visit.context, is_forced=True)
    messages.success(request, _("The data was looked at just now."))
    return _back(visit)


def _shifted(ids: Sequence[int], moved: int, step: int) -> list[int]:
    place = ids.index(moved)
    others = [each for each in ids if each != moved]
    others.insert(min(max(place + step, 0), len(others)), moved)
    return others


def _chosen(request: HttpRequest) -> list[Chosen]:
    found: list[Chosen] = []
    for said in request.POST.getlist("issue"):
        issue, _colon, version = str(said).partition(":")
        found.append(Chosen(_number(issue), _number(version)))
    return found


def _number(said: str) -> int:
    if not is_id(said):
        raise Unreadable("expected a number")
    return int(said)


def _wish(request: HttpRequest, visit: Visit) -> Wish:
    said = request.POST.get("verb", "")
    if said not in set(Verb) - {Verb.REPLAY}:
        raise Unreadable("expected a verb")
    return Wish(Verb(said), request.POST.get("reason", ""), _until(request.POST.get("until", ""), visit))


def _until(said: str, visit: Visit) -> datetime | None:
    """The end of that day where the section is."""
    if not said:
        return None
    try:
        day = parse_date(said)
        if day is None:
            raise Unreadable("expected a date")
        return datetime.combine(day + ONE_DAY, time(), ZoneInfo(visit.context.dashboard.time_zone))
    except (ValueError, OverflowError) as wrong:
        raise Unreadable("expected a date that is there") from wrong


def _is_confirmed(request: HttpRequest) -> bool:
    return request.POST.get("confirmed") == "yes"


def _ask(request: HttpRequest, visit: Visit, verb: Verb, count: int, action: str) -> HttpResponse:
    """Nothing was changed yet: the same form again, with a yes."""
    asked = {
        "verb": verb.value,
        "count": count,
        "action": action,
        "back": visit.address.query(),
        "fields": [
            (name, value) for name in ("issue", "verb", "reason", "until") for value in request.POST.getlist(name)
        ],
    }
    return render(request, "tray/confirm.html", {**asked, **about(visit)})


def _tell(request: HttpRequest, results: Sequence[Result]) -> None:
    counts = Counter(result.outcome for result in results)
    if applied := counts[Outcome.APPLIED]:
        text = ngettext("%(count)d issue was changed.", "%(count)d issues were changed.", applied)
        messages.success(request, text % {"count": applied})
    if conflicts := counts[Outcome.CONFLICT]:
        text = ngettext(
            "%(count)d issue was changed by somebody else meanwhile, and is as they left it.",
            "%(count)d issues were changed by somebody else meanwhile, and are as they left them.",
            conflicts,
        )
        messages.error(request, text % {"count": conflicts})
    if refused := counts[Outcome.ILLEGAL] + counts[Outcome.UNKNOWN]:
        text = ngettext(
            "%(count)d issue could not be changed like that. To ignore one takes a reason, and an end that is ahead.",
            "%(count)d issues could not be changed like that. To ignore them takes a reason, and an end that is ahead.",
            refused,
        )
        messages.error(request, text % {"count": refused})


def _tell_replayed(request: HttpRequest, result: Result) -> None:
    kind, _colon, number = result.detail.partition(":")
    if result.outcome is Outcome.APPLIED:
        back = int(number or 0)
        text = ngettext("%(count)d record came back.", "%(count)d records came back.", back)
        messages.success(request, text % {"count": back})
    elif kind == "still_dead":
        still = int(number)
        text = ngettext(
            "%(count)d record still cannot be written.", "%(count)d records still cannot be written.", still
        )
        messages.error(request, text % {"count": still})
    elif result.outcome is Outcome.CONFLICT:
        _tell(request, [result])
    else:
        messages.error(request, result.detail)


def _back(visit: Visit) -> HttpResponse:
    context, address = visit.context.dashboard, visit.address or TrayAddress()
    response = redirect("tray", context.institution_slug, context.section_slug)
    response["Location"] += address.query()
    response.status_code = 303
    return response
