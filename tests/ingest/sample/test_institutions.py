"""The sample institution: same seed and day, same rows; a plausible class."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import islice

import pytest

from ingest.adapters.sample.institutions import INSTITUTIONS, GeneratedSection, SampleSection, generate
from ingest.records import ContainerRecord, Verb

NOW = datetime(2026, 11, 21, 10, 30, tzinfo=UTC)
LAKESIDE, HARBOUR = INSTITUTIONS


def generated(section: SampleSection = LAKESIDE.sections[1]) -> GeneratedSection:
    return generate(LAKESIDE, section, NOW)


def keys_of(container: ContainerRecord) -> list[str]:
    below = [key for child in container.containers for key in keys_of(child)]
    return [container.key, *below, *(page.key for page in container.pages)]


def test_the_same_now_gives_the_same_section_and_the_same_events() -> None:
    first, second = generated(), generated()

    assert first.record == second.record
    assert list(islice(first.events(), 3000)) == list(islice(second.events(), 3000))


def test_events_can_be_read_twice_with_the_same_result() -> None:
    section = generated(LAKESIDE.sections[0])

    assert list(section.events()) == list(section.events())


def test_sections_have_20_200_and_2000_learners() -> None:
    assert [section.learners for section in LAKESIDE.sections] == [20, 200, 2000]


def test_no_event_lies_after_now_or_before_the_section() -> None:
    section = generated()

    times = [event.timestamp for event in section.events()]

    assert max(times) <= NOW
    assert section.record.starts_at is not None
    assert min(times) >= section.record.starts_at


def test_event_ids_are_unique() -> None:
    ids = [event.event_id for event in generated().events()]

    assert len(ids) == len(set(ids))


def test_keys_are_unique_in_a_section() -> None:
    keys = [key for container in generated().record.containers for key in keys_of(container)]

    assert [key for key, count in Counter(keys).items() if count > 1] == []


def test_some_learners_went_quiet_weeks_ago_and_some_never_came() -> None:
    section = generated()
    last: dict[str, datetime] = {}
    for event in section.events():
        last[event.learner] = max(last.get(event.learner, event.timestamp), event.timestamp)

    quiet = [name for name, at in last.items() if NOW - at > timedelta(days=14)]

    assert len(last) < len(section.record.enrollments)
    assert len(quiet) >= 5


def test_some_quizzes_are_late_and_some_await_their_grade() -> None:
    section = generated()
    due = {page.record.key: page.record.due_at for page in section.plan.pages if page.record.due_at}
    submitted = [event for event in section.events() if event.verb is Verb.SUBMITTED]
    scored = {(event.learner, event.page) for event in section.events() if event.verb is Verb.SCORED}

    assert any(event.timestamp > due[event.page] for event in submitted)
    assert any((event.learner, event.page) not in scored for event in submitted)


@pytest.mark.proves("P4")
def test_two_institutions_have_a_section_of_the_same_slug() -> None:
    ours = {section.slug for section in LAKESIDE.sections}

    assert ours & {section.slug for section in HARBOUR.sections}
