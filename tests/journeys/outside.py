"""What somebody outside has: commands as processes, HTTP with cookies, a WebSocket.

Nothing of the product is imported here.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.cookiejar import CookieJar
from pathlib import Path
from typing import IO, Any, cast
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, Request, build_opener

from websockets import Origin
from websockets.sync.client import ClientConnection, connect

from tests.parity.html import Element, parse

MANAGE = str(Path(__file__).parents[2] / "manage.py")
LONGEST_SECONDS = 60
OURS = ("DATABASE_URL", "DEBUG", "ORACLE_DATABASE_URL", "PORT", "REDIS_URL", "SECRET_KEY", "ALLOWED_HOSTS")


@dataclass(frozen=True, slots=True)
class Done:
    code: int
    out: str
    error: str

    @property
    def is_refused_in_one_line(self) -> bool:
        """One line on stderr, no traceback, nothing on stdout, an exit code that says so."""
        return self.code != 0 and len(self.error.splitlines()) == 1 and "Traceback" not in self.error and not self.out


@dataclass(frozen=True, slots=True)
class Installation:
    """A folder of its own for all that the program writes, and every default."""

    var: Path

    @property
    def surroundings(self) -> dict[str, str]:
        return {name: value for name, value in os.environ.items() if name not in OURS} | {"LECTERN_VAR": str(self.var)}

    def run(self, *arguments: str, stdin: str = "") -> Done:
        done = subprocess.run(
            [sys.executable, MANAGE, *arguments],
            env=self.surroundings, cwd="/", input=stdin, capture_output=True, text=True, timeout=LONGEST_SECONDS,
            check=False,
        )  # fmt: skip
        return Done(done.returncode, done.stdout, done.stderr)

    def told(self, *arguments: str, stdin: str = "") -> dict[str, Any]:
        """What a command prints with --json; it must have done all."""
        done = self.run(*arguments, "--json", stdin=stdin)
        assert done.code == 0, done.error
        return cast("dict[str, Any]", json.loads(done.out))

    @contextmanager
    def serving(self) -> Iterator[str]:
        """`serve` on a free port, until the block ends: its address."""
        with (self.var / "serve.log").open("w") as log:
            process = subprocess.Popen(
                [sys.executable, MANAGE, "serve", "--port", "0", "--json"],
                env=self.surroundings, cwd="/", stdout=subprocess.PIPE, stderr=log, text=True,
            )  # fmt: skip
        try:
            line = cast("IO[str]", process.stdout).readline()
            assert line, (self.var / "serve.log").read_text()
            yield str(json.loads(line)["address"])
        finally:
            process.terminate()
            process.communicate(timeout=LONGEST_SECONDS)


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: bytes
    url: str
    headers: dict[str, str]

    @property
    def page(self) -> Element:
        return parse(self.body.decode())


@dataclass(frozen=True, slots=True)
class Browser:
    """Somebody's browser, without JavaScript."""

    address: str
    jar: CookieJar = field(default_factory=CookieJar)

    def get(self, path: str, **headers: str) -> Answer:
        return self._ask(Request(self.address + path.lstrip("/"), headers=headers))

    def sign_in(self, username: str, password: str) -> Answer:
        """The form of the sign-in page, filled in and sent."""
        form = self.get("accounts/login/").page.one("form")
        hidden = {each["name"]: each.get("value") for each in form.all("input", type="hidden")}
        fields = urlencode({**hidden, "username": username, "password": password})
        return self._ask(Request(f"{self.address}accounts/login/", fields.encode()))

    def socket(self, path: str) -> ClientConnection:
        cookies = "; ".join(f"{each.name}={each.value}" for each in self.jar)
        address = self.address.replace("http://", "ws://") + path.lstrip("/")
        return connect(address, origin=Origin(self.address.rstrip("/")), additional_headers={"Cookie": cookies})

    def _ask(self, request: Request) -> Answer:
        opener: OpenerDirector = build_opener(HTTPCookieProcessor(self.jar))
        try:
            with opener.open(request, timeout=LONGEST_SECONDS) as found:
                return Answer(found.status, found.read(), found.url, dict(found.headers))
        except HTTPError as error:
            return Answer(error.code, error.read(), error.url, dict(error.headers))
