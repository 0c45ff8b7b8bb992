"""With real processes: the server lives as long as one that needs it, and no longer."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
from pathlib import Path

import pytest
import redis

from dashboard_project.embedded.place import Place
from dashboard_project.embedded.server import EmbeddedServer, ServerDidNotStart
from tests.dashboard_project.embedded.processes import await_that, end, is_running, keeping


def test_the_server_answers_redis_clients_on_its_private_socket(server: EmbeddedServer) -> None:
    server.ensure()

    with redis.Redis.from_url(server.place.url) as client:
        client.set("key", "value")
        assert client.get("key") == b"value"
    assert stat.S_IMODE(server.place.socket.stat().st_mode) == 0o700
    assert stat.S_IMODE(server.place.directory.stat().st_mode) == 0o700


def test_a_second_ensure_starts_no_second_server(server: EmbeddedServer) -> None:
    server.ensure()
    first = server.pid

    server.ensure()

    assert server.pid == first


def test_stop_ends_the_server(server: EmbeddedServer) -> None:
    server.ensure()

    server.stop()

    assert not server.is_answering()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGKILL], ids=lambda s: s.name)
def test_the_server_dies_with_its_starter(place: Place, valkey_binary: Path, number: signal.Signals) -> None:
    process, server_pid = keeping(place, valkey_binary)
    assert is_running(server_pid)

    process.send_signal(number)
    process.communicate()

    assert await_that(lambda: not is_running(server_pid))


def test_a_server_that_was_killed_is_started_again(place: Place, valkey_binary: Path) -> None:
    process, server_pid = keeping(place, valkey_binary)

    os.kill(server_pid, signal.SIGKILL)

    assert await_that(lambda: not is_running(server_pid))
    assert await_that(EmbeddedServer(place, valkey_binary).is_answering)
    end(process)


def test_two_processes_share_one_server(place: Place, valkey_binary: Path) -> None:
    first, server_pid = keeping(place, valkey_binary)
    second, other_pid = keeping(place, valkey_binary)

    assert server_pid
    assert other_pid == 0
    end(second)
    assert is_running(server_pid)
    end(first)


def test_who_outlives_the_starter_starts_the_next_server(place: Place, valkey_binary: Path) -> None:
    first, server_pid = keeping(place, valkey_binary)
    second, _ = keeping(place, valkey_binary)

    end(first)

    assert await_that(lambda: not is_running(server_pid))
    assert await_that(EmbeddedServer(place, valkey_binary).is_answering)
    end(second)


def test_a_socket_left_by_a_crash_is_no_hindrance(server: EmbeddedServer) -> None:
    server.place.prepare()
    server.place.socket.touch()

    server.ensure()

    assert server.is_answering()


def test_a_program_that_is_no_server_is_told_with_its_reason(place: Place) -> None:
    server = EmbeddedServer(place, Path("/bin/false"))

    with pytest.raises(ServerDidNotStart, match="did not start"):
        server.ensure()


def test_the_launcher_refuses_a_parent_that_is_gone() -> None:
    import sys  # noqa: PLC0415

    from dashboard_project.embedded import launcher  # noqa: PLC0415

    command = [sys.executable, "-I", "-S", launcher.__file__, "1", "15", "/bin/echo", "started"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stdout) == (1, "")
