"""Ids of rows in addresses and forms: whoever writes one there may write anything."""

from __future__ import annotations

LONGEST = 18
"""Digits; what is longer is no id of ours, and no number that a database can take."""


def is_id(text: str) -> bool:
    """Whether a row may have this id; whether one has, and whose it is, the database says."""
    return text.isascii() and text.isdigit() and len(text) <= LONGEST
