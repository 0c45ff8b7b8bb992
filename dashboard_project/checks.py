"""System checks of the surroundings: what works here with less than it could.

For `check --deploy`; a server tells it when it starts, `doctor` when asked, and commands do without it in silence.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.apps.config import AppConfig
from django.conf import settings
from django.core import checks


@checks.register(deploy=True)
def redis_is_there(app_configs: Sequence[AppConfig] | None, **_: object) -> list[checks.CheckMessage]:  # noqa: ARG001
    """Warn where each process keeps its own cache and hears only itself."""
    if settings.REDIS_URL or settings.TESTING:
        return []
    return [
        checks.Warning(
            f"No Redis: {settings.REDIS.reason}. Results are cached and updates announced inside one process only.",
            hint="Set REDIS_URL to a Redis or Valkey server before you run more than one process.",
            id="lectern.W001",
        )
    ]
