"""The desk server listens to little and may say much."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from dashboard_project.serving import LARGEST_FRAME
from tests.dashboard_project.processes import ROOT
from tests.dashboard_project.wordy import ANSWER


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-m", "tests.dashboard_project.wordy", str(port)], cwd=ROOT
    )
    yield f"ws://127.0.0.1:{port}/"
    process.terminate()
    process.wait(20)


def opened(address: str, seconds: float = 60.0) -> ClientConnection:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with suppress(OSError):
            return connect(address, max_size=None)
    raise AssertionError("the server did not start")


def test_an_answer_may_be_longer_than_anything_that_may_be_asked(address: str) -> None:
    with opened(address) as line:
        for _ in range(2):
            line.send("a question")

            assert len(line.recv(timeout=20)) == len(ANSWER)


@pytest.mark.parametrize("pieces", [1, 8])
def test_too_long_a_question_ends_the_socket_before_and_after_an_answer(pieces: int, address: str) -> None:
    part = "q" * (LARGEST_FRAME // pieces + 1)
    with opened(address) as line:
        line.send("a question")
        line.recv(timeout=20)

        with pytest.raises(ConnectionClosed):  # noqa: PT012 it may end while it is being sent
            line.send(iter([part] * pieces) if pieces > 1 else part)
            line.recv(timeout=20)
    with opened(address) as line:
        line.send("a question")
        assert len(line.recv(timeout=20)) == len(ANSWER)
