"""Bearer tokens: made, rotated, revoked, recognised.

A token is `lectern_` and 43 characters of chance; it is told once, when it is made or rotated. The database has its
SHA-256 only. Rotating ends the old secret at once; a program that must not pause is given a second token first.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Iterable
from datetime import date, datetime

from django.db.models import Q, QuerySet

from ingest.models import BearerToken
from oracles.contract import TenantId

PREFIX = "lectern_"
FORM = re.compile(rf"{PREFIX}[A-Za-z0-9_\-]{{43}}")


def fill(token: BearerToken, now: datetime) -> None:
    """The unsaved token has a secret, which stays on this instance only."""
    _renew(token)
    token.created_at = now


def create(tenant_id: TenantId, name: str, now: datetime) -> BearerToken:
    """A new token of the institution, with its secret."""
    token = BearerToken(name=name, institution_id=tenant_id)
    fill(token, now)
    token.save(force_insert=True)
    return token


def rotate(token: BearerToken, now: datetime) -> None:
    """The token has a new secret; the old one is worth nothing from now on."""
    _renew(token)
    token.rotated_at = now
    _rows(token).update(digest=token.digest, ending=token.ending, rotated_at=now)


def revoke(token: BearerToken, now: datetime) -> bool:
    """Nobody can use the token any more; False when it was revoked already."""
    return _rows(token).filter(revoked_at=None).update(revoked_at=now) > 0


def owners_of(sent: Iterable[str], now: datetime) -> dict[str, tuple[TenantId, int]]:
    """Whose token each of these is, and its id; what is no valid token is not there. Notes the day of its use.

    The look-up is by the digest of what was sent, which nobody can steer: how long it takes tells nothing.
    """
    by_digest = {_digest(secret): secret for secret in sent if FORM.fullmatch(secret)}
    if not by_digest:
        return {}
    # The one question asked before it is known whose data is meant.
    rows = list(BearerToken.across_tenants.filter(digest__in=by_digest, revoked_at=None))
    _note_use(rows, now.date())
    return {by_digest[bytes(row.digest)]: (TenantId(row.institution_id), row.pk) for row in rows}


def _note_use(rows: Iterable[BearerToken], today: date) -> None:
    for row in rows:
        if row.last_used_on is None or row.last_used_on < today:
            _rows(row).filter(Q(last_used_on=None) | Q(last_used_on__lt=today)).update(last_used_on=today)


def _rows(token: BearerToken) -> QuerySet[BearerToken]:
    return BearerToken.objects.for_tenant(TenantId(token.institution_id)).filter(pk=token.pk)


def _renew(token: BearerToken) -> None:
    secret = PREFIX + secrets.token_urlsafe(32)
    token.secret, token.digest, token.ending = secret, _digest(secret), secret[-4:]


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
