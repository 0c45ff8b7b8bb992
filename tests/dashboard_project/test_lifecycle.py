from __future__ import annotations

import threading

import pytest

from dashboard_project.lifecycle import Lifecycle


class Socket:
    """Closes as soon as it is asked."""

    def __init__(self, lifecycle: Lifecycle) -> None:
        self.was_asked = False
        self.close = lifecycle.opened(self.ask)

    def ask(self) -> None:
        self.was_asked = True
        self.close()


def test_draining_asks_every_open_socket_to_close() -> None:
    lifecycle = Lifecycle(seconds_per_socket=0)
    sockets = [Socket(lifecycle), Socket(lifecycle)]

    lifecycle.drain()

    assert [socket.was_asked for socket in sockets] == [True, True]
    assert lifecycle.open_sockets == 0


def test_a_socket_that_has_closed_is_not_asked() -> None:
    lifecycle = Lifecycle(seconds_per_socket=0)
    asked: list[str] = []
    close = lifecycle.opened(lambda: asked.append("closed"))
    close()

    lifecycle.drain()

    assert asked == []


@pytest.mark.proves("P8")
def test_readiness_ends_before_the_first_socket_is_asked() -> None:
    lifecycle = Lifecycle(seconds_per_socket=0, farewell_seconds=0)
    seen: list[bool] = []
    lifecycle.opened(lambda: seen.append(lifecycle.is_draining))

    lifecycle.drain()

    assert seen == [True]


def test_a_socket_that_stays_does_not_hold_the_process_for_ever() -> None:
    lifecycle = Lifecycle(seconds_per_socket=0, farewell_seconds=0.01)
    lifecycle.opened(lambda: None)

    lifecycle.drain()

    assert lifecycle.open_sockets == 1


def test_the_last_socket_to_close_ends_the_wait() -> None:
    lifecycle = Lifecycle(seconds_per_socket=0, farewell_seconds=60)
    asked = threading.Event()
    close = lifecycle.opened(asked.set)
    draining = threading.Thread(target=lifecycle.drain)
    draining.start()
    assert asked.wait(10)

    close()

    draining.join(10)
    assert not draining.is_alive()


def test_closing_twice_counts_once() -> None:
    lifecycle = Lifecycle()
    close = lifecycle.opened(lambda: None)
    lifecycle.opened(lambda: None)

    close()
    close()

    assert lifecycle.open_sockets == 1
