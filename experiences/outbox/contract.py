"""Mail that is to leave: what it is, where it stands, when a failed one is tried again. Pure.

Rules: a mail is known by its key, which is unique in its institution; the same key again adds nothing. One that was
being sent when its process died is `unknown`: it may have left, so it is never sent again by itself; a person decides.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

LONGEST_KEY, LONGEST_SUBJECT, LONGEST_ADDRESS = 200, 250, 320


class InvalidMail(ValueError):
    """Such a mail cannot be sent by anybody; nothing was stored."""


class Status(StrEnum):
    """Where a mail stands."""

    QUEUED = "queued"
    """Waits for its time: the first, or that of the next attempt."""
    CLAIMED = "claimed"
    """Is being sent now."""
    SENT = "sent"
    """The mail server has taken it."""
    FAILED = "failed"
    """Given up: it has certainly not left."""
    UNKNOWN = "unknown"
    """It may have left, or not."""
    CANCELLED = "cancelled"


class Resolution(StrEnum):
    """What a person says of a mail that failed or may have left."""

    ARRIVED = "arrived"
    SEND_AGAIN = "send_again"
    GIVE_UP = "give_up"


OUTCOMES = {
    Resolution.ARRIVED: Status.SENT,
    Resolution.SEND_AGAIN: Status.QUEUED,
    Resolution.GIVE_UP: Status.CANCELLED,
}
RESOLVABLE = frozenset({Status.UNKNOWN, Status.FAILED})

LEASE = timedelta(minutes=10)
"""How long sending one mail may take; after it the sender is taken for dead."""
PAUSES = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=3))
"""Before the second, third, … attempt. After the last of them a mail has failed."""
BODIES_KEPT = timedelta(days=30)
"""Then the text and address of a mail that is over are emptied; its key stays, so that it is not sent again."""


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail to one person, rendered."""

    key: str
    to: str
    subject: str
    text: str
    html: str = ""
    kind: str = "message"
    """What it is for: `message`, `invite`, `digest`."""
    not_before: datetime | None = None
    """`None` is at once."""
    headers: tuple[tuple[str, str], ...] = ()
    learner_id: int | None = None
    """Whom it is about: it goes when the learner is erased."""

    def __post_init__(self) -> None:
        if not self.key or len(self.key) > LONGEST_KEY:
            raise InvalidMail(f"expected a key of 1 to {LONGEST_KEY} characters, got {len(self.key)}")
        if "@" not in self.to or len(self.to) > LONGEST_ADDRESS:
            raise InvalidMail("expected an address")
        if not self.subject.strip() or len(self.subject) > LONGEST_SUBJECT:
            raise InvalidMail(f"expected a subject of 1 to {LONGEST_SUBJECT} characters, got {len(self.subject)}")
        lines = (self.to, self.subject, *(part for header in self.headers for part in header))
        if any("\n" in line or "\r" in line for line in lines):
            raise InvalidMail("expected no line break in address, subject and headers")
        if self.not_before is not None and self.not_before.tzinfo is None:
            raise InvalidMail("expected a moment with a time zone")


def next_attempt(attempts: int, now: datetime) -> datetime | None:
    """When a mail that failed `attempts` times is tried again; `None`: no more."""
    return now + PAUSES[attempts - 1] if attempts <= len(PAUSES) else None
