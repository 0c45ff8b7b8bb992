"""The admin pages of what comes in; the pages for dead letters stand in a file of their own."""

from __future__ import annotations

from ingest.dead_letter_admin import DeadLetterAdmin

__all__ = ["DeadLetterAdmin"]
