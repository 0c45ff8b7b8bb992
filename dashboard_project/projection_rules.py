"""Which version of each projection speaks here: the deployment chooses (PROJECTION_VERSIONS), a request may differ.

The page's first paint, its repaints, exports and commands all get their rules from `deployed`, so that they agree.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from snapshot.contract import Capability
from snapshot.projections import TABLE, in_force
from snapshot.projections.rules import Rules, Table, UnknownVersion


def deployed(versions: Mapping[Capability, int] | None = None, table: Table = TABLE) -> Rules:
    """The rules of this deployment; `versions` are one request's own, for what it still reads or reads already.

    Raises:
        ImproperlyConfigured: the setting names what is not in the table.
        UnknownVersion: the request does.
    """
    return in_force({**_set(table), **(versions or {})}, table)


def named(versions: Mapping[str, int]) -> dict[Capability, int]:
    """Versions by capability.

    Raises:
        UnknownVersion: there is no such capability.
    """
    for name in versions:
        if name not in set(Capability):
            raise UnknownVersion(f"expected one of {', '.join(Capability)}, got {name!r}")
    return {Capability(name): version for name, version in versions.items()}


def _set(table: Table) -> dict[Capability, int]:
    try:
        versions = named(settings.PROJECTION_VERSIONS)
        in_force(versions, table)
    except UnknownVersion as error:
        raise ImproperlyConfigured(f"PROJECTION_VERSIONS: {error}") from error
    return versions
