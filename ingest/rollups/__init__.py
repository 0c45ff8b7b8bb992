"""The rollups, worked out from the raw events alone.

The sink keeps them up to date event by event; this package says the same thing a second time, as one set-based
statement per table over the whole history. `differences` compares the two and must find none.
"""

from __future__ import annotations

from ingest.rollups.checking import Difference, differences
from ingest.rollups.recompute import recompute

__all__ = ["Difference", "differences", "recompute"]
