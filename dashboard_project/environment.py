"""What the environment says, checked. A value that cannot be used is refused in one clear line."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.core.exceptions import ImproperlyConfigured

DEVELOPMENT_KEY = "development-only-not-a-secret"
YES = {"1", "true", "yes", "on"}
NO = {"0", "false", "no", "off", ""}
HIGHEST_PORT = 65535
FOREVER = "forever"
MOST_DAYS = 36_500


@dataclass(frozen=True, slots=True)
class Environment:
    """Reads the variables of one process."""

    values: Mapping[str, str]

    def text(self, name: str, default: str = "") -> str:
        return self.values.get(name, default).strip()

    def is_on(self, name: str, *, default: bool) -> bool:
        value = self.values.get(name)
        if value is None:
            return default
        if value.strip().lower() in YES | NO:
            return value.strip().lower() in YES
        raise ImproperlyConfigured(f"{name}: expected 1 or 0, got {value!r}")

    def names(self, name: str, default: str = "") -> list[str]:
        """A list written with commas."""
        return [part.strip() for part in self.values.get(name, default).split(",") if part.strip()]

    def choice(self, name: str, among: Sequence[str]) -> str:
        """One of a few words; the first is the default."""
        value = self.text(name) or among[0]
        if value not in among:
            raise ImproperlyConfigured(f"{name}: expected {' or '.join(among)}, got {value!r}")
        return value

    def port(self, name: str, default: int) -> int:
        value = self.text(name) or str(default)
        if value.isascii() and value.isdigit() and int(value) <= HIGHEST_PORT:
            return int(value)
        raise ImproperlyConfigured(f"{name}: expected a port from 0 to {HIGHEST_PORT}, got {value!r}")

    def days(self, name: str, default: int | None) -> int | None:
        """A number of days; `forever` is `None`."""
        value = self.text(name)
        if not value:
            return default
        if value.lower() == FOREVER:
            return None
        if value.isascii() and value.isdigit() and int(value) <= MOST_DAYS:
            return int(value)
        raise ImproperlyConfigured(f"{name}: expected a number of days or {FOREVER!r}, got {value!r}")

    def versions(self, name: str) -> dict[str, int]:
        """Version numbers by name, written `progress=2,summary=1`."""
        versions: dict[str, int] = {}
        for part in self.names(name):
            what, _, number = (text.strip() for text in part.partition("="))
            if not (what and number.isascii() and number.isdigit()):
                raise ImproperlyConfigured(f"{name}: expected name=version, got {part!r}")
            versions[what] = int(number)
        return versions

    def secret_key(self, *, debug: bool) -> str:
        """The key that signs sessions. Outside DEBUG there is no default, and the development key is refused."""
        key = self.text("SECRET_KEY")
        if debug:
            return key or DEVELOPMENT_KEY
        if not key or key == DEVELOPMENT_KEY:
            raise ImproperlyConfigured("SECRET_KEY must be set to a secret of its own when DEBUG is off")
        return key


environment = Environment(os.environ)
