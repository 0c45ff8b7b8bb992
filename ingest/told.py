"""An event as another system told it: read, but not yet looked up in any section. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID, uuid5

from ingest.fields import within
from ingest.records import EventRecord

NAMESPACE = UUID("5a4c5d4e-6d0c-5d2c-9a53-4a1f0c2f9e11")
"""Ids of events that came without one are made in it; never change it."""


@dataclass(frozen=True, slots=True)
class ByKey:
    """The learner of this external id."""

    key: str


@dataclass(frozen=True, slots=True)
class ByMailbox:
    """The learner whose e-mail address has this fingerprint: the SHA-1 of `mailto:` and the address, in hex."""

    sha1: str


LearnerName = ByKey | ByMailbox


@dataclass(frozen=True, slots=True)
class Told:
    """`record.learner` and, where only an activity was named, `record.page` are empty until they are looked up."""

    record: EventRecord
    learner: LearnerName
    section: str
    """Slug; empty when it was not said."""
    objectives: tuple[str, ...] = ()
    has_timestamp: bool = True
    """False: the time in the record is that of its arrival."""
    path: str = ""
    """Where it stands in what was sent."""
    where: Mapping[str, str] = field(default_factory=dict)
    """Path of the field that named the learner, section, page, activity, objective: for errors."""

    def path_of(self, name: str) -> str:
        return self.where.get(name) or within(self.path, name)


def mailbox_fingerprint(address: str) -> str:
    """Of an address without `mailto:`; the domain counts in lower case."""
    name, at, domain = address.rpartition("@")
    return hashlib.sha1(f"mailto:{name}{at}{domain.lower()}".encode(), usedforsecurity=False).hexdigest()


def digest_of(content: object) -> str:
    """Equal for equal JSON, whatever the order of its properties."""
    text = json.dumps(content, sort_keys=True, separators=(",", ":"))
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def id_from(content: object, ordinal: int) -> UUID:
    """The id of something that came without: the same for the same content (and place among equals)."""
    return uuid5(NAMESPACE, f"{digest_of(content)}:{ordinal}")
