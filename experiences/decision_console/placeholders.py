"""What a message says to one learner: four placeholders, internal links only. Pure.

`{first_name}` `{full_name}` `{instructor}` `{course}`. A placeholder that is unknown, or that has no value for a
learner, blocks the message: nobody gets a mail that begins with “Dear ,”.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

PLACEHOLDERS = ("first_name", "full_name", "instructor", "course")
WRITTEN = re.compile(r"\{+\s*([^{}\s]*)\s*\}+")
LINK = re.compile(r"(?:[a-z][a-z0-9+.-]*:)?//\S+|\b(?:mailto|javascript|data|tel):\S+|\bwww\.\S+", re.IGNORECASE)
ORIGIN = re.compile(r"^(https?://[^/\s?#]+)", re.IGNORECASE)
STRAY = re.compile(r"[{}]")


@dataclass(frozen=True, slots=True)
class Person:
    """Whom it is said to. An unknown name is empty."""

    full_name: str

    @property
    def first_name(self) -> str:
        """The first word of the name; of `Duarte, Ana` the word after the comma."""
        family, comma, given = self.full_name.partition(",")
        words = (given if comma else family).split()
        return words[0] if words else ""


@dataclass(frozen=True, slots=True)
class Sender:
    """Who says it, in which course."""

    instructor: str
    course: str


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a text cannot go out: a code, what it is about, and for how many learners."""

    code: str
    what: str = ""
    learners: int = 0


def render(text: str, person: Person, sender: Sender) -> str:
    """The text as this person reads it; placeholders that are not ours stay as they are written."""
    values = _values(person, sender)
    return WRITTEN.sub(lambda found: values.get(found[1], found[0]), text)


def problems(
    texts: Iterable[str], people: Collection[Person], sender: Sender, origins: Collection[str]
) -> list[Problem]:
    """Everything that keeps these texts from these people; `origins` are the sites that count as our own."""
    whole = "\n".join(texts)
    names = sorted({found[1] for found in WRITTEN.finditer(whole)})
    found = [Problem("unknown_placeholder", name) for name in names if name not in PLACEHOLDERS]
    if STRAY.search(WRITTEN.sub("", whole)):
        found.append(Problem("stray_brace"))
    for name in names:
        without = sum(not _values(person, sender).get(name, "?") for person in people)
        if without:
            found.append(Problem("unresolved_placeholder", name, without))
    return [*found, *(Problem("foreign_link", link) for link in foreign_links(whole, origins))]


def foreign_links(text: str, origins: Collection[str]) -> list[str]:
    """Links that lead away: everything with a host that is not ours, and every other scheme."""
    own = {origin.rstrip("/").lower() for origin in origins}
    return [link for link in LINK.findall(text) if not _is_own(link, own)]


def _is_own(link: str, own: Collection[str]) -> bool:
    found = ORIGIN.match(link)
    return found is not None and found[1].lower() in own and "/../" not in f"{link}/"


def _values(person: Person, sender: Sender) -> Mapping[str, str]:
    return {
        "first_name": person.first_name,
        "full_name": person.full_name.strip(),
        "instructor": sender.instructor.strip(),
        "course": sender.course.strip(),
    }
