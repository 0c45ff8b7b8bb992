"""The console's pages: what falls due and what is staged; one decision; one review. No script needed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from courses.access import Granted, resolve
from dashboard_project.composition.console import console_service
from dashboard_project.composition.schedule import LATE
from dashboard_project.web import console_words
from dashboard_project.web.admission import seen, turned_away
from dashboard_project.web.ids import is_id
from dashboard_project.web.workers import in_database_worker
from experiences.contract import SectionContext
from experiences.decision_console.contract import LONGEST_SUBJECT, NotThere, Outcome, QueuedDecision
from experiences.decision_console.kinds import KINDS, Text
from experiences.decision_console.service import DecisionConsoleService, DecisionView
from experiences.decision_console.states import LIVE, State

MOST_ASKED = 100


@dataclass(frozen=True, slots=True)
class Visit:
    """Who looks at the console of which section."""

    request: HttpRequest
    context: SectionContext
    service: DecisionConsoleService

    @property
    def about(self) -> dict[str, object]:
        """What every page of it needs to know."""
        dashboard = self.context.dashboard
        return {
            "institution": dashboard.institution_slug,
            "section": dashboard.section_slug,
            "section_title": dashboard.section_title,
            "zone": dashboard.time_zone,
            "current": "console",
        }


type Page = Callable[[Visit], HttpResponse]


@never_cache
@require_safe
async def console(request: HttpRequest, institution: str, section: str) -> HttpResponse:
    """What needs somebody, what is staged, what became of it; `if=<id>` asks what decisions would change together."""
    return await in_database_worker(visited, request, institution, section, _console)


@never_cache
@require_safe
async def decision(request: HttpRequest, institution: str, section: str, decision: int) -> HttpResponse:
    """One decision: to be edited while nothing has happened of it, with what each learner would read."""
    return await in_database_worker(visited, request, institution, section, lambda visit: _decision(visit, decision))


@never_cache
@require_safe
async def review(request: HttpRequest, institution: str, section: str, batch: int) -> HttpResponse:
    """One review: what would happen, together; to be approved, then executed."""
    return await in_database_worker(visited, request, institution, section, lambda visit: review_page(visit, batch))


def visited(request: HttpRequest, institution: str, section: str, page: Page) -> HttpResponse:
    """The page for whoever may look; what is not there and what is not theirs look alike."""
    access = resolve(request.user, institution, section)
    if not isinstance(access, Granted):
        return turned_away(request, access)
    seen(access.context, request.user)
    try:
        return page(Visit(request, SectionContext(access.context), console_service()))
    except NotThere:
        return render(request, "404.html", status=404)


def review_page(visit: Visit, batch: int, status: int = 200) -> HttpResponse:
    """The review as it stands now."""
    view = visit.service.get_review(visit.context, batch)
    states = {each.state for each in view.review.decisions}
    page = {
        "view": view,
        "is_open": bool(states & {State.IN_REVIEW, State.STAGED}),
        "is_live": bool(states & LIVE),
        "is_approved": State.APPROVED in states,
        "is_under_way": State.EXECUTING in states,
        "scheduled": _scheduled(view.review.decisions, visit.service.data.clock()),
        "missing": max(0, view.review.needed - len(view.review.approvals)),
    }
    return render(visit.request, "console/review.html", {**page, **visit.about}, status=status)


def _scheduled(decisions: Iterable[QueuedDecision], now: datetime) -> list[tuple[QueuedDecision, bool]]:
    """Those that wait for their time, and whether it has come and nobody was there."""
    waiting = [(each, each.wording.run_at) for each in decisions if each.state is State.APPROVED]
    return [(each, run_at <= now - LATE) for each, run_at in waiting if run_at is not None]


def ids(values: Iterable[str]) -> tuple[int, ...]:
    """Ids out of a form or an address.

    Raises:
        NotThere: what stands there is no id of ours.
    """
    found = tuple(dict.fromkeys(values))
    if not all(map(is_id, found)):
        raise NotThere("id")
    return tuple(int(value) for value in found)


def _console(visit: Visit) -> HttpResponse:
    asked = ids(visit.request.GET.getlist("if")[:MOST_ASKED])
    view = visit.service.get_console(visit.context, asked)
    page = {
        "view": view,
        "asked": asked,
        "ready": any(not each.problems for each in view.queue),
        "about": _by_item([*(each.decision for each in view.queue), *view.recent]),
    }
    return render(visit.request, "console/console.html", {**page, **visit.about})


def _by_item(decisions: Iterable[QueuedDecision]) -> Mapping[int, list[QueuedDecision]]:
    """What was decided, by the page that it is about."""
    found: defaultdict[int, list[QueuedDecision]] = defaultdict(list)
    for each in decisions:
        if each.page_id is not None:
            found[each.page_id].append(each)
    return found


def _decision(visit: Visit, decision_id: int) -> HttpResponse:
    return decision_page(visit, visit.service.get_decision(visit.context, decision_id))


def decision_page(visit: Visit, view: DecisionView, status: int = 200) -> HttpResponse:
    """The decision as it stands now, or as somebody tried to edit it."""
    decision, rule = view.decision, KINDS[view.decision.kind]
    begun = visit.request.GET.get("begin", "")
    found = console_words.beginning(begun, decision.page_title, LONGEST_SUBJECT)
    if found is not None:
        decision = replace(decision, wording=replace(decision.wording, subject=found[0], text=found[1]))
    page: Mapping[str, object] = {
        "view": replace(view, decision=decision),
        "rule": rule,
        "has_text": rule.text is not Text.NONE,
        "beginnings": [(code, words[0]) for code, words in console_words.BEGINNINGS.items()],
        "learners": [each.learner_id for each in decision.included if each.learner_id is not None],
        "kinds": [(kind, str(console_words.KINDS[kind])) for kind, one in KINDS.items() if not one.is_about_pages],
        "is_editable": decision.state in LIVE,
        "troubled": [each for each in decision.targets if each.outcome in {Outcome.FAILED, Outcome.UNKNOWN}],
    }
    return render(visit.request, "console/decision.html", {**page, **visit.about}, status=status)
