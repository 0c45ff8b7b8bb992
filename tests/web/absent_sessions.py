"""A session store whose database is away."""

from __future__ import annotations

from django.db import OperationalError


class SessionStore:
    def __init__(self, session_key: str | None = None) -> None:
        raise OperationalError("the database cannot be reached")
