"""Stores the sample institutions: each section whole, or not at all; what is there already stays as it is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import batched

from django.contrib.auth.models import User
from django.db import connection, transaction

from coordinator.writes.contract import Outcome
from courses.models import Institution, Membership, Section, Teaching
from ingest import statistics
from ingest.adapters.sample.institutions import (
    INSTITUTIONS,
    PASSWORD,
    SampleInstitution,
    SampleSection,
    generate,
)
from ingest.sinks import EventSink
from ingest.structure import write_section
from oracles.contract import TenantId

BATCH = 5_000
OPERATOR = "admin"


@dataclass(frozen=True, slots=True)
class Login:
    """Who can sign in, and what they will see."""

    username: str
    password: str
    sees: str


@dataclass(frozen=True, slots=True)
class LoadedSection:
    institution: str
    section: str
    learners: int
    events: int
    """Stored now; 0 when the section was there already."""


def load(now: datetime, say: Callable[[str], None]) -> tuple[list[LoadedSection], list[Login]]:
    """Both institutions with their sections and logins are stored."""
    sections: list[LoadedSection] = []
    for institution in INSTITUTIONS:
        tenant_id = _institution(institution)
        for section in institution.sections:
            say(f"{institution.name}: {section.title}, {section.learners} learners")
            sections.append(_load_section(tenant_id, institution, section, now))
        _people(tenant_id, institution)
    _operator()
    return sections, logins()


def load_institution(institution: SampleInstitution, slug: str, now: datetime) -> TenantId:
    """The institution with its sections is stored under this slug, without any people who could sign in.

    What is in it does not depend on the slug.
    """
    tenant_id = _institution(replace(institution, slug=slug))
    for section in institution.sections:
        _load_section(tenant_id, institution, section, now)
    return tenant_id


def logins() -> list[Login]:
    """The logins of the demonstration."""
    people = [
        Login(name, PASSWORD, f"{each.name}: {sees}")
        for each in INSTITUTIONS
        for name, sees in ((each.instructor, "teaches every section"), (each.colleague, "teaches nothing here"))
    ]
    return [*people, Login(OPERATOR, PASSWORD, "the admin site")]


def _institution(institution: SampleInstitution) -> TenantId:
    row, _ = Institution.objects.get_or_create(
        slug=institution.slug, defaults={"name": institution.name, "time_zone": institution.time_zone}
    )
    return TenantId(row.pk)


def _load_section(
    tenant_id: TenantId, institution: SampleInstitution, section: SampleSection, now: datetime
) -> LoadedSection:
    if Section.objects.for_tenant(tenant_id).filter(slug=section.slug).exists():
        return LoadedSection(institution.slug, section.slug, section.learners, 0)
    generated = generate(institution, section, now)
    with _one_long_transaction():
        write_section(tenant_id, generated.record)
        sink = EventSink(tenant_id, Section.objects.for_tenant(tenant_id).get(slug=section.slug), lambda: now)
        outcomes: Counter[Outcome] = Counter()
        for batch in batched(generated.events(), BATCH, strict=False):
            outcomes.update(sink.write(batch).outcomes)
    statistics.refresh()
    return LoadedSection(institution.slug, section.slug, section.learners, outcomes[Outcome.WRITTEN])


@contextmanager
def _one_long_transaction() -> Iterator[None]:
    """All of it or nothing, however much it is.

    SQLite walks a statement journal that it keeps in memory from its start, and the journal grows until the commit: a
    section of 2 000 learners would take minutes. In a file it takes seconds.
    """
    with _journals_on_disk(), transaction.atomic():
        yield


@contextmanager
def _journals_on_disk() -> Iterator[None]:
    # Within a transaction SQLite would not move them.
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        yield
        return
    with connection.cursor() as cursor:
        before = cursor.execute("PRAGMA temp_store").fetchone()[0]
        cursor.execute("PRAGMA temp_store = FILE")
        try:
            yield
        finally:
            cursor.execute(f"PRAGMA temp_store = {before}")


def _people(tenant_id: TenantId, institution: SampleInstitution) -> None:
    instructor, colleague = (_user(name, institution) for name in (institution.instructor, institution.colleague))
    for user in (instructor, colleague):
        Membership.objects.for_tenant(tenant_id).get_or_create(institution_id=tenant_id, user=user)
    for section in Section.objects.for_tenant(tenant_id).filter(slug__in=[each.slug for each in institution.sections]):
        Teaching.objects.for_tenant(tenant_id).get_or_create(institution_id=tenant_id, section=section, user=instructor)


def _user(name: str, institution: SampleInstitution) -> User:
    found = User.objects.filter(username=name).first()
    return found or User.objects.create_user(name, f"{name}@{institution.slug}.example", PASSWORD)


def _operator() -> None:
    if not User.objects.filter(username=OPERATOR).exists():
        User.objects.create_superuser(OPERATOR, password=PASSWORD)
