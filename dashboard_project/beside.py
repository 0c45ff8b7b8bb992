"""`run_schedule` beside a server, in a process of its own that lives exactly as long as the server does.

For machines without a service manager: what has its time is done while somebody serves. It ends when its standard
input closes, and that the kernel sees to, however the server ends.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings

UNTIL_STDIN_CLOSES = "--until-stdin-closes"
GRACE_SECONDS = 10.0
"""For the turn that is being done; a turn may be cut short at any point."""


@contextmanager
def schedule_beside(port: int, *, as_json: bool = False) -> Iterator[None]:
    """The schedule runs meanwhile. Its mail links to this port, unless PUBLIC_URL says otherwise."""
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "run_schedule", UNTIL_STDIN_CLOSES]
    worker = subprocess.Popen(  # noqa: S603  our own command line
        [*command, *(["--json"] if as_json else [])], env={**os.environ, "PORT": str(port)}, stdin=subprocess.PIPE
    )
    try:
        yield
    finally:
        _end(worker)


def _end(worker: subprocess.Popen[bytes]) -> None:
    if worker.stdin is not None:
        worker.stdin.close()
    try:
        worker.wait(GRACE_SECONDS)
    except subprocess.TimeoutExpired:
        worker.kill()
        worker.wait()
