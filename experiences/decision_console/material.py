"""What the console reads of a section: what falls due, what is owed, how much work learners have left."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from courses.models import AssessmentScore, Page, PageProgress, Section, SectionStamp
from experiences.calculators.decision_impact import LearnerWork, Task
from experiences.contract import SectionContext
from experiences.decision_console.contract import Blocking, Obligation, OutstandingWork, PageChoice
from experiences.decision_console.kinds import Kind
from experiences.decision_console.models import Arrangement
from oracles.contract import OracleContext
from oracles.instructor.asking import enrolled, visible_pages

SOON = timedelta(days=7)
WINDOW = timedelta(days=14)
"""Of the pace; the calculator's own."""
A_DAY = timedelta(days=1)
ALL_OF_IT = 100.0


def as_of(context: SectionContext) -> datetime | None:
    """Time of the newest event ingested for the section."""
    stamps = SectionStamp.objects.for_tenant(context.tenant_id).filter(section_id=context.section_id)
    return stamps.values_list("as_of", flat=True).first()


def obligations(context: SectionContext, blocking: Blocking, now: datetime) -> tuple[Obligation, ...]:
    """The graded items that can be judged, in reading order."""
    rows = list(_graded(context, now))
    weights = [row.weight for row in rows]
    known = [weight for weight in weights if weight is not None]
    total = sum(known) if len(known) == len(rows) else 0.0
    return tuple(
        Obligation(
            page_id=row.pk,
            key=row.key,
            title=row.title,
            unit=row.container.title if row.container else "",
            due_at=row.due_at,
            share_pct=ALL_OF_IT * (row.weight or 0.0) / total if total > 0 else None,
        )
        for row in rows
        if row.pk not in blocking.pages
    )


def pages(context: SectionContext, now: datetime) -> tuple[PageChoice, ...]:
    """Every visible page, in reading order."""
    rows = visible_pages(_oracle(context, now)).values_list("pk", "title", "key")
    return tuple(PageChoice(pk, title, key) for pk, title, key in rows)


def outstanding(context: SectionContext, blocking: Blocking, now: datetime) -> tuple[OutstandingWork, ...]:
    """Items that are due, or will be within a week, with who has not handed in, and who waits for a grade."""
    due = [row for row in _graded(context, now).filter(due_at__lte=now + SOON) if row.pk not in blocking.pages]
    class_ids = sorted(set(enrolled(_oracle(context, now)).values_list("learner_id", flat=True)) - blocking.learners)
    handed_in, waiting = _submissions(context, [row.pk for row in due])
    excused = _extended(context, now)
    return tuple(
        OutstandingWork(
            page_id=row.pk,
            missing=tuple(one for one in class_ids if one not in handed_in[row.pk] | excused[row.pk]),
            ungraded=tuple(one for one in class_ids if one in waiting[row.pk]),
        )
        for row in due
    )


def arranged(context: SectionContext, kind: Kind, now: datetime) -> int:
    """How many learners (or pages) an arrangement of this kind holds for now."""
    rows = Arrangement.objects.for_tenant(context.tenant_id).filter(section_id=context.section_id, kind=kind)
    return rows.filter(Q(moment__isnull=True) | Q(moment__gt=now)).values("learner_id", "page_id").distinct().count()


def works(context: SectionContext, learners: Collection[int], now: datetime) -> tuple[LearnerWork, ...]:
    """What each of these learners has to do and has done lately. A page is a point; six statements."""
    section = Section.objects.for_tenant(context.tenant_id).get(pk=context.section_id)
    rows = list(visible_pages(_oracle(context, now)).select_related("container"))
    done = _done(context, learners, now)
    extended = extensions(context, learners)
    handed_in, _ = _submissions(context, [row.pk for row in rows if row.graded])
    seen_since = section.starts_at or min((each.first for each in done.values() if each.first), default=None)
    observed = min(WINDOW, now - seen_since) / A_DAY if seen_since and seen_since < now else 0.0
    return tuple(
        LearnerWork(
            learner_id=one,
            tasks=tuple(
                Task(
                    row.pk,
                    0.0 if one in handed_in[row.pk] else 1.0 - done[one].progress.get(row.pk, 0.0),
                    later(_due(row, section), extended.get((one, row.pk))),
                )
                for row in rows
            ),
            points_done=done[one].lately,
            days_observed=observed,
            active_days=len(done[one].days),
        )
        for one in sorted(learners)
    )


@dataclass(slots=True)
class _Done:
    """What one learner has done."""

    progress: dict[int, float] = field(default_factory=dict)
    """Page → 0..1."""
    lately: float = 0.0
    """Pages finished in the window."""
    days: set[object] = field(default_factory=set)
    first: datetime | None = None


def _done(context: SectionContext, learners: Collection[int], now: datetime) -> Mapping[int, _Done]:
    rows = PageProgress.objects.for_tenant(context.tenant_id).filter(section_id=context.section_id)
    found: defaultdict[int, _Done] = defaultdict(_Done)
    for row in rows.filter(learner_id__in=learners).order_by("first_seen"):
        one = found[row.learner_id]
        one.first = one.first or row.first_seen
        one.progress[row.page_id] = min(1.0, row.progress)
        finished = row.completed_at or (row.last_seen if row.progress >= 1 else None)
        if finished and now - WINDOW < finished <= now:
            one.lately += 1
        if now - WINDOW < row.last_seen <= now:
            one.days.add(row.last_seen.date())
    return found


def _due(row: Page, section: Section) -> datetime | None:
    return row.due_at or (row.container.ends_at if row.container else None) or section.ends_at


def later(due: datetime | None, extended: datetime | None) -> datetime | None:
    return max(due, extended) if due and extended else due or extended


def _oracle(context: SectionContext, now: datetime) -> OracleContext:
    return OracleContext(context.dashboard.scope, None, now)


def _graded(context: SectionContext, now: datetime) -> QuerySet[Page]:
    return visible_pages(_oracle(context, now)).filter(graded=True).select_related("container")


def _submissions(
    context: SectionContext, pages: Collection[int]
) -> tuple[Mapping[int, set[int]], Mapping[int, set[int]]]:
    """By page: who has handed in (a gradebook may report a score alone), and who of them waits for a grade."""
    handed_in: defaultdict[int, set[int]] = defaultdict(set)
    waiting: defaultdict[int, set[int]] = defaultdict(set)
    rows = AssessmentScore.objects.for_tenant(context.tenant_id).filter(section_id=context.section_id)
    facts = ("page_id", "learner_id", "submitted_at", "score", "graded_at")
    for page, learner, submitted, score, graded in rows.filter(page_id__in=pages).values_list(*facts):
        if submitted is not None or score is not None:
            handed_in[page].add(learner)
        if submitted is not None and score is None and graded is None:
            waiting[page].add(learner)
    return handed_in, waiting


def _extended(context: SectionContext, now: datetime) -> Mapping[int, set[int]]:
    """By page: who has more time, and still has it."""
    rows = _arrangements(context).filter(moment__gt=now).values_list("page_id", "learner_id")
    return _grouped((page, learner) for page, learner in rows if page and learner)


def extensions(context: SectionContext, learners: Collection[int]) -> Mapping[tuple[int, int], datetime]:
    rows = _arrangements(context).filter(learner_id__in=learners).order_by("moment")
    found = rows.values_list("learner_id", "page_id", "moment")
    return {(learner, page): moment for learner, page, moment in found if learner and page and moment}


def _arrangements(context: SectionContext) -> QuerySet[Arrangement]:
    rows = Arrangement.objects.for_tenant(context.tenant_id).filter(section_id=context.section_id)
    return rows.filter(kind=Kind.EXTENSION)


def _grouped(pairs: Iterable[tuple[int, int]]) -> Mapping[int, set[int]]:
    found: defaultdict[int, set[int]] = defaultdict(set)
    for key, value in pairs:
        found[key].add(value)
    return found
