"""The classes that are measured: one subject, four sizes, about a hundred events per learner."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from importlib import import_module

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db.models import F
from django.utils import timezone

from courses.access import resolve_for_command, scope_choices
from courses.contract import DashboardContext
from courses.models import Institution, Membership, Section, SectionStamp, Teaching
from ingest.adapters.sample.institutions import GeneratedSection, SampleInstitution, SampleSection, generate
from ingest.adapters.sample.subjects import BIOLOGY
from ingest.importing import Prepared, write
from oracles.contract import Domain, TenantId

SIZES = (20, 200, 2_000, 10_000)
USER = "bench"
MOVED = (Domain.ROSTER, Domain.PROGRESS, Domain.EVIDENCE, Domain.SCORES)
INSTITUTION = SampleInstitution(
    "bench",
    "Bench",
    "Europe/London",
    tuple(SampleSection(BIOLOGY, f"class-{size}", f"A class of {size}", size) for size in SIZES),
    instructor=USER,
    colleague="",
)


def slug(size: int) -> str:
    return f"class-{size}"


def prepare(say: Callable[[str], None]) -> None:
    """The database is up to date, and every class of SIZES and its instructor are in it."""
    call_command("migrate", verbosity=0)
    institution, _ = Institution.objects.get_or_create(slug=INSTITUTION.slug, defaults={"name": INSTITUTION.name})
    tenant = TenantId(institution.pk)
    user, _ = User.objects.get_or_create(username=USER)
    Membership.objects.for_tenant(tenant).get_or_create(institution_id=tenant, user=user)
    for section in INSTITUTION.sections:
        _ensure(tenant, section, user, say)


def generated(size: int, now: datetime) -> GeneratedSection:
    """A class of any size."""
    return generate(INSTITUTION, SampleSection(BIOLOGY, slug(size), f"A class of {size}", size), now)


def session_key() -> str:
    """A session of the instructor, as signing in makes it."""
    return _signed_in(User.objects.get(username=USER))


def session_keys(people: int) -> list[str]:
    """A session each of so many instructors who teach every class together."""
    tenant = TenantId(Institution.objects.get(slug=INSTITUTION.slug).pk)
    return [_signed_in(_colleague(tenant, f"{USER}-{number}")) for number in range(people)]


def _colleague(tenant: TenantId, name: str) -> User:
    user, _ = User.objects.get_or_create(username=name)
    Membership.objects.for_tenant(tenant).get_or_create(institution_id=tenant, user=user)
    for section in Section.objects.for_tenant(tenant).all():
        Teaching.objects.for_tenant(tenant).get_or_create(institution_id=tenant, section=section, user=user)
    return user


def _signed_in(user: User) -> str:
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    store[SESSION_KEY] = str(user.pk)
    store[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    store[HASH_SESSION_KEY] = user.get_session_auth_hash()
    store.create()
    return str(store.session_key)


def _ensure(tenant: TenantId, section: SampleSection, user: User, say: Callable[[str], None]) -> None:
    """A class without its instructor was not loaded to the end: loading it again completes it."""
    sections = Section.objects.for_tenant(tenant).filter(slug=section.slug)
    if Teaching.objects.for_tenant(tenant).filter(section__in=sections, user=user).exists():
        return
    say(f"loading a class of {section.learners} (kept for the next run)")
    made = generated(section.learners, timezone.now())
    write(tenant, Prepared(made.record, made.events), lambda _count: None)
    Teaching.objects.for_tenant(tenant).create(institution_id=tenant, section=sections.get(), user=user)


def context_of(size: int, address: str = "course") -> DashboardContext:
    """Somebody's view of the class, as commands get it."""
    return resolve_for_command(slug(size), INSTITUTION.slug, address)


def addresses(size: int, count: int) -> list[str]:
    """The course and the first units of the class: what an instructor steps through."""
    return [choice.address for choice in scope_choices(context_of(size)) if choice.kind in {"course", "unit"}][:count]


def move(size: int) -> None:
    """The data of the class has moved, as new events move it: what any cache knows of it is out of date."""
    scope = context_of(size).scope
    rows = SectionStamp.objects.for_tenant(scope.tenant_id).filter(section_id=scope.section_id)
    rows.update(**{domain.value: F(domain.value) + 1 for domain in MOVED})
