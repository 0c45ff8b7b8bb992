"""Draws many choices of one course and collects what the surfaces say differently."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice

from django.test import Client

from tests.parity.course import Course
from tests.parity.draws import draws
from tests.parity.surfaces import ask

SEED = 20261121


@dataclass(frozen=True, slots=True)
class Found:
    path: str
    draws: int
    compared: int
    """Numbers of the command that the page and the files were compared with."""
    scopes: int
    """Different ones."""
    mismatches: str
    """A line each, with the draw; nothing when all agree."""

    def __str__(self) -> str:
        wrong = len(self.mismatches.splitlines())
        return f"{self.path} {self.draws} draws, {self.scopes} scopes, {self.compared} facts, {wrong} mismatches"


def search(course: Course, number: int, seed: int = SEED) -> Found:
    """What does not agree in so many draws."""
    client = Client()
    compared, scopes, wrong = 0, set(), []
    for draw in islice(draws(course, seed), number):
        told = ask(client, course, draw)
        compared += len(told.facts)
        scopes.add(draw.scope)
        wrong += [f"{mismatch}  [{course.path}{draw}]" for mismatch in told.mismatches()]
    return Found(course.path, number, compared, len(scopes), "\n".join(wrong))
