"""Where the coordinator's given-up events go: a dead letter in the database, else a line in a file on this disk.

The file is a spool: one JSON line an event, synced before the event counts as kept, bounded. The next replay of dead
letters brings its lines into the database.
"""

from __future__ import annotations

import fcntl
import os
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import msgspec
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from coordinator.writes.contract import Rejection
from coordinator.writes.ports import DeadLetter
from ingest.dead_letters import Lost, keep
from ingest.placing import Placed
from oracles.contract import TenantId

MOST_BYTES = 64 * 1024 * 1024


def spool() -> Spool:
    """The spool of this installation."""
    return Spool(Path(settings.VAR) / "spool" / "dead_letters.ndjson")


class SpoolFull(OSError):
    """The file has reached its bound: nothing of this call was kept."""


@dataclass(frozen=True, slots=True)
class DatabaseLetters:
    """Dead letters where the institution's operators see them."""

    def keep(self, letters: Sequence[DeadLetter[Placed]]) -> None:
        of_section: defaultdict[tuple[TenantId, int], list[Lost]] = defaultdict(list)
        for letter in letters:
            event = letter.record
            of_section[event.tenant_id, event.section_id].append(
                Lost(event.record, Rejection(0, letter.code, letter.detail))
            )
        with transaction.atomic():
            for (tenant_id, section_id), lost in sorted(of_section.items(), key=lambda item: item[0]):
                keep(tenant_id, section_id, lost, timezone.now())


class _Line(msgspec.Struct, frozen=True):
    event: Placed
    code: str
    detail: str


@dataclass(frozen=True, slots=True)
class Spool:
    """A file of dead letters for the time when the database cannot be reached."""

    path: Path

    def keep(self, letters: Sequence[DeadLetter[Placed]]) -> None:
        lines = b"".join(msgspec.json.encode(_line(letter)) + b"\n" for letter in letters)
        with self._open("a") as file:
            if file.tell() + len(lines) > MOST_BYTES:
                raise SpoolFull(f"expected at most {MOST_BYTES} bytes in the spool")
            file.write(lines.decode())
            file.flush()
            os.fsync(file.fileno())

    def unload(self) -> int:
        """Every line has become a dead letter in the database, and the file is empty; returns how many there were."""
        if not self.path.exists():
            return 0
        with self._open("r+") as file:
            lines = [msgspec.json.decode(line, type=_Line) for line in file if line.strip()]
            DatabaseLetters().keep([_letter(line) for line in lines])
            file.seek(0)
            file.truncate()
        return len(lines)

    def forget(self, is_of: Callable[[TenantId, str], bool], is_dry: bool = False) -> int:
        """The lines of which `is_of(tenant, line)` says so are gone; returns how many. The others keep their order.

        `is_dry`: nothing is changed.
        """
        if not self.path.exists():
            return 0
        with self._open("r+") as file:
            lines = [line for line in file if line.strip()]
            kept = [line for line in lines if not is_of(msgspec.json.decode(line, type=_Line).event.tenant_id, line)]
            if len(kept) < len(lines) and not is_dry:
                file.seek(0)
                file.truncate()
                file.writelines(kept)
                file.flush()
                os.fsync(file.fileno())
        return len(lines) - len(kept)

    @contextmanager
    def _open(self, mode: str) -> Iterator[IO[str]]:
        """The file, for us alone."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        with os.fdopen(descriptor, mode, encoding="utf-8") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            file.seek(0, os.SEEK_END if mode == "a" else os.SEEK_SET)
            yield file


def _line(letter: DeadLetter[Placed]) -> _Line:
    return _Line(letter.record, letter.code, letter.detail)


def _letter(line: _Line) -> DeadLetter[Placed]:
    return DeadLetter(line.event, str(line.event.tenant_id), line.code, line.detail)
