"""`manage.py serve` as people start it."""

from __future__ import annotations

import asyncio
import signal
import socket
from pathlib import Path

import pytest

from dashboard_project import serving as servers
from tests.dashboard_project.processes import manage, serving

PRODUCTION = {"DEBUG": "0", "SECRET_KEY": "k3y-of-its-own-" * 5}
THROUGH_TLS = {"X_Forwarded_Proto": "https"}


@pytest.mark.proves("P8")
@pytest.mark.parametrize(
    ("arguments", "values"),
    [((), {}), ((), PRODUCTION), (("--workers", "2"), PRODUCTION)],
    ids=["development", "production", "two workers"],
)
def test_it_serves_pages_files_and_health_and_ends_well_on_sigterm(
    var: Path, arguments: tuple[str, ...], values: dict[str, str]
) -> None:
    with serving(var, *arguments, **values) as served:
        found = {
            "live": served.status("healthz/live"),
            "ready": served.status("healthz/ready"),
            "page": served.status("accounts/login/", **THROUGH_TLS),
            "file": served.status("static/admin/css/base.css"),
            "nothing": served.status("static/nothing.css", **THROUGH_TLS),
        }
        code = served.end(signal.SIGTERM)

    assert found == {"live": 200, "ready": 200, "page": 200, "file": 200, "nothing": 404}
    assert code in {0, -signal.SIGTERM}


def test_a_database_that_is_not_up_to_date_is_live_but_not_ready(tmp_path: Path) -> None:
    with serving(tmp_path) as served:
        found = served.status("healthz/live"), served.status("healthz/ready")

    assert found == (200, 503)


@pytest.mark.proves("P10")
def test_a_port_in_use_is_told_in_one_line(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        done = manage(tmp_path, "serve", "--port", str(port))

    assert done.returncode == 1
    assert done.stderr.strip().endswith(f"port {port} on 127.0.0.1 is in use; choose another with --port or PORT")
    assert len(done.stderr.splitlines()) == 1


def test_an_address_that_is_not_ours_is_refused_with_its_reason() -> None:
    with pytest.raises(servers.CannotListen, match=r"cannot listen on 192\.0\.2\.1"):
        servers.listen("192.0.2.1", 0)


async def test_a_small_frame_never_waits_for_the_acknowledgement_of_the_one_before() -> None:
    accepted: asyncio.Future[asyncio.StreamWriter] = asyncio.get_running_loop().create_future()
    server = await asyncio.start_server(
        lambda _reader, writer: accepted.set_result(writer), sock=servers.listen("127.0.0.1", 0)
    )

    _, client = await asyncio.open_connection(*server.sockets[0].getsockname())
    connection = await accepted
    delay_is_off = connection.get_extra_info("socket").getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)

    assert delay_is_off
    for end in (connection, client):
        end.close()
        await end.wait_closed()
    server.close()
    await server.wait_closed()
