"""How another system's identifiers name a section of ours and what is in it. Pure.

Two ways, the same for xAPI and Caliper:
1. an extension `urn:lectern:section`, `urn:lectern:page`, `urn:lectern:activity` (a key) or `urn:lectern:objectives`
   (keys), for systems whose identifiers are their own business;
2. identifiers that say it: `…/sections/<slug>/pages/<key>/activities/<key>`, `…/objectives/<key>`, any part of it,
   under any host; or the same with colons after `urn:lectern:`.

An extension says it before any identifier does; among identifiers the nearest to the object does.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from urllib.parse import unquote

from ingest.fields import Misfit, shown

SECTION, PAGE, ACTIVITY, OBJECTIVE = "section", "page", "activity", "objective"
PLURALS = {"sections": SECTION, "pages": PAGE, "activities": ACTIVITY, "objectives": OBJECTIVE}
WORDS = {**PLURALS, **{kind: kind for kind in PLURALS.values()}}
URN = "urn:lectern:"
EXTENSIONS = {f"{URN}{kind}": kind for kind in (SECTION, PAGE, ACTIVITY)}
OBJECTIVES_EXTENSION = f"{URN}objectives"
LONGEST_KEY = 250
MOST_OBJECTIVES = 50


@dataclass(slots=True)
class Names:
    """What was named so far, and where: the first to say it is believed."""

    keys: dict[str, str] = field(default_factory=dict)
    where: dict[str, str] = field(default_factory=dict)
    objectives: dict[str, str] = field(default_factory=dict)
    """Key → where it was named."""

    def read_extensions(self, extensions: object, path: str) -> None:
        """The extensions that are ours, of an object that may have any.

        Raises:
            Misfit: one of ours is not of the right form.

        """
        if not isinstance(extensions, dict):
            return
        for name, kind in EXTENSIONS.items():
            if name in extensions:
                self._say(kind, _key(extensions[name], f"{path}['{name}']"), f"{path}['{name}']")
        if OBJECTIVES_EXTENSION in extensions:
            self._say_objectives(extensions[OBJECTIVES_EXTENSION], f"{path}['{OBJECTIVES_EXTENSION}']")

    def read_identifier(self, identifier: str, path: str) -> None:
        """What the identifier says; nothing, if it is none of ours."""
        for kind, key in named_in(identifier):
            if kind == OBJECTIVE:
                self.objectives.setdefault(_key(key, path), path)
            else:
                self._say(kind, _key(key, path), path)

    def _say(self, kind: str, key: str, path: str) -> None:
        if kind not in self.keys:
            self.keys[kind], self.where[kind] = key, path

    def _say_objectives(self, keys: object, path: str) -> None:
        several = keys if isinstance(keys, list) else [keys]
        if len(several) > MOST_OBJECTIVES:
            raise Misfit(path, f"expected at most {MOST_OBJECTIVES} objectives, got {len(several)}")
        for key in several:
            self.objectives.setdefault(_key(key, path), path)


def named_in(identifier: str) -> Iterable[tuple[str, str]]:
    """Kind and key for every pair of a word of ours and what follows it."""
    is_urn = identifier.lower().startswith(URN)
    plain = identifier.partition("#")[0].partition("?")[0]
    parts = plain[len(URN) :].split(":") if is_urn else plain.split("/")
    for word, key in pairwise(parts):
        if word in WORDS and key:
            yield WORDS[word], unquote(key, errors="replace")


def _key(value: object, path: str) -> str:
    if not isinstance(value, str) or not 0 < len(value) <= LONGEST_KEY:
        raise Misfit(path, f"expected a key of 1 to {LONGEST_KEY} characters, got {shown(value)}")
    return value


def extension_of(carrier: Mapping[str, object]) -> object:
    """The `extensions` of an object that may have some."""
    return carrier.get("extensions")
