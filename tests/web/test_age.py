"""How old a tile's numbers are, and where the time went: told per tile, each part by itself."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import User

from courses.models import LearningEvent, Section, SectionStamp
from courses.scopes import arrival_of, stamp_of
from dashboard_project.templatetags.dashboard import lasting
from dashboard_project.web.age import Age, age_of
from oracles.cache.codec import decode, encode
from oracles.contract import (
    PROGRESS,
    DataStamp,
    Failed,
    FailureReason,
    Loaded,
    OracleKey,
    OracleResult,
    Scope,
    TenantId,
)
from oracles.instructor import ORACLES
from oracles.payloads import Progress
from tests.builders import make_event
from tests.clients import client_of
from tests.oracles.instructor.rows import learners_of, pages_of
from tests.snapshot.classroom import COURSE

pytestmark = [pytest.mark.proves("UX-e", "K5", "UX-10"), pytest.mark.usefixtures("parts_end")]

NOON = datetime(2026, 11, 9, 12, tzinfo=UTC)


def loaded(key: str, *, as_of: datetime, arrived_at: datetime, took: float, read_at: datetime) -> Loaded:
    stamp = DataStamp(as_of=as_of, arrived_at=arrived_at)
    return Loaded(
        COURSE, OracleKey(key), Progress(0, ()), 1, stamp, started_at=5.0, finished_at=5.0 + took, read_at=read_at
    )


def test_a_tile_is_as_old_as_its_oldest_answer_and_took_as_long_as_its_slowest() -> None:
    second = timedelta(seconds=1)
    answers: list[OracleResult] = [
        loaded("a", as_of=NOON - 90 * second, arrived_at=NOON - 60 * second, took=0.25, read_at=NOON),
        loaded("b", as_of=NOON - 20 * second, arrived_at=NOON - 18 * second, took=0.0625, read_at=NOON + second),
        Failed(COURSE, OracleKey("c"), FailureReason.TIMEOUT),
    ]

    age = age_of(answers)

    assert age == Age(NOON - 20 * second, NOON - 18 * second, 0.25, NOON)
    assert age.ingest_seconds == 2.0


def test_what_is_not_known_is_not_made_up() -> None:
    age = age_of([Failed(COURSE, OracleKey("c"), FailureReason.TIMEOUT)])

    assert age == Age()
    assert age.ingest_seconds is None


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 ms"),
        (0.0351, "35 ms"),
        (1.24, "1.2 s"),
        (119, "119 s"),
        (420, "7 min"),
        (10_800, "3 h"),
        (1_036_800, "12 d"),
    ],
)
def test_a_span_is_told_in_the_unit_that_says_it_best(seconds: float, text: str) -> None:
    assert lasting(seconds) == text


def test_another_process_that_reads_the_cache_knows_the_age_too() -> None:
    answer = loaded(
        PROGRESS, as_of=NOON, arrived_at=NOON + timedelta(seconds=3), took=0.5, read_at=NOON + timedelta(hours=1)
    )

    found = decode(encode(answer), COURSE, ORACLES[PROGRESS], 900.0)

    assert (found.stamp, found.read_at, found.seconds) == (answer.stamp, answer.read_at, 0.5)


@pytest.mark.django_db
def test_what_is_read_says_when_its_newest_event_was_stored(section: Section) -> None:
    ada, quiz = learners_of(section)["Ada"], pages_of(section)["quiz"]
    for hours in (3, 1, 2):
        at = NOON - timedelta(hours=hours)
        make_event(ada, quiz, timestamp=at, stored=at + timedelta(minutes=hours))
    events = LearningEvent.objects.for_tenant(TenantId(section.institution_id)).filter(section=section)
    SectionStamp.across_tenants.filter(section=section).update(as_of=NOON - timedelta(hours=1))

    scope = Scope(TenantId(section.institution_id), section.pk)

    newest = events.get(timestamp=NOON - timedelta(hours=1))
    assert arrival_of(scope, stamp_of(scope).as_of) == newest.stored == newest.timestamp + timedelta(minutes=1)
    assert arrival_of(scope, None) is None


@pytest.mark.django_db(transaction=True)
def test_every_tile_tells_each_part_and_what_is_promised(instructor: User, section: Section) -> None:
    moment = datetime.now(UTC) - timedelta(minutes=10)
    stored = moment + timedelta(seconds=7.5)
    make_event(learners_of(section)["Ada"], pages_of(section)["quiz"], timestamp=moment, stored=stored)
    SectionStamp.across_tenants.filter(section=section).update(as_of=moment)
    client = client_of(instructor)

    page = client.get("/s/lakeside/algebra/?complete=1").content.decode()

    tiles = re.findall(r'<section id="tile-(\w+)".*?</section>', page, re.DOTALL)
    lags = re.findall(r'<data value="([^"]*)" data-lag="(\w+)">', page)
    assert len(tiles) == 5
    assert len(lags) == 10
    assert [float(value) for value, part in lags if part == "ingest"] == [7.5] * 5
    assert all(0 <= float(value) < 60 for value, part in lags if part == "compute")
    assert page.count('data-lag="cache"') == 5
    assert page.count("an event stands here 1.5 s after it was stored, or sooner") == 5
