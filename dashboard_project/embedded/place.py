"""Where the embedded server lives: a private directory with a path short enough for a unix socket (108 bytes)."""

from __future__ import annotations

import hashlib
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

LONGEST_SOCKET_PATH = 100


class UnsafePlace(OSError):
    """The directory is not ours alone."""


@dataclass(frozen=True, slots=True)
class Place:
    """The directory of one project's server. The same for every process of the same user and project."""

    directory: Path

    @property
    def socket(self) -> Path:
        return self.directory / "v.sock"

    @property
    def lock(self) -> Path:
        return self.directory / "lock"

    @property
    def log(self) -> Path:
        return self.directory / "v.log"

    @property
    def url(self) -> str:
        return f"unix://{self.socket}?db=0"

    def prepare(self) -> None:
        """The directory exists, is ours, and nobody else may enter it."""
        self.directory.mkdir(mode=0o700, exist_ok=True)
        found = self.directory.lstat()
        if found.st_uid != os.getuid() or found.st_mode & 0o077 or self.directory.is_symlink():
            raise UnsafePlace(f"{self.directory} must be a directory of this user with mode 0700")


def place_of(base: Path) -> Place:
    """The place of the data in `base`: two data folders never share a cache."""
    name = f"lectern-{os.getuid()}-{hashlib.sha256(str(base.resolve()).encode()).hexdigest()[:12]}"
    for parent in (os.environ.get("XDG_RUNTIME_DIR", ""), tempfile.gettempdir(), "/tmp"):  # noqa: S108
        place = Place(Path(parent) / name)
        fits = len(os.fsencode(place.socket)) <= LONGEST_SOCKET_PATH
        if parent and fits and os.access(parent, os.W_OK | os.X_OK):
            return place
    return Place(Path("/tmp") / name)  # noqa: S108
