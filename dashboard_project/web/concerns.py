"""“Not a concern until …”, said of the learners that were selected on the dashboard, or taken back of one.

Learners come as ids in a POST; the address they lead back to names nobody.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from http import HTTPStatus
from urllib.parse import parse_qsl
from zoneinfo import ZoneInfo

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from courses.access import Granted, resolve
from courses.audit import Actor
from courses.concerns import MOST, Word, say
from courses.contract import DashboardContext
from courses.models import ConcernNote
from dashboard_project.web.admission import turned_away
from dashboard_project.web.head import dashboard_path
from dashboard_project.web.ids import is_id
from dashboard_project.web.urlstate import read, write
from ingest.hints import announce

LONGEST = timedelta(days=366)
LONGEST_ADDRESS = 2_000


class NotUnderstood(ValueError):
    """The argument is a code: `nobody`, `no_day`, `no_reason`."""


@never_cache
@require_POST
def concerns(request: HttpRequest, institution: str, section: str) -> HttpResponse:
    """Back to the dashboard, which shows it; or a page that says why nothing was written."""
    access = resolve(request.user, institution, section)
    if not isinstance(access, Granted):
        return turned_away(request, access)
    context = access.context
    if not context.may_set:
        return _refused(request, context, "not_permitted", HTTPStatus.FORBIDDEN)
    now = timezone.now()
    try:
        learners, word = _asked(request, context, now)
    except NotUnderstood as error:
        return _refused(request, context, str(error), HTTPStatus.BAD_REQUEST)
    actor = Actor(f"user-{context.user_id}", request.user.get_username())
    with transaction.atomic():
        if say(context, learners, word, actor, now):
            announce(context.tenant_id, [context.scope.section_id])
    return HttpResponseRedirect(_back(request, context), status=HTTPStatus.SEE_OTHER)


def until_of(text: str, zone: str, now: datetime) -> datetime:
    """The beginning of that day in the section's zone.

    Raises:
        NotUnderstood: it is no day, or not one of the next year.
    """
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise NotUnderstood("no_day") from None
    moment = datetime.combine(day, time.min, ZoneInfo(zone))
    if not now < moment <= now + LONGEST:
        raise NotUnderstood("no_day")
    return moment


def _asked(request: HttpRequest, context: DashboardContext, now: datetime) -> tuple[list[int], Word]:
    undone = _ids(request.POST.getlist("undo"))
    if undone:
        return undone, Word()
    learners = _ids(request.POST.getlist("learner"))
    if not learners:
        raise NotUnderstood("nobody")
    reason = request.POST.get("reason", "")
    if reason and reason not in ConcernNote.Reason.values:
        raise NotUnderstood("no_reason")
    return learners, Word(until_of(request.POST.get("until", ""), context.time_zone, now), reason)


def _ids(texts: list[str]) -> list[int]:
    """What can be an id; who it is, and whether they are here, the database says."""
    return [int(text) for text in texts[:MOST] if is_id(text)]


def _back(request: HttpRequest, context: DashboardContext) -> str:
    address = request.POST.get("address", "")[:LONGEST_ADDRESS].removeprefix("?")
    view, _ = read(parse_qsl(address))
    return f"{dashboard_path(context)}{write(view)}#tile-student_support"


def _refused(request: HttpRequest, context: DashboardContext, reason: str, status: HTTPStatus) -> HttpResponse:
    values = {
        "reason": reason,
        "back": _back(request, context),
        "section_title": context.section_title,
        "institution": context.institution_slug,
        "section": context.section_slug,
        "current": "concerns",
    }
    return render(request, "dashboard/concerns_refused.html", values, status=status)
