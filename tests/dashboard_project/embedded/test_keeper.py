from __future__ import annotations

import threading
from dataclasses import dataclass, field

from structlog.testing import capture_logs

from dashboard_project.embedded.keeper import Keeper
from dashboard_project.embedded.server import ServerDidNotStart

SOON = 0.001
LONG = 60.0


@dataclass
class FailingServer:
    """Cannot be started until it was tried `failures` times."""

    failures: int
    tries: int = 0
    stopped: bool = False
    answered: threading.Event = field(default_factory=threading.Event)

    def ensure(self) -> None:
        self.tries += 1
        if self.tries <= self.failures:
            raise ServerDidNotStart("no memory")
        self.answered.set()

    def stop(self) -> None:
        self.stopped = True


def test_after_start_the_server_was_tried() -> None:
    server = FailingServer(failures=0)
    keeper = Keeper(server, look_seconds=LONG)

    keeper.start()

    assert server.tries == 1
    keeper.stop()


def test_a_server_that_fails_is_tried_again_and_told_once() -> None:
    server = FailingServer(failures=3)
    keeper = Keeper(server, look_seconds=SOON, longest_pause_seconds=4 * SOON)

    with capture_logs() as logs:
        keeper.start()
        assert server.answered.wait(10)
        keeper.stop()

    assert [(entry["event"], entry["reason"]) for entry in logs] == [("embedded_valkey_down", "no memory")]


def test_stop_ends_the_server_too() -> None:
    server = FailingServer(failures=0)
    keeper = Keeper(server, look_seconds=LONG)
    keeper.start()

    keeper.stop()

    assert server.stopped


def test_a_second_start_changes_nothing() -> None:
    server = FailingServer(failures=0)
    keeper = Keeper(server, look_seconds=LONG)

    keeper.start()
    keeper.start()

    assert server.tries == 1
    keeper.stop()
