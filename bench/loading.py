"""The oracles without anything around them: every required question at once, in a pool of threads."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Self

from oracles.contract import Loaded, OracleContext, OracleKey, OracleResult, Scope
from oracles.instructor import ORACLES
from oracles.runner.cancellation import Question
from oracles.runner.pool import DatabaseThreads
from oracles.runner.reading import Reading, read
from snapshot.data_snapshot import PROFILE

ALIAS = "default"
THREADS = 8
SECONDS = 60.0


class Loader:
    """As many threads as the application has; their connections are closed with the block."""

    def __init__(self) -> None:
        self._threads = DatabaseThreads(THREADS, "bench", ALIAS)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._threads.close()

    def load(self, scope: Scope, now: datetime) -> dict[OracleKey, OracleResult]:
        """The answer to every required question."""
        keys = sorted(PROFILE.required)
        asked = {key: self._threads.submit(partial(_read, scope, key, now)) for key in keys}
        return {key: _loaded(scope, key, answer.result()) for key, answer in asked.items()}


def _read(scope: Scope, key: OracleKey, now: datetime) -> Reading:
    return read(ORACLES[key], OracleContext(scope, None, now, ALIAS), SECONDS, Question())


def _loaded(scope: Scope, key: OracleKey, reading: Reading) -> Loaded:
    return Loaded(scope, key, reading.payload, ORACLES[key].version, reading.stamp)
