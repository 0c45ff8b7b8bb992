"""A mail server that takes mail, and on request takes one and never says so."""

from __future__ import annotations

import socketserver
import threading
from collections import Counter
from types import TracebackType
from typing import Self


class MailServer:
    """Speaks as much SMTP as is needed; `taken` counts the mails that it has, by recipient."""

    def __init__(self) -> None:
        self.taken: Counter[str] = Counter()
        self.silent_after: int | None = None
        """After so many mails it takes one more and does not answer."""
        self.went_silent = threading.Event()
        self.over = threading.Event()
        server = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                server.talk(self)

        self._tcp = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self._tcp.daemon_threads = True
        self._thread = threading.Thread(target=self._tcp.serve_forever, daemon=True)

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self._tcp.server_address[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self.over.set()
        self._tcp.shutdown()
        self._tcp.server_close()

    def talk(self, stream: socketserver.StreamRequestHandler) -> None:
        """One connection, until the other side is gone."""
        stream.wfile.write(b"220 here\r\n")
        recipient = ""
        for line in iter(stream.rfile.readline, b""):
            verb = line[:4].upper()
            if verb == b"RCPT":
                recipient = line.decode().partition("<")[2].partition(">")[0]
            if verb == b"DATA":
                stream.wfile.write(b"354 go on\r\n")
                self._take(stream, recipient)
            if verb == b"QUIT":
                stream.wfile.write(b"221 bye\r\n")
                return
            stream.wfile.write(b"250 fine\r\n")

    def _take(self, stream: socketserver.StreamRequestHandler, recipient: str) -> None:
        for line in iter(stream.rfile.readline, b""):
            if line == b".\r\n":
                break
        is_silent = self.silent_after is not None and self.taken.total() >= self.silent_after
        self.taken[recipient] += 1
        if is_silent:
            self.went_silent.set()
            self.over.wait()
