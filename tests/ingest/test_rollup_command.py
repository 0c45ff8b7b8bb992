from __future__ import annotations

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from courses.models import Institution, PageProgress, Section, SectionStamp
from ingest.sinks import EventSink
from ingest.structure import write_section
from oracles.contract import TenantId
from tests.ingest.records import SECTION, answer, event


@pytest.fixture
def mine(institution: Institution) -> TenantId:
    tenant_id = TenantId(institution.pk)
    report = write_section(tenant_id, SECTION)
    section = Section.objects.for_tenant(tenant_id).get(pk=report.section_id)
    EventSink(tenant_id, section).write([event(1), answer(2, success=True)])
    return tenant_id


def rebuild(**options: object) -> str:
    out = StringIO()
    call_command("rebuild_rollups", stdout=out, **options)
    return out.getvalue()


def spoil(tenant_id: TenantId) -> None:
    PageProgress.objects.for_tenant(tenant_id).filter(page__key="reading").update(progress=0.5)


def test_rollups_that_say_what_the_events_say_have_no_difference(mine: TenantId) -> None:
    assert rebuild(check=True) == "lakeside/arithmetic-2026: no difference\n"


def test_a_check_finds_what_differs_fails_and_changes_nothing(mine: TenantId) -> None:
    spoil(mine)

    with pytest.raises(CommandError, match="rollups differ from the events in lakeside/arithmetic-2026"):
        rebuild(check=True)

    assert PageProgress.objects.for_tenant(mine).get(page__key="reading").progress == 0.5


def test_rebuilding_mends_what_differs_and_moves_the_stamps(mine: TenantId) -> None:
    spoil(mine)
    before = SectionStamp.objects.for_tenant(mine).get()

    found = json.loads(rebuild(section="arithmetic-2026", json=True))

    assert found["lakeside/arithmetic-2026"][0]["rollup"] == "page_progress"
    assert PageProgress.objects.for_tenant(mine).get(page__key="reading").progress == 1
    assert SectionStamp.objects.for_tenant(mine).get().progress == before.progress + 1
    assert rebuild(check=True).endswith("no difference\n")


def test_rebuilding_what_is_right_moves_no_stamp(mine: TenantId) -> None:
    before = list(SectionStamp.objects.for_tenant(mine).values())

    rebuild()

    assert list(SectionStamp.objects.for_tenant(mine).values()) == before


def test_an_unknown_section_is_refused(mine: TenantId) -> None:
    with pytest.raises(CommandError, match="no section 'nowhere'"):
        rebuild(section="nowhere")
