"""Runs the web server: daphne in this process while developing, uvicorn in production and for several workers.

uvicorn waits for a slow reader; daphne does not (its memory grows), so it serves only people at their own desk.
"""

from __future__ import annotations

import errno
import os
import shutil
import socket
from dataclasses import dataclass
from pathlib import Path

LARGEST_FRAME = 64 * 1024
GRACE_SECONDS = 8
BACKLOG = 2048


class CannotListen(OSError):
    """The address cannot be served; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What to run on a listening socket."""

    listener: socket.socket
    workers: int
    debug: bool
    metrics: Path
    """A folder for the figures that workers share."""

    @property
    def port(self) -> int:
        return int(self.listener.getsockname()[1])

    @property
    def address(self) -> str:
        host, port = self.listener.getsockname()[:2]
        return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens. Port 0 picks a free one.

    Raises CannotListen when the port is taken or not ours to use.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # The protocol is named: only then does asyncio set TCP_NODELAY, without which a second frame waits 40 ms.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(BACKLOG)
    except OSError as error:
        listener.close()
        raise CannotListen(_reason(host, port, error)) from error
    return listener


def run(plan: Plan) -> None:
    """Serves until it is told to stop."""
    if plan.debug and plan.workers == 1:
        _run_daphne(plan)
    else:
        _run_uvicorn(plan)


def _reason(host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"port {port} on {host} is in use; choose another with --port or PORT"
    return f"cannot listen on {host}, port {port}: {error.strerror or error}"


def _run_daphne(plan: Plan) -> None:
    from dashboard_project import wiring  # noqa: PLC0415
    from dashboard_project.asgi import application  # noqa: PLC0415
    from dashboard_project.desk_server import DeskServer  # noqa: PLC0415  installs its reactor when it is imported
    from dashboard_project.lifecycle import lifecycle  # noqa: PLC0415

    server = DeskServer(
        application=application,
        endpoints=[f"fd:fileno={plan.listener.fileno()}"],
        server_name="",
        websocket_max_message_size=LARGEST_FRAME,
        websocket_max_frame_size=LARGEST_FRAME,
    )
    from twisted.internet import reactor  # noqa: PLC0415

    reactor.callWhenRunning(lifecycle.drain_on_sigterm)
    try:
        server.run()
    finally:
        # At exit it would be too late: no thread may be started any more.
        wiring.close()


def _run_uvicorn(plan: Plan) -> None:
    import uvicorn  # noqa: PLC0415
    from uvicorn.supervisors import Multiprocess  # noqa: PLC0415

    config = uvicorn.Config(
        "dashboard_project.asgi:application",
        workers=plan.workers,
        ws_max_size=LARGEST_FRAME,
        timeout_graceful_shutdown=GRACE_SECONDS,
        lifespan="off",
        access_log=False,
        log_config=None,
        server_header=False,
    )
    if plan.workers == 1:
        uvicorn.Server(config).run(sockets=[plan.listener])
        return
    _share_metrics(plan.metrics)
    try:
        Multiprocess(config, sockets=[plan.listener]).run()
    finally:
        shutil.rmtree(plan.metrics, ignore_errors=True)


def _share_metrics(folder: Path) -> None:
    """Workers write their figures into one folder, which starts empty."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)
