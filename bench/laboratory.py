"""What figures share: servers that are started once, at first use, and ended together."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Self

from bench.server import Server, serving

QUICK = 5
"""`--quick` measures this many times less."""


class Laboratory:
    """Everything that was started here has ended when its block has."""

    def __init__(self, *, is_quick: bool) -> None:
        self.is_quick = is_quick
        self._stack = ExitStack()
        self._servers: dict[str, Server] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._stack.close()

    def repetitions(self, full: int) -> int:
        return max(3, full // QUICK) if self.is_quick else full

    def production(self) -> Server:
        """The application as it is deployed: uvicorn, DEBUG off."""
        return self._started("production", ["manage.py", "serve", "--port", "0", "--json"], {})

    def pair(self) -> Server:
        """The same in two processes."""
        return self._started("pair", ["manage.py", "serve", "--port", "0", "--json", "--workers", "2"], {})

    def demonstration(self) -> Server:
        """The application as `make demo` serves it: daphne, plain HTTP."""
        return self._started("demonstration", ["manage.py", "serve", "--port", "0", "--json"], {"DEBUG": "1"})

    def constant(self, server: str, recording: Mapping[str, object]) -> Server:
        """The floor: the same kind of server (`uvicorn`, `daphne`) that answers with what was recorded."""
        folder = Path(self._stack.enter_context(TemporaryDirectory(prefix="lectern-bench-")))
        file = folder / "recording.json"
        file.write_text(json.dumps(recording))
        command = ["-m", "bench.floors.constant", server, os.fspath(file)]
        return self._stack.enter_context(serving(command, {}))

    def bare_consumer(self) -> Server:
        """The floor of a socket: a Channels consumer that does nothing, on the same kind of server."""
        return self._started("bare consumer", ["-m", "bench.floors.consumer"], {})

    def _started(self, name: str, command: list[str], environment: Mapping[str, str]) -> Server:
        if name not in self._servers:
            self._servers[name] = self._stack.enter_context(serving(command, environment))
        return self._servers[name]
