"""The writing side put together: in this process, and with the durable queue between two processes."""

from __future__ import annotations

import asyncio
import threading

import pytest
from pytest_django import Settings

from courses.models import Institution, LearningEvent, Section
from dashboard_project import wiring
from dashboard_project.ingest_queue import connect, stream_queue
from ingest.pipeline import PlacedSink
from ingest.placing import Placed
from oracles.contract import TenantId
from tests.ingest.xapi.conftest import make_token
from tests.ingest.xapi.statements import Client, statement
from tests.plugins.valkey import DurableValkey

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("parts_end")]


def stored(institution: Institution) -> int:
    return LearningEvent.objects.for_tenant(TenantId(institution.pk)).count()


def test_closing_leaves_no_thread_and_the_next_use_builds_anew(section: Section, institution: Institution) -> None:
    client = Client(make_token(institution))
    client.post(statement(1))
    wiring.close()
    left = [thread.name for thread in threading.enumerate() if thread.name.startswith(("writing", "reception"))]

    again = client.post(statement(2))

    assert (left, again.status, stored(institution)) == ([], 200, 2)


@pytest.mark.proves("M-01", "M-02")
def test_the_books_stand_among_the_figures_and_balance(section: Section, institution: Institution) -> None:
    client = Client(make_token(institution))
    client.post([statement(1), statement(2)])
    client.post(statement(1))

    page = asyncio.run(client.send("GET", "/metrics", b"")).content.decode()

    found = {
        line.split()[0]: float(line.split()[1]) for line in page.splitlines() if line.startswith("coordinator_items")
    }
    assert found["coordinator_items_accepted_total"] == 3
    assert found['coordinator_items_ended_total{end="written"}'] == 2
    assert found['coordinator_items_ended_total{end="deduplicated"}'] == 1
    assert "coordinator_books_difference 0.0" in page


@pytest.mark.proves("P1")
def test_with_the_durable_queue_an_answer_waits_until_its_events_are_in_there(
    section: Section, institution: Institution, settings: Settings, valkey: DurableValkey
) -> None:
    settings.INGEST_QUEUE, settings.REDIS_URL = "streams", f"{valkey.url}?db=2"
    client = Client(make_token(institution))

    response = client.post([statement(1), statement(2)])
    valkey.kill()
    valkey.start()

    assert (response.status, stored(institution)) == (200, 0)
    PlacedSink().write(taken_out())
    assert stored(institution) == 2


@pytest.mark.proves("P1")
def test_without_the_queues_server_nothing_is_called_stored(
    section: Section, institution: Institution, settings: Settings
) -> None:
    settings.INGEST_QUEUE, settings.REDIS_URL = "streams", "unix:///nowhere/at/all"
    client = Client(make_token(institution))

    response = client.post(statement(1))

    assert (response.status, response.error["code"]) == (503, "unavailable")
    assert int(response.headers["retry-after"]) >= 1


def taken_out() -> tuple[Placed, ...]:
    """What lies in the queue, as a writer process finds it."""

    async def take() -> tuple[Placed, ...]:
        async with connect() as redis:
            queue = stream_queue(redis)
            batch = await queue.take()
            assert batch is not None
            await queue.ack(batch.entries)
            await queue.close()
            return batch.records

    return asyncio.run(take())
