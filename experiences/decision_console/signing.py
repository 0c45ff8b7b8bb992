"""In whose name a decision speaks, and where answers to its mail go."""

from __future__ import annotations

from email.utils import formataddr

from django.contrib.auth import get_user_model
from django.contrib.auth.models import User

from courses.models import Teaching
from oracles.contract import TenantId

LONGEST = 150


def signatory(tenant_id: TenantId, section_id: int, user_id: int | None) -> User | None:
    """The instructor who stages it; an assistant writes in the name of the section's first instructor."""
    teaching = Teaching.objects.for_tenant(tenant_id).filter(section_id=section_id)
    instructors = teaching.filter(role=Teaching.Role.INSTRUCTOR).order_by("pk")
    own = instructors.filter(user_id=user_id or 0).first() or instructors.first()
    return get_user_model().objects.filter(pk=own.user_id if own else user_id or 0).first()


def signature_of(account: User | None) -> str:
    return (account.get_full_name() or account.get_username())[:LONGEST] if account else ""


def reply_to(tenant_id: TenantId, section_id: int, staged_by: int | None, signature: str) -> str:
    """Name and address of whoever signed it; empty without an address, or when somebody else would sign it now."""
    account = signatory(tenant_id, section_id, staged_by)
    if account is None or "@" not in account.email or signature_of(account) != signature:
        return ""
    return formataddr((signature, account.email))
