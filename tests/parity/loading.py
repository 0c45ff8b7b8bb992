"""Brings the courses into the database the way people do: by the import commands and the sample's own generator."""

from __future__ import annotations

from datetime import UTC, datetime
from io import StringIO
from itertools import batched
from pathlib import Path

from django.core.management import call_command

from courses.models import Institution, Section
from ingest.adapters.sample.institutions import INSTITUTIONS, generate
from ingest.sinks import EventSink
from ingest.structure import write_section
from oracles.contract import TenantId
from tests import builders
from tests.data import data_file
from tests.ingest.datashop import exports
from tests.parity.course import Course, taught

NOW = datetime(2026, 11, 18, 14, 30, tzinfo=UTC)
BATCH = 5000


def sample_course(institution: str, section: str) -> Course:
    """One section of the sample institutions."""
    house = next(each for each in INSTITUTIONS if each.slug == institution)
    plan = next(each for each in house.sections if each.slug == section)
    made = generate(house, plan, NOW)
    row = _institution(institution)
    write_section(TenantId(row.pk), made.record)
    stored = _section(row, section)
    sink = EventSink(TenantId(row.pk), stored, lambda: NOW)
    for batch in batched(made.events(), BATCH, strict=False):
        sink.write(batch)
    return taught(stored)


def datashop_course(folder: Path) -> Course:
    """A generated transaction export of nine units (two pages of bars), imported."""
    row = _institution("cmu")
    file = exports.write(exports.transactions(exports.Export(pages=100)), folder / "export.txt")
    call_command("import_datashop", str(file), institution="cmu", section="logic", stdout=StringIO())
    return taught(_section(row, "logic"))


def oulad_course(module: str) -> Course:
    """A presentation of the Open University's data; skipped, saying so, where the file is not there."""
    path = data_file(f"oulad/oulad-{module}-2013J.zip")
    row = _institution("ou")
    call_command("import_oulad", str(path), institution="ou", stdout=StringIO())
    return taught(_section(row, f"{module.lower()}-2013j"))


def _institution(slug: str) -> Institution:
    return Institution.objects.filter(slug=slug).first() or builders.make_institution(slug)


def _section(institution: Institution, slug: str) -> Section:
    rows = Section.objects.for_tenant(TenantId(institution.pk)).select_related("institution")
    return rows.get(slug=slug)
