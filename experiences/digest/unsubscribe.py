"""Unsubscribing with one click, without signing in (RFC 8058): whoever holds the mail may.

The token names institution and person by number, is signed, and is the same each time: a preview holds what is sent.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from django.contrib.auth import get_user_model
from django.core.signing import BadSignature, Signer

from experiences.digest import memory
from experiences.digest.memory import Person
from oracles.contract import TenantId

SALT = "digest.unsubscribe"


class InvalidToken(ValueError):
    """Nobody has signed this."""


def token(person: Person) -> str:
    """What stands in the person's mail."""
    return Signer(salt=SALT).sign_object([person.tenant_id, person.user_id])


def person_of(text: str) -> Person:
    """Whose mail it stood in.

    Raises:
        InvalidToken: it was not signed here.
    """
    try:
        tenant_id, user_id = Signer(salt=SALT).unsign_object(text)
    except (BadSignature, ValueError, TypeError) as error:
        raise InvalidToken("expected a token from a digest") from error
    return Person(TenantId(int(tenant_id)), int(user_id))


def unsubscribe(text: str, now: datetime) -> Person:
    """The person gets no digest by mail any more; doing it again changes nothing.

    Raises:
        InvalidToken: it was not signed here.
    """
    person = person_of(text)
    if not get_user_model().objects.filter(pk=person.user_id).exists():
        return person  # gone, and with the account all that could be mailed to
    wanted = memory.preferences_of(person)
    if wanted.by_mail:
        memory.keep_preferences(person, replace(wanted, by_mail=False), "one_click", now)
    return person


def headers(url: str) -> tuple[tuple[str, str], ...]:
    """What a mail program needs for its own button."""
    return (("List-Unsubscribe", f"<{url}>"), ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"))
