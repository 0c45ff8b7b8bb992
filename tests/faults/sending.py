"""Somebody who sends statements to a running server, and does not stop when they are refused."""

from __future__ import annotations

import json
import threading
from collections import Counter
from dataclasses import dataclass, field
from urllib.error import HTTPError
from urllib.request import Request, urlopen
from uuid import UUID

from tests.ingest.xapi.statements import HOME

LONGEST_SECONDS = 60


@dataclass
class Sender:
    """Sends one statement after another, each until it is stored."""

    address: str
    token: str
    learner: str
    place: str
    first: int = 1
    """Number of the first statement."""
    stored: list[UUID] = field(default_factory=list)
    refused: list[tuple[int, str]] = field(default_factory=list)
    changed: threading.Condition = field(default_factory=threading.Condition)
    has_to_stop: bool = False

    def run(self) -> None:
        number = self.first
        while not self.has_to_stop:
            status, retry_after = self._post(UUID(int=number))
            with self.changed:
                if status == 200:
                    self.stored.append(UUID(int=number))
                    number += 1
                else:
                    self.refused.append((status, retry_after))
                self.changed.notify_all()

    def until(self, stored: int = 0, refused: int = 0) -> None:
        with self.changed:
            assert self.changed.wait_for(
                lambda: len(self.stored) >= stored and len(self.refused) >= refused, LONGEST_SECONDS
            ), (len(self.stored), Counter(status for status, _ in self.refused))

    def _post(self, event_id: UUID) -> tuple[int, str]:
        told = {
            "id": str(event_id),
            "actor": {"account": {"homePage": HOME, "name": self.learner}},
            "verb": {"id": "http://adlnet.gov/expapi/verbs/experienced"},
            "object": {"id": self.place},
            "timestamp": "2026-11-02T09:00:00Z",
        }
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        request = Request(f"{self.address}api/xapi/statements", json.dumps(told).encode(), headers)
        try:
            with urlopen(request, timeout=LONGEST_SECONDS) as response:
                return response.status, ""
        except HTTPError as error:
            return error.code, error.headers.get("Retry-After", "")
