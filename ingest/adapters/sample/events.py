"""What made-up learners did until now: views, answers with retries, quiz scores. Pure; randomness is passed in."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from math import exp
from random import Random
from uuid import NAMESPACE_URL, UUID, uuid5

from ingest.adapters.sample.learners import SampleLearner
from ingest.adapters.sample.outline import QUIZ_POINTS, Outline, PlannedPage
from ingest.records import ActivityRecord, EventRecord, Verb

SOURCE = "sample"
MAX_TRIES = 3
GIVES_UP = 0.3
"""Probability of leaving an activity after a miss."""
GRADING_TIME = timedelta(days=2)


def events(
    plan: Outline, people: list[SampleLearner], section: str, now: datetime, random: Random
) -> Iterator[EventRecord]:
    """Every event before `now`, learner by learner."""
    for person in people:
        for page in plan.pages:
            yield from _visit(page, person, section, now, random)


def _visit(
    page: PlannedPage, person: SampleLearner, section: str, now: datetime, random: Random
) -> Iterator[EventRecord]:
    quits = person.habit.quits
    until = now if quits is None else now - timedelta(weeks=quits)
    at = page.opens + person.habit.delay * random.uniform(0.2, 1.8) + timedelta(minutes=random.uniform(0, 600))
    if random.random() > person.habit.diligence or at > until:
        return
    if page.record.graded:
        yield from _quiz(page, person, section, (at, now), random)
    elif page.record.activities:
        yield from _answers(page, person, section, (at, until), random)
    else:
        yield _event(section, person, page, Verb.EXPERIENCED, at)


def _answers(
    page: PlannedPage, person: SampleLearner, section: str, span: tuple[datetime, datetime], random: Random
) -> Iterator[EventRecord]:
    at, until = span
    for activity in page.record.activities:
        for attempt in range(MAX_TRIES):
            at += timedelta(seconds=random.uniform(20, 240))
            if at > until:
                return
            is_correct = random.random() < _chance(person.ability + 0.8 * attempt, page.difficulty)
            yield _answer(section, person, page, (activity, attempt), is_correct=is_correct, at=at)
            if is_correct or random.random() < GIVES_UP:
                break


def _quiz(
    page: PlannedPage, person: SampleLearner, section: str, span: tuple[datetime, datetime], random: Random
) -> Iterator[EventRecord]:
    at, now = span
    yield _event(section, person, page, Verb.SUBMITTED, at)
    if at + GRADING_TIME > now:
        return
    points = sum(random.random() < _chance(person.ability, page.difficulty - 0.4) for _ in range(int(QUIZ_POINTS)))
    yield EventRecord(
        event_id=_id(section, person, page.record.key, Verb.SCORED),
        learner=person.external_id,
        verb=Verb.SCORED,
        page=page.record.key,
        timestamp=at + GRADING_TIME * random.uniform(0.1, 0.9),
        source=SOURCE,
        score=float(points),
        out_of=QUIZ_POINTS,
    )


def _chance(ability: float, difficulty: float) -> float:
    """Probability of a correct answer (one-parameter logistic item response model, Rasch 1960)."""
    return 1 / (1 + exp(difficulty - ability))


def _event(section: str, person: SampleLearner, page: PlannedPage, verb: Verb, at: datetime) -> EventRecord:
    return EventRecord(
        event_id=_id(section, person, page.record.key, verb),
        learner=person.external_id,
        verb=verb,
        page=page.record.key,
        timestamp=at,
        source=SOURCE,
    )


def _answer(
    section: str,
    person: SampleLearner,
    page: PlannedPage,
    tried: tuple[ActivityRecord, int],
    *,
    is_correct: bool,
    at: datetime,
) -> EventRecord:
    activity, attempt = tried
    return EventRecord(
        event_id=_id(section, person, activity.key, str(attempt)),
        learner=person.external_id,
        verb=Verb.ANSWERED,
        page=page.record.key,
        activity=activity.key,
        timestamp=at,
        source=SOURCE,
        success=is_correct,
        attempts=1,
        correct=int(is_correct),
    )


def _id(section: str, person: SampleLearner, thing: str, what: str) -> UUID:
    return uuid5(NAMESPACE_URL, f"sample:{section}:{person.external_id}:{thing}:{what}")
