"""The shape of the AI context: what a language model is told about a class. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import msgspec


class AiTable(msgspec.Struct, frozen=True):
    """The rows of one capability. Where they are cut, the first ones stay; `total` says how many there are."""

    capability: str
    order: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str | int | float | None, ...], ...]
    total: int


class AiDocument(msgspec.Struct, frozen=True):
    """What a language model is told about a class: whole numbers and means, nobody's name, mail or id."""

    course: str
    section: str
    scope: str
    as_of: datetime | None
    time_zone: str
    settings: Mapping[str, int | str]
    """What the numbers depend on."""
    lacking: Mapping[str, str]
    """Capabilities without all of their data, and the reason code."""
    tables: tuple[AiTable, ...]
    advice: str
    """What the recommender says, with its numbers; empty when nothing stands out."""
    rule: str
    definitions: Mapping[str, str]
    token_budget: int
