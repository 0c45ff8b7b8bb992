"""Senders that want more than can be written, and do not wait as long as they are told to."""

from __future__ import annotations

import json
import time
from contextlib import closing
from dataclasses import dataclass, field
from http.client import HTTPConnection
from itertools import count
from threading import Event, Thread
from urllib.parse import urlsplit

import psutil  # type: ignore[import-untyped]

ADDRESS = "/api/xapi/statements"
AT_A_TIME = 200
IMPATIENT_SECONDS = 0.3
LONGEST_SECONDS = 60
ARRAY = b"the-array-of"
"""Stands in a text where the number of the array goes: twelve digits of each id."""
MEGABYTE = 1024 * 1024


@dataclass
class Sender:
    """Sends arrays of statements, each until it is stored; `is_polite` once the crowd has gone."""

    host: str
    token: str
    learner: str
    place: str
    first: int
    """Number of the first array."""
    is_polite: Event
    attempts: int = 0
    stored: int = 0
    """Arrays answered with 200."""
    refused: list[tuple[int, str]] = field(default_factory=list)
    """Status and Retry-After."""
    _text: bytes = b""

    def run(self) -> None:
        for number in count(self.first):
            if self.is_polite.is_set():
                return
            self.until_stored(self.array(number))

    def array(self, number: int) -> bytes:
        """Statements that are in no other array; made from one text, or sending would cost more than writing."""
        if not self._text:
            self._text = json.dumps([self.statement(at) for at in range(AT_A_TIME)]).encode()
        return self._text.replace(ARRAY, b"%012x" % number)

    def until_stored(self, body: bytes) -> None:
        with closing(HTTPConnection(self.host, timeout=LONGEST_SECONDS)) as connection:
            while True:
                self.attempts += 1
                status, retry_after = self._post(connection, body)
                if status == 200:
                    self.stored += 1
                    return
                self.refused.append((status, retry_after))
                if self.is_polite.wait(IMPATIENT_SECONDS):
                    time.sleep(float(retry_after))

    def _post(self, connection: HTTPConnection, body: bytes) -> tuple[int, str]:
        headers = {
            "Authorization": f"Bearer {self.token}",
            "Content-Type": "application/json",
            "X-Forwarded-Proto": "https",
        }
        connection.request("POST", ADDRESS, body, headers)
        answer = connection.getresponse()
        answer.read()
        return answer.status, answer.headers.get("Retry-After", "")

    def statement(self, number: int) -> dict[str, object]:
        return {
            "id": f"00000000-0000-4{number:03x}-8000-{ARRAY.decode()}",
            "actor": {"account": {"homePage": "https://school.example", "name": self.learner}},
            "verb": {"id": "http://adlnet.gov/expapi/verbs/experienced"},
            "object": {"id": self.place},
            "timestamp": f"2026-11-02T{number // 3600 % 24:02}:{number // 60 % 60:02}:{number % 60:02}Z",
        }


def host_of(address: str) -> str:
    return str(urlsplit(address).netloc)


def send_for(senders: list[Sender], seconds: float, is_polite: Event, pid: int) -> int:
    """All send at once, for so long, then until everything they began is stored; returns the largest size of the
    process meanwhile, in bytes."""
    threads = [Thread(target=sender.run) for sender in senders]
    process, until, largest = psutil.Process(pid), time.monotonic() + seconds, 0
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        largest = max(largest, process.memory_info().rss)
        if time.monotonic() >= until:
            is_polite.set()
        time.sleep(0.2)
    return largest
