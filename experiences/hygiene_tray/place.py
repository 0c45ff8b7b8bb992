"""Whose section a call is about: from its context, or not at all. Pure."""

from __future__ import annotations

from experiences.contract import SectionContext, require_writable
from oracles.contract import TenantId


def place_of(context: SectionContext) -> tuple[TenantId, int]:
    """Tenant and section.

    Raises:
        TypeError: there is no context, so nobody knows whose data is meant.
    """
    if not isinstance(context, SectionContext):
        raise TypeError(f"expected a SectionContext, got {type(context).__name__}")
    return context.tenant_id, context.section_id


def writable_place_of(context: SectionContext) -> tuple[TenantId, int]:
    """The same, for whoever writes.

    Raises:
        TypeError: there is no context.
        PreviewRefused: it is a preview.
    """
    place = place_of(context)
    require_writable(context)
    return place
