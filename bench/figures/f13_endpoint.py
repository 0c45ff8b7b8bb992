"""F13: statements over HTTP into PostgreSQL: how many a second, and how long fifty of them take to be stored.

How: a class of 300 learners with 30 000 events; the deployed form of the application on a PostgreSQL with its usual
durability; eight clients with a token each, on a connection each, send arrays of fifty answers that were written
beforehand, one after another, for fifteen seconds. Every answer is 200 after the commit, or the figure fails;
afterwards the events in the table are as many as were answered. The first two answers of each client are not counted:
with them the server opens its connections and the database plans its statements. The clients run on the same machine
and cost it a part.
Floor: none. The slow end is the 99th percentile.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from itertools import count, islice
from math import ceil
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from uuid import UUID

import psycopg

from bench.contract import AtLeast, AtMost, Row
from bench.laboratory import Laboratory
from bench.server import serving
from bench.statistics import Spread
from bench.surroundings import ROOT, environment
from tests.plugins.postgresql_server import PostgresqlServer, find_binaries

CLIENTS = 8
STATEMENTS = 50
BODIES_A_SECOND = 20
"""Written beforehand for each client; nobody gets further than that."""
SECONDS = 15
NOT_COUNTED = 2
"""First answers of each client."""
SECONDS_OF_PREPARATION = 120
ADDRESS = "/api/xapi/statements"


@dataclass(frozen=True, slots=True)
class Class:
    """What a client has to know to tell something."""

    section: str
    learners: list[str]
    activities: list[tuple[str, str]]
    """Page and activity."""
    tokens: list[str]
    events: int
    """In the database before anybody sends."""


@dataclass(frozen=True, slots=True)
class Told:
    """What one client has sent: answers it got, and how long each took, in milliseconds."""

    times: list[float]


def measure(laboratory: Laboratory) -> list[Row]:
    seconds = max(2, SECONDS // 5) if laboratory.is_quick else SECONDS
    with PostgresqlServer(find_binaries(), is_durable=True) as postgresql, TemporaryDirectory() as folder:
        url = postgresql.new_database()
        values = {**environment(os.environ["REDIS_URL"]), "LECTERN_VAR": folder, "DATABASE_URL": url}
        prepared = _prepared(values)
        with serving(["manage.py", "serve", "--port", "0", "--json"], values) as server:
            told, elapsed = _all_send(server.host, prepared, seconds)
        stored = _stored(url) - prepared.events
    answered = sum(len(client.times) for client in told)
    if stored != answered * STATEMENTS:
        raise RuntimeError(f"expected {answered * STATEMENTS} events in the database, found {stored}")
    times = sorted(time for client in told for time in client.times[NOT_COUNTED:])
    rate = Spread(stored / elapsed, stored / elapsed)
    slow = Spread(median(times), times[ceil(0.99 * len(times)) - 1], len(times))
    return [
        Row("F13", "events over HTTP into PostgreSQL", "1/s", rate, AtLeast(2_000)),
        Row("F13", "fifty statements → stored (p50 / p99)", "ms", slow, AtMost(250.0)),
    ]


def _prepared(values: Mapping[str, str]) -> Class:
    """The database is migrated, and has the class and its tokens."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.floors.endpoint", str(CLIENTS)],
        cwd=ROOT,
        env={**os.environ, **values},
        capture_output=True,
        text=True,
        timeout=SECONDS_OF_PREPARATION,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    told = json.loads(done.stdout)
    activities = [(page, activity) for page, activity in told["activities"]]
    return Class(told["section"], told["learners"], activities, told["tokens"], told["events"])


def _all_send(host: str, prepared: Class, seconds: float) -> tuple[list[Told], float]:
    written = int(BODIES_A_SECOND * seconds)
    bodies = [list(islice(_bodies(prepared, client), written)) for client in range(CLIENTS)]
    with ThreadPoolExecutor(CLIENTS) as pool:
        began = perf_counter()
        sending = [
            pool.submit(_send, host, token, body, began + seconds)
            for token, body in zip(prepared.tokens, bodies, strict=True)
        ]
        told = [each.result() for each in sending]
        return told, perf_counter() - began


def _send(host: str, token: str, bodies: Sequence[bytes], until: float) -> Told:
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json", "X-Forwarded-Proto": "https"}
    times: list[float] = []
    with _connection(host) as connection:
        for body in bodies:
            began = perf_counter()
            if began >= until:
                break
            connection.request("POST", ADDRESS, body, headers)
            answer = connection.getresponse()
            said = answer.read()
            if answer.status != 200:
                raise RuntimeError(f"{answer.status}: {said[:500]!r}")
            times.append((perf_counter() - began) * 1000)
    return Told(times)


@contextmanager
def _connection(host: str) -> Iterator[HTTPConnection]:
    connection = HTTPConnection(host, timeout=60)
    try:
        yield connection
    finally:
        connection.close()


def _bodies(prepared: Class, client: int) -> Iterator[bytes]:
    """Arrays of answers: every learner at every activity in turn, each client its own ids."""
    numbers = count(client << 64)
    while True:
        yield json.dumps([_statement(prepared, next(numbers)) for _ in range(STATEMENTS)]).encode()


def _statement(prepared: Class, number: int) -> dict[str, object]:
    page, activity = prepared.activities[number // len(prepared.learners) % len(prepared.activities)]
    learner = prepared.learners[number % len(prepared.learners)]
    where = f"https://lms.example/sections/{prepared.section}/pages/{page}/activities/{activity}"
    return {
        "id": str(UUID(int=number, version=4)),
        "actor": {"account": {"homePage": "https://lms.example", "name": learner}},
        "verb": {"id": "http://adlnet.gov/expapi/verbs/answered"},
        "object": {"id": where},
        "result": {"success": number % 3 > 0},
        "timestamp": f"2026-11-02T{number // 3600 % 24:02}:{number // 60 % 60:02}:{number % 60:02}Z",
    }


def _stored(url: str) -> int:
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT COUNT(*) FROM courses_learningevent").fetchone()
    return 0 if row is None else int(row[0])
