"""`python -m tests.faults.writing COMMAND …`: the processes that fault tests start, kill and start again.

load LEARNERS [INSTITUTION]      a section and its learners, no events; prints how many events there will be
put LEARNERS FIRST LAST          these events go into the durable queue; prints when, in seconds since 1970
submit LEARNERS FIRST LAST FILE  a coordinator in this process writes these; acknowledged ids go to FILE
total LEARNERS                   prints how many events there are
count LEARNERS                   prints what the database has, and what its rollups differ in
names LEARNERS [INSTITUTION]     prints a learner of the section and its first page, as statements name them
tokens LEARNERS INSTITUTION N    prints so many new bearer tokens of the institution
reasons LEARNERS                 prints how many dead letters there are of each reason
contents LEARNERS                prints every table, row by row, without numbers of rows and times of storing
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import django

if TYPE_CHECKING:
    from ingest.adapters.sample.institutions import GeneratedSection
    from ingest.placing import Placed

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
AT_A_TIME = 50
INSTITUTION = "faults"


def main(command: str, learners: str, *words: str) -> None:
    django.setup()
    COMMANDS[command](int(learners), *words)


def total(learners: int) -> None:
    say(sum(1 for _ in generated(learners).events()))


def load(learners: int, institution: str = INSTITUTION) -> None:
    from courses.models import Institution  # noqa: PLC0415  needs Django
    from ingest.structure import write_section  # noqa: PLC0415
    from oracles.contract import TenantId  # noqa: PLC0415

    made = generated(learners)
    tenant = TenantId(Institution.objects.create(slug=institution, name=institution.title()).pk)
    write_section(tenant, made.record)
    total(learners)


def put(learners: int, first: str, last: str) -> None:
    asyncio.run(_put(placed(learners)[int(first) : int(last)]))


async def _put(events: Sequence[Placed]) -> None:
    from coordinator.writes.entries import Entry  # noqa: PLC0415
    from dashboard_project.ingest_queue import connect, stream_queue  # noqa: PLC0415

    async with connect() as redis:
        say(time.time())
        await stream_queue(redis).put([Entry(event, str(event.tenant_id)) for event in events])


def submit(learners: int, first: str, last: str, acknowledged: str) -> None:
    asyncio.run(_submit(iter(placed(learners)[int(first) : int(last)]), Path(acknowledged)))


async def _submit(events: Iterator[Placed], acknowledged: Path) -> None:
    """As the endpoint does: a request of fifty at a time, eight at once, answered after the commit."""
    from coordinator.writes.contract import End  # noqa: PLC0415
    from coordinator.writes.options import Options  # noqa: PLC0415
    from coordinator.writes.write_coordinator import WriteCoordinator  # noqa: PLC0415
    from ingest.pipeline import PlacedSink  # noqa: PLC0415

    options: Options[Placed] = Options(tenant_of=lambda event: str(event.tenant_id))
    with acknowledged.open("a", buffering=1) as told:
        async with WriteCoordinator(PlacedSink(), flush_interval=0.02, options=options) as coordinator:

            async def client() -> None:
                while request := [event for _, event in zip(range(AT_A_TIME), events, strict=False)]:
                    endings = await coordinator.submit_and_wait(request)
                    assert all(ending.end in {End.WRITTEN, End.DEDUPLICATED} for ending in endings), endings
                    told.write("".join(f"{event.record.event_id}\n" for event in request))

            await asyncio.gather(*[client() for _ in range(8)])


def count(_learners: int) -> None:
    from courses.models import Institution, LearningEvent, Section  # noqa: PLC0415
    from ingest.models import DeadLetter  # noqa: PLC0415
    from ingest.rollups import differences  # noqa: PLC0415
    from oracles.contract import TenantId  # noqa: PLC0415

    tenant = TenantId(Institution.objects.get(slug=INSTITUTION).pk)
    section = Section.objects.for_tenant(tenant).get()
    found = {
        "ids": sorted(str(one) for one in LearningEvent.objects.for_tenant(tenant).values_list("event_id", flat=True)),
        "dead": DeadLetter.objects.for_tenant(tenant).count(),
        "differences": len(differences(tenant, section.pk)),
    }
    say(json.dumps(found))


def tokens(_learners: int, institution: str, number: str) -> None:
    from courses.models import Institution  # noqa: PLC0415  needs Django
    from ingest.tokens import create  # noqa: PLC0415
    from oracles.contract import TenantId  # noqa: PLC0415

    tenant = TenantId(Institution.objects.get(slug=institution).pk)
    say(json.dumps([create(tenant, f"sender {at}", NOW).secret for at in range(int(number))]))


def reasons(_learners: int) -> None:
    from courses.models import Institution  # noqa: PLC0415  needs Django
    from ingest.models import DeadLetter  # noqa: PLC0415
    from oracles.contract import TenantId  # noqa: PLC0415

    tenant = TenantId(Institution.objects.get(slug=INSTITUTION).pk)
    say(json.dumps(Counter(DeadLetter.objects.for_tenant(tenant).values_list("reason", flat=True))))


def names(_learners: int, institution: str = INSTITUTION) -> None:
    from courses.models import Enrollment, Institution, Page  # noqa: PLC0415
    from oracles.contract import TenantId  # noqa: PLC0415
    from tests.ingest.xapi.statements import HOME  # noqa: PLC0415

    tenant = TenantId(Institution.objects.get(slug=institution).pk)
    page = Page.objects.for_tenant(tenant).select_related("section").order_by("position")[0]
    learner = Enrollment.objects.for_tenant(tenant).filter(role="learner").select_related("learner")[0].learner
    say(json.dumps([learner.external_id, f"{HOME}/sections/{page.section.slug}/pages/{page.key}"]))


def contents(_learners: int) -> None:
    from tests.faults.contents import contents as of_tables  # noqa: PLC0415

    say(json.dumps(of_tables()))


def generated(learners: int) -> GeneratedSection:
    from bench.classes import generated as of_bench  # noqa: PLC0415

    return of_bench(learners, NOW)


def placed(learners: int) -> list[Placed]:
    from courses.models import Institution, Section  # noqa: PLC0415
    from ingest.placing import Placed  # noqa: PLC0415
    from oracles.contract import TenantId  # noqa: PLC0415

    tenant = TenantId(Institution.objects.get(slug=INSTITUTION).pk)
    section = Section.objects.for_tenant(tenant).get()
    return [Placed(tenant, section.pk, section.slug, event) for event in generated(learners).events()]


def say(told: object) -> None:
    sys.stdout.write(f"{told}\n")


COMMANDS: dict[str, Callable[..., None]] = {
    "load": load,
    "total": total,
    "put": put,
    "submit": submit,
    "count": count,
    "names": names,
    "reasons": reasons,
    "tokens": tokens,
    "contents": contents,
}

if __name__ == "__main__":
    main(*sys.argv[1:])
