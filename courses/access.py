"""The only door from a person (or a command) to a section's data.

What comes out is a `DashboardContext`; everything below takes it, or its scope, as an argument. An id that belongs to
somebody else looks exactly like one that does not exist.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from courses.contract import DashboardContext, Role, ScopeChoice, Semantics
from courses.models import (
    Container,
    Enrollment,
    Institution,
    Membership,
    Section,
    Teaching,
)
from courses.support_settings import thresholds_of
from oracles.contract import Scope, TenantId

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

COURSE = "course"
CONTAINER = "container:"
THRESHOLDS = frozenset(range(10, 101, 10))


@dataclass(frozen=True, slots=True)
class Granted:
    """The person may look; `fell_back` says that the scope asked for is not there and the course is shown."""

    context: DashboardContext
    fell_back: bool = False


@dataclass(frozen=True, slots=True)
class Denied:
    """No such section for this person: unknown and foreign alike."""


@dataclass(frozen=True, slots=True)
class SignInRequired:
    """Nobody is signed in."""


Access = Granted | Denied | SignInRequired


class AccessError(LookupError):
    """A command named something that is not there, or not clearly; the message says expected and got."""


def resolve(
    user: AbstractBaseUser | AnonymousUser, institution: str, section: str, address: str = COURSE, threshold: int = 100
) -> Access:
    """What this person may see under this address. Six queries at most, whatever the size of the section."""
    if not user.is_authenticated:
        return SignInRequired()
    row = _sections().filter(institution__slug=institution, slug=section).first()
    role = _role(user.pk, row) if row and user.is_active else None
    if row is None or role is None:
        return Denied()
    scope = _scope(row, address)
    context = _context(row, scope or _course(row), role, user.pk, threshold)
    return Granted(context, fell_back=scope is None)


def resolve_for_command(
    section: str, institution: str | None, address: str = COURSE, threshold: int = 100
) -> DashboardContext:
    """The context of a management command; there is no fallback here.

    Raises:
        AccessError: unknown section, institution or scope; or a slug that several institutions have.
    """
    row = section_for_command(section, institution)
    scope = _scope(row, address) if address else None
    if scope is None:
        raise AccessError(f"section {section!r} has no scope {address!r}: expected course or container:<key>")
    return _context(row, scope, Role.COMMAND, None, threshold)


def section_for_command(section: str, institution: str | None) -> Section:
    """The one section of this slug.

    Raises:
        AccessError: none, or several institutions have it and `institution` does not decide.
    """
    rows = _sections().filter(slug=section)
    found = list((rows.filter(institution__slug=institution) if institution else rows)[:2])
    if len(found) > 1:
        raise AccessError(f"several institutions have a section {section!r}: name one with --institution")
    if not found:
        raise AccessError(f"no section {section!r}" + (f" in institution {institution!r}" if institution else ""))
    return found[0]


def institution_for_command(slug: str) -> Institution:
    """The institution of this slug.

    Raises:
        AccessError: there is none.
    """
    found = Institution.objects.filter(slug=slug).first()
    if found is None:
        raise AccessError(f"no institution {slug!r}: create it with create_institution --slug {slug} --name …")
    return found


@dataclass(frozen=True, slots=True)
class SectionEntry:
    """One line of the sections list."""

    institution_slug: str
    institution_name: str
    slug: str
    title: str
    course_title: str
    starts_at: datetime | None
    ends_at: datetime | None
    class_size: int


def sections_of(user: AbstractBaseUser) -> tuple[SectionEntry, ...]:
    """The sections this person may open, by institution and title: one query."""
    class_size = Count("enrollments", filter=Enrollment.counted("enrollments__"), distinct=True)
    rows = _sections().filter(_may_open(user.pk)).annotate(class_size=class_size)
    return tuple(
        SectionEntry(
            institution_slug=row.institution.slug,
            institution_name=row.institution.name,
            slug=row.slug,
            title=row.title,
            course_title=row.course.title,
            starts_at=row.starts_at,
            ends_at=row.ends_at,
            class_size=row.class_size,
        )
        for row in rows.order_by("institution__name", "institution_id", "title", "id")
    )


def operated_by(user: AbstractBaseUser | AnonymousUser) -> tuple[Institution, ...]:
    """The institutions that this person operates, by name: a superuser all of them, most people none."""
    return tuple(operated(user))


def operates_any(user: AbstractBaseUser | AnonymousUser) -> bool:
    """Whether there is an institution that this person operates."""
    return operated(user).exists()


def operated(user: AbstractBaseUser | AnonymousUser) -> QuerySet[Institution]:
    """The same, to be asked further."""
    if not user.is_authenticated or not user.is_active:
        return Institution.objects.none()
    everywhere = Institution.objects.order_by("name", "pk")
    if getattr(user, "is_superuser", False):
        return everywhere
    memberships = Membership.across_tenants.filter(user=user.pk, role=Membership.Role.OPERATOR)
    return everywhere.filter(pk__in=memberships.values("institution"))


def scope_choices(context: DashboardContext) -> tuple[ScopeChoice, ...]:
    """What the scope picker offers: the course, then its visible containers in curriculum order."""
    rows = Container.objects.for_tenant(context.tenant_id).filter(section_id=context.scope.section_id)
    course = ScopeChoice(COURSE, context.section_title, "course", 0)
    return (course, *(_choice(row) for row in _visible(rows.order_by("position"))))


def at_scope(context: DashboardContext, choice: ScopeChoice) -> DashboardContext:
    """The same person at another of the scopes they were offered; what is beside the numbers there is not known."""
    here = context.scope
    key = None if choice.container_id is None else choice.address.removeprefix(CONTAINER)
    scope = Scope(here.tenant_id, here.section_id, choice.container_id, key)
    return replace(context, scope=scope, beside=replace(context.beside, earlier=None))


def role_held(context: DashboardContext) -> Role | None:
    """As what the person behind this context may look now, if at all (open sockets ask again at most 60 s apart)."""
    section = Section.objects.for_tenant(context.tenant_id).filter(pk=context.scope.section_id).first()
    return None if section is None or context.user_id is None else _role(context.user_id, section)


def _sections() -> QuerySet[Section]:
    """All sections: the one question asked before it is known whose data is meant."""
    return Section.across_tenants.select_related("institution", "course")


def _may_open(user_id: int | None) -> Q:
    """The person teaches the section, or operates its institution; and is still active."""
    teaches = Teaching.across_tenants.filter(section=OuterRef("pk"), user=user_id, user__is_active=True)
    return Q(Exists(teaches)) | Q(Exists(_operates(user_id)))


def _operates(user_id: int | None) -> QuerySet[Membership]:
    operators = Membership.across_tenants.filter(role=Membership.Role.OPERATOR, user=user_id, user__is_active=True)
    return operators.filter(institution=OuterRef("institution_id"))


def _role(user_id: int, section: Section) -> Role | None:
    mine = TenantId(section.institution_id)
    teaching = Teaching.objects.for_tenant(mine).filter(section=section, user=user_id, user__is_active=True).first()
    if teaching is not None:
        return Role(teaching.role)
    operators = Membership.objects.for_tenant(mine).filter(role=Membership.Role.OPERATOR)
    return Role.OPERATOR if operators.filter(user=user_id, user__is_active=True).exists() else None


def _course(section: Section) -> Scope:
    return Scope(TenantId(section.institution_id), section.pk)


def _scope(section: Section, address: str) -> Scope | None:
    if address in {"", COURSE}:
        return _course(section)
    if not address.startswith(CONTAINER) or not address.isprintable():
        return None
    key = address.removeprefix(CONTAINER)
    rows = Container.objects.for_tenant(TenantId(section.institution_id)).filter(section=section)
    container = rows.filter(key=key).first()
    if container is None or _is_hidden(container, rows):
        return None
    return Scope(TenantId(section.institution_id), section.pk, container.pk, container.key)


def _is_hidden(container: Container, rows: QuerySet[Container]) -> bool:
    """A container is hidden when it or anything above it is."""
    above = rows.filter(position__lte=container.position, last_position__gte=container.last_position)
    return above.filter(hidden=True).exists()


def _visible(rows: Iterable[Container]) -> Iterator[Container]:
    """Rows in curriculum order without the hidden ones and what is under them."""
    hidden_until = -1
    for row in rows:
        if row.position <= hidden_until:
            continue
        if row.hidden:
            hidden_until = row.last_position
            continue
        yield row


def _choice(row: Container) -> ScopeChoice:
    return ScopeChoice(f"{CONTAINER}{row.key}", row.title, row.kind, row.depth + 1, row.pk)


def _context(section: Section, scope: Scope, role: Role, user_id: int | None, threshold: int) -> DashboardContext:
    return DashboardContext(
        scope=scope,
        role=role,
        user_id=user_id,
        institution_slug=section.institution.slug,
        section_slug=section.slug,
        section_title=section.title,
        course_title=section.course.title,
        time_zone=section.time_zone,
        semantics=_semantics(section, threshold),
        credit=section.credit,
        names_are_hidden=section.institution.names_hidden_since is not None,
    )


def _semantics(section: Section, threshold: int) -> Semantics:
    return Semantics(
        progress_threshold=threshold if threshold in THRESHOLDS else Semantics().progress_threshold,
        proficiency_model=section.proficiency_model,
        support=thresholds_of(_course(section)),
    )
