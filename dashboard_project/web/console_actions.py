"""What is done in the console: each a form that posts and leads to where it goes on. Sent twice, it is done once."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from courses.audit import NotRecorded
from dashboard_project.busy import unless_busy
from dashboard_project.composition.console import deliver_soon
from dashboard_project.web import console_words
from dashboard_project.web.console import Visit, ids, review_page, visited
from dashboard_project.web.workers import in_database_worker
from experiences.contract import NotAllowed
from experiences.decision_console.contract import (
    LONGEST_RULE,
    LONGEST_SUBJECT,
    Conflict,
    ConsoleError,
    Draft,
    NotThere,
    PageChoice,
    Refused,
    StaleApproval,
    Wording,
)
from experiences.decision_console.kinds import KINDS, Kind, Text
from experiences.decision_console.rules import parse
from experiences.decision_console.staging import Edit
from experiences.decision_console.states import IllegalMove
from experiences.outbox.contract import Resolution

type Act = Callable[[Visit], HttpResponse]
type View = Callable[..., Coroutine[None, None, HttpResponse]]


class Unreadable(ValueError):
    """The form says something that our own never does."""


def _answering(act: Callable[..., HttpResponse]) -> View:
    """The address at which this is done, by POST; what the address names is passed on by its name."""

    @never_cache
    @require_POST
    async def view(request: HttpRequest, institution: str, section: str, **named: int) -> HttpResponse:
        return await in_database_worker(
            visited, request, institution, section, lambda visit: _done(visit, partial(act, **named))
        )

    return view


def _done(visit: Visit, act: Act) -> HttpResponse:
    return unless_busy(visit.request, lambda: _attempt(visit, act), lambda: _to(visit, *_place(visit)))


def _attempt(visit: Visit, act: Act) -> HttpResponse:
    """What was asked for is done; or the person is told why not, and nothing was changed."""
    try:
        return act(visit)
    except NotAllowed:
        return render(visit.request, "403.html", status=403)
    except Unreadable:
        return render(visit.request, "400.html", status=400)
    except (ConsoleError, IllegalMove, NotRecorded) as error:
        if isinstance(error, NotThere):
            raise
        return _told(visit, _why_not(error))


def _why_not(error: Exception) -> str:
    if isinstance(error, Refused):
        return console_words.words(console_words.REFUSED, error.code)
    if isinstance(error, Conflict):
        return _("Somebody else changed it meanwhile. Look at it as it is now; nothing was overwritten.")
    if isinstance(error, NotRecorded):
        return _("It could not be written down who did this, so it was not done. Try again.")
    return _("It is past that: look at where it stands now. Nothing was changed.")


def _told(visit: Visit, text: str) -> HttpResponse:
    messages.error(visit.request, text)
    return _to(visit, *_place(visit))


def _place(visit: Visit) -> tuple[str, dict[str, int]]:
    """The page that the form stood on."""
    match = visit.request.resolver_match
    found = match.kwargs if match else {}
    if "decision" in found:
        return "console_decision", {"decision": found["decision"]}
    return ("console_review", {"batch": found["batch"]}) if "batch" in found else ("console", {})


def _to(visit: Visit, name: str, parts: dict[str, int] | None = None, anchor: str = "") -> HttpResponse:
    dashboard = visit.context.dashboard
    where = {"institution": dashboard.institution_slug, "section": dashboard.section_slug, **(parts or {})}
    return HttpResponseRedirect(reverse(name, kwargs=where) + anchor, status=303)


def _stage(visit: Visit) -> HttpResponse:
    form = visit.request.POST
    kind = form.get("kind", "")
    if kind not in set(Kind):
        raise Unreadable(kind)
    pages = ids(form.getlist("page"))
    rule = " ".join(form.get("rule", "").split())[:LONGEST_RULE] or "chosen"
    about = KINDS[Kind(kind)]
    has_page = about.needs_page or about.may_have_page
    named = _named(visit, rule) if has_page and not pages else None
    if named is not None:
        pages = (named.id,)
    draft = Draft(
        kind=Kind(kind),
        rule=rule,
        learners=ids(form.getlist("learner")),
        pages=pages if about.is_about_pages else (),
        page=pages[0] if has_page and pages else None,
        wording=_beginning(Kind(kind), rule, named.title if named else form.get("item", "")),
    )
    return _to(visit, "console_decision", {"decision": visit.service.stage(visit.context, draft)})


def _named(visit: Visit, rule: str) -> PageChoice | None:
    """The item that the list is about: who hands it in meanwhile is not written to."""
    key = parse(rule).page
    return visit.service.find_page(visit.context, key) if key else None


def _beginning(kind: Kind, rule: str, item: str) -> Wording:
    """A message begins with words that go with the rule."""
    if KINDS[kind].text is not Text.NEEDED:
        return Wording()
    found = console_words.beginning(console_words.fits(rule, item), item[:LONGEST_SUBJECT], LONGEST_SUBJECT)
    return Wording(subject=" ".join(found[0].split()), text=found[1]) if found else Wording()


def _edit(visit: Visit, decision: int) -> HttpResponse:
    form = visit.request.POST
    wording = Wording(
        subject=" ".join(form.get("subject", "").split()),
        text=form.get("text", "").replace("\r\n", "\n"),
        moment=_moment(visit, "moment"),
        reason=form.get("reason", "").strip(),
        run_at=_moment(visit, "run_at"),
    )
    (version,) = ids([form.get("version", "")])
    edit = Edit(version, wording, frozenset(ids(form.getlist("target"))))
    is_new = visit.service.edit(visit.context, decision, edit)
    if form.get("then") == "review":
        return _to(visit, "console_review", {"batch": visit.service.review(visit.context, [decision])})
    saved = _("Saved. Approvals of an earlier version do not count any more.")
    messages.success(visit.request, saved if is_new else _("It said so before: nothing was changed."))
    return _to(visit, "console_decision", {"decision": decision})


def _snooze(visit: Visit, decision: int) -> HttpResponse:
    until = _moment(visit, "until")
    if until is None:
        raise Unreadable("until")
    visit.service.snooze(visit.context, decision, until)
    messages.success(visit.request, _("Snoozed: it comes back by itself."))
    return _to(visit, "console")


def _wake(visit: Visit, decision: int) -> HttpResponse:
    visit.service.wake(visit.context, decision)
    return _to(visit, "console_decision", {"decision": decision})


def _discard(visit: Visit, decision: int) -> HttpResponse:
    visit.service.discard(visit.context, decision)
    messages.success(visit.request, _("Discarded: nothing of it will be sent."))
    return _to(visit, "console")


def _resolve(visit: Visit, decision: int) -> HttpResponse:
    said = visit.request.POST.get("as", "")
    if said not in set(Resolution):
        raise Unreadable(said)
    count = visit.service.resolve(visit.context, decision, ids(visit.request.POST.getlist("target")), Resolution(said))
    text = ngettext("%(count)d mail is settled.", "%(count)d mails are settled.", count)
    messages.success(visit.request, text % {"count": count})
    deliver_soon()
    return _to(visit, "console_decision", {"decision": decision})


def _review(visit: Visit) -> HttpResponse:
    batch = visit.service.review(visit.context, ids(visit.request.POST.getlist("decision")))
    return _to(visit, "console_review", {"batch": batch})


def _approve(visit: Visit, batch: int) -> HttpResponse:
    try:
        is_enough = visit.service.approve(visit.context, batch, visit.request.POST.get("content", ""))
    except StaleApproval:
        text = _("This is not what you looked at: it was changed meanwhile. Nothing was approved.")
        messages.error(visit.request, text)
        return review_page(visit, batch, status=409)
    approved = _("Approved. It is executed when you say so, or at its time.")
    messages.success(visit.request, approved if is_enough else _("Approved by you. A second person has to approve it."))
    return _to(visit, "console_review", {"batch": batch})


def _execute(visit: Visit, batch: int) -> HttpResponse:
    try:
        executed = visit.service.execute(visit.context, batch)
    except StaleApproval:
        messages.error(visit.request, _("It is not what was approved any more. It was not executed."))
        return review_page(visit, batch, status=409)
    if executed:
        deliver_soon()
        text = ngettext("%(count)d decision was executed.", "%(count)d decisions were executed.", len(executed))
        messages.success(visit.request, text % {"count": len(executed)})
    else:
        messages.info(visit.request, _("There was nothing left to execute."))
    return _to(visit, "console_review", {"batch": batch})


def _moment(visit: Visit, name: str) -> datetime | None:
    """A moment that somebody wrote by the section's clock; `None` when nothing was written."""
    written = visit.request.POST.get(name, "").strip()
    if not written:
        return None
    try:
        found = parse_datetime(written)
    except ValueError as error:
        raise Unreadable(name) from error
    if found is None or found.tzinfo is not None:
        raise Unreadable(name)
    return found.replace(tzinfo=ZoneInfo(visit.context.dashboard.time_zone))


stage = _answering(_stage)
edit = _answering(_edit)
snooze = _answering(_snooze)
wake = _answering(_wake)
discard = _answering(_discard)
resolve = _answering(_resolve)
review = _answering(_review)
approve = _answering(_approve)
execute = _answering(_execute)
