"""Who gets digests: everybody who teaches a section of an institution, each in that institution."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.contrib.auth import get_user_model
from django.contrib.auth.models import User

from courses.access import Granted, resolve, sections_of
from courses.contract import DashboardContext
from courses.models import Institution, Teaching
from experiences.contract import InstructorContext
from oracles.contract import TenantId


@dataclass(frozen=True, slots=True)
class Recipient:
    """A person, where they teach, and where their mail goes."""

    context: InstructorContext
    institution: str
    """Its name."""
    email: str


def recipients(institution: Institution) -> Iterator[Recipient]:
    """Everybody who teaches there and may sign in, by id; read one by one."""
    teaching = Teaching.objects.for_tenant(TenantId(institution.pk)).filter(user__is_active=True)
    people = get_user_model().objects.filter(pk__in=teaching.values("user")).order_by("pk")
    return (recipient(institution, person) for person in people.iterator())


def recipient(institution: Institution, person: User) -> Recipient:
    context = InstructorContext(
        tenant_id=TenantId(institution.pk),
        user_id=person.pk,
        time_zone=institution.time_zone,
        sections=tuple(_taught(institution, person)),
    )
    return Recipient(context, institution.name, person.email)


def as_recipient(person: User) -> tuple[Recipient, ...]:
    """The person in each institution where they teach, by its name."""
    slugs = {entry.institution_slug for entry in sections_of(person)}
    institutions = Institution.objects.filter(slug__in=slugs).order_by("name", "pk")
    found = (recipient(institution, person) for institution in institutions)
    return tuple(each for each in found if each.context.sections)


def _taught(institution: Institution, person: User) -> Iterator[DashboardContext]:
    """The sections that the person teaches there, each as a whole, by title; through the only door there is."""
    teaching = Teaching.objects.for_tenant(TenantId(institution.pk)).filter(user=person.pk)
    for slug in teaching.order_by("section__title", "section_id").values_list("section__slug", flat=True):
        access = resolve(person, institution.slug, slug)
        if isinstance(access, Granted):
            yield access.context
