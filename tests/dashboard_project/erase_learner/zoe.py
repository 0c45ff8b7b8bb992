"""Somebody who wants to be forgotten, what is stored of her, and the command that erases it."""

from __future__ import annotations

import json
from dataclasses import replace
from io import StringIO

from django.core.management import call_command

from coordinator.writes.contract import Rejection
from courses.models import Section
from ingest.dead_letters import Lost, keep
from ingest.records import EnrollmentRecord, EventRecord
from ingest.structure import write_section
from oracles.contract import TenantId
from tests.ingest.records import SECTION, START, answer, event

EXTERNAL, NAME, EMAIL = "zk-88417", "Zoë Quillfeather", "zoe.quill@learners.example"
MARKS = (EXTERNAL, NAME, EMAIL)
WITH_ZOE = replace(SECTION, enrollments=(*SECTION.enrollments, EnrollmentRecord(EXTERNAL, NAME, EMAIL)))


def section_of(tenant: TenantId) -> Section:
    return Section.objects.for_tenant(tenant).get(pk=write_section(tenant, WITH_ZOE).section_id)


def told(shift: int, learner: str) -> list[EventRecord]:
    return [event(shift + 1, learner), _right(shift + 2, learner), _wrong(shift + 3, learner)]


def _right(number: int, learner: str) -> EventRecord:
    return answer(number, learner=learner, success=True)


def _wrong(number: int, learner: str) -> EventRecord:
    return answer(number, "carry", learner=learner, success=False)


def give_up(tenant: TenantId, number: int, learner: str, detail: str = "no such page", **result: str) -> None:
    section = Section.objects.for_tenant(tenant).get()
    lost = Lost(event(number, learner, page="gone", result=result), Rejection(0, "unknown_page", detail))
    keep(tenant, section.pk, [lost], START)


def erase(*more: str, learner: str = EXTERNAL) -> dict[str, object]:
    out = StringIO()
    call_command("erase_learner", "--institution", "lakeside", "--learner", learner, "--json", *more, stdout=out)
    assert not any(mark in out.getvalue() for mark in MARKS)
    return dict(json.loads(out.getvalue()))
