"""The admin pages of what comes in; each kind of row has a file of its own."""

from __future__ import annotations

from ingest.dead_letter_admin import DeadLetterAdmin
from ingest.token_admin import BearerTokenAdmin

__all__ = ["BearerTokenAdmin", "DeadLetterAdmin"]
