"""Who is at the other end of a socket and what may be seen: asked at the door and again at most a minute apart."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from types import SimpleNamespace
from typing import cast

from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest
from django.utils import timezone

from courses.access import Access, Granted, SignInRequired, resolve, role_held, scope_choices
from courses.contract import DashboardContext, Role, ScopeChoice
from dashboard_project.sessions import seconds_left, stay
from dashboard_project.web.admission import seen
from dashboard_project.web.beside import let_in_with_beside, with_earlier
from dashboard_project.web.limits import CloseCode


@dataclass(frozen=True, slots=True)
class Door:
    """Which section, and with which session cookie."""

    session_key: str
    institution: str
    section: str


def enter(door: Door, address: str = "course") -> tuple[Access, tuple[ScopeChoice, ...]]:
    """Access to a scope, and the scopes there are. Who comes in is written down: a dashboard names learners."""
    who = person(door.session_key)
    access = let_in_with_beside(resolve(who, door.institution, door.section, address), timezone.now())
    if isinstance(access, Granted):
        seen(access.context, who)
    choices = scope_choices(access.context) if isinstance(access, Granted) else ()
    return access, choices


def look_around(access: Granted) -> Granted:
    """What is beside the numbers of a scope that was offered to this person."""
    return Granted(with_earlier(access.context, timezone.now()))


def close_code(access: Access) -> int:
    return CloseCode.SIGN_IN if isinstance(access, SignInRequired) else CloseCode.NOT_PERMITTED


@dataclass(frozen=True, slots=True)
class Checked:
    """How it stands with somebody whose dashboard is open."""

    close_with: int | None
    """The code, when they have signed out or may no longer look; `None` while all is well."""
    idle_left: float | None
    """Seconds until they are signed out if they do nothing."""
    role: Role | None
    """As what they may look now."""


def check(door: Door, context: DashboardContext) -> Checked:
    """What the database says of this person now."""
    role = role_held(context)
    session = session_of(door.session_key)
    user = _user(session)  # asked last: who was deactivated meanwhile signs in again, and is told there
    idle_left = seconds_left(session, timezone.now().timestamp())
    if not user.is_authenticated or user.pk != context.user_id:
        return Checked(CloseCode.SIGN_IN, idle_left, role)
    return Checked(CloseCode.NOT_PERMITTED if role is None else None, idle_left, role)


def active(door: Door) -> None:
    """The person has just done something: they stay signed in."""
    stay(session_of(door.session_key), timezone.now().timestamp())


def person(session_key: str) -> AbstractBaseUser | AnonymousUser:
    """The user of a session as it stands in the store now: after logout or a new password, nobody."""
    return _user(session_of(session_key))


def _user(session: SessionBase) -> AbstractBaseUser | AnonymousUser:
    return get_user(cast("HttpRequest", SimpleNamespace(session=session)))


def session_of(session_key: str) -> SessionBase:
    """The session under this key as it stands in the store now; an empty one where there is none any more."""
    return cast("SessionBase", import_module(settings.SESSION_ENGINE).SessionStore(session_key or None))
