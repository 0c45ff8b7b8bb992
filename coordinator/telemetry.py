"""What a step is worth in numbers. Pure: (event, step) in, samples out. Labels are bounded; no ids (NFR-OPS-001)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from coordinator.actions import ShowFailure, ShowResult
from coordinator.draft import Note, Noted, Step
from coordinator.events import CacheConsulted, Event
from coordinator.ports import Meter
from oracles.contract import Source


@dataclass(frozen=True, slots=True)
class Count:
    name: str
    labels: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Timing:
    name: str
    seconds: float
    labels: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Level:
    name: str
    delta: int


Sample = Count | Timing | Level

COUNTED: Mapping[Noted, str] = {
    Noted.STARTED: "scope_request_started",
    Noted.QUEUED: "scope_request_queued",
    Noted.REPLACED: "scope_request_queue_replaced",
    Noted.PROMOTED: "scope_request_promoted",
    Noted.DUPLICATE: "scope_request_duplicate",
    Noted.COMPLETED: "scope_request_completed",
    Noted.TIMED_OUT: "scope_request_timeout",
    Noted.SUPERSEDED: "scope_request_superseded",
    Noted.CLOSED: "scope_request_closed",
    Noted.STALE_DISCARDED: "scope_request_stale_discarded",
    Noted.IGNORED: "scope_event_ignored",
}
TIMED: Mapping[Noted, str] = {
    Noted.FIRST_READY: "scope_first_ready_seconds",
    Noted.COMPLETED: "scope_required_complete_seconds",
}
QUEUE = "scope_requests_queued"
CONSULT = "scope_cache_consult"
SHOWN = "scope_result_shown"
PORT_CRASHED = "coordinator_port_crashed"

HELP: Mapping[str, str] = {
    "scope_request_started": "Requests made, by cause",
    "scope_request_queued": "Requests that had to wait for the active one",
    "scope_request_queue_replaced": "Queued requests replaced by a newer choice",
    "scope_request_promoted": "Queued requests that became active",
    "scope_request_duplicate": "Choices of what is being built already",
    "scope_request_completed": "Requests completed, by cause and outcome",
    "scope_request_timeout": "Requests that passed their deadline",
    "scope_request_superseded": "Active requests that made room for a newer choice",
    "scope_request_closed": "Requests that ended with their session",
    "scope_request_stale_discarded": "Answers that came for an older choice and were not shown",
    "scope_event_ignored": "Timers and answers that came too late to matter",
    "scope_first_ready_seconds": "From the choice to its first required answer",
    "scope_required_complete_seconds": "From the choice to the last required answer",
    "scope_requests_queued": "Requests queued now",
    "scope_cache_consult": "Look-ups by outcome: full_hit, partial_hit, miss, error",
    "scope_result_shown": "Answers shown, by source",
    "scope_transition_seconds": "One transition of the core",
    "scope_apply_seconds": "One paint of the screen",
    "scope_invalid_transition": "Events refused, by code",
    PORT_CRASHED: "Exceptions and wrong answers of a port, turned into values, by what they were",
    "coordinator_store_dropped": "Results not kept because too many stores were under way",
}


def samples(event: Event, step: Step) -> Iterator[Sample]:
    """Everything worth counting about this step."""
    for note in step.notes:
        yield from _samples_of(note)
    if isinstance(event, CacheConsulted):
        yield Count(CONSULT, {"outcome": consult_outcome(event)})
    for action in step.actions:
        if isinstance(action, ShowResult):
            yield Count(SHOWN, {"source": _source_of(action)})
        elif isinstance(action, ShowFailure):
            yield Count(SHOWN, {"source": Source.ERROR.value})


def consult_outcome(event: CacheConsulted) -> str:
    if event.hits is None:
        return "error"
    if not event.hits:
        return "miss"
    return "full_hit" if {hit.key for hit in event.hits} >= event.keys else "partial_hit"


def record(meter: Meter, event: Event, step: Step) -> None:
    for sample in samples(event, step):
        if isinstance(sample, Count):
            meter.count(sample.name, **sample.labels)
        elif isinstance(sample, Timing):
            meter.observe(sample.name, sample.seconds, **sample.labels)
        else:
            meter.adjust(sample.name, sample.delta)


def _samples_of(note: Note) -> Iterator[Sample]:
    labels = _labels(note)
    if name := COUNTED.get(note.what):
        yield Count(name, labels)
    if (name := TIMED.get(note.what)) and note.seconds is not None:
        yield Timing(name, note.seconds, labels)
    if note.what is Noted.QUEUED:
        yield Level(QUEUE, 1)
    if note.was_queued:
        yield Level(QUEUE, -1)


def _labels(note: Note) -> dict[str, str]:
    labels = {"cause": note.cause.value} if note.cause else {}
    if note.outcome:
        labels["outcome"] = note.outcome.value
    return labels


def _source_of(action: ShowResult) -> str:
    source = getattr(action.result, "source", Source.SKIPPED_OPTIONAL)
    return str(source.value)


def record_crash(meter: Meter, port: str, error: Exception) -> None:
    """A port raised. The error's type alone is told: its text may hold whatever the port was given."""
    meter.count(PORT_CRASHED, port=port, error=type(error).__name__)


def record_wrong_answer(meter: Meter, port: str) -> None:
    """A port answered something that it was not asked."""
    meter.count(PORT_CRASHED, port=port, error="WrongAnswer")
