"""A deploy, as an open dashboard sees it: a real server, a signed-in browser's socket, SIGTERM."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, build_opener

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin

from tests.dashboard_project.processes import LONGEST_SECONDS, ROOT, Served, serving, surroundings

FILL = """
import sys; sys.path.insert(0, sys.argv[1])
import django; django.setup()
from tests import builders
institution = builders.make_institution("lakeside")
user = builders.make_user("ines", institution, teaches=builders.golden_section(institution, "algebra"))
user.set_password("a-password"); user.save()
"""


@pytest.fixture
def taught(var: Path) -> Path:
    """A folder with a database in which Ines teaches algebra."""
    environment = surroundings(var, DJANGO_SETTINGS_MODULE="dashboard_project.settings")
    command = [sys.executable, "-c", FILL, str(ROOT)]
    filled = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert filled.returncode == 0, filled.stderr
    return var


def cookies_of_ines(served: Served) -> str:
    jar = CookieJar()
    browser = build_opener(HTTPCookieProcessor(jar))
    page = browser.open(f"{served.address}accounts/login/").read().decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert token is not None
    form = {"username": "ines", "password": "a-password", "csrfmiddlewaretoken": token[1]}
    browser.open(f"{served.address}accounts/login/", urlencode(form).encode()).close()
    return "; ".join(f"{cookie.name}={cookie.value}" for cookie in jar)


def dashboard(served: Served) -> ClientConnection:
    origin = served.address.rstrip("/")
    return connect(
        f"{origin.replace('http', 'ws', 1)}/ws/s/lakeside/algebra/",
        origin=Origin(origin),
        legacy=True,
        additional_headers={"Cookie": cookies_of_ines(served)},
    )


def close_code(socket: ClientConnection) -> int | None:
    """The code with which the server ends the socket."""
    try:
        while True:
            socket.recv(timeout=LONGEST_SECONDS)
    except ConnectionClosed as closed:
        return closed.rcvd.code if closed.rcvd else None


@pytest.mark.proves("P8")
@pytest.mark.parametrize("arguments", [(), ("--workers", "2")], ids=["development", "two workers"])
def test_a_deploy_asks_open_dashboards_to_connect_elsewhere(taught: Path, arguments: tuple[str, ...]) -> None:
    with serving(taught, *arguments) as served, dashboard(served) as socket:
        served.process.send_signal(signal.SIGTERM)

        code = close_code(socket)

        assert code == 1012
        assert served.process.wait(LONGEST_SECONDS) in {0, -signal.SIGTERM}
    assert "Traceback" not in (taught / "serve.log").read_text()
