"""Which files a tile offers."""

from __future__ import annotations

from django import template

from snapshot.contract import Capability
from snapshot.export.datasets import tables_of

register = template.Library()


@register.filter
def tables(capability: Capability) -> list[str]:
    """The names of the tables that hold a tile's numbers."""
    return [dataset.id for dataset in tables_of(capability)]
