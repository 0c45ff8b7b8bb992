"""The written forms that statements and events of other systems use: IRIs, language tags, times, durations. Pure."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from uuid import UUID

IRI_CHARACTER = r"(?:[^\x00-\x20\x7f-\xa0<>\"{}|\\^`%#\[\]\s]|%[0-9A-Fa-f]{2})"
IRI = re.compile(
    rf"[A-Za-z][A-Za-z0-9+.\-]*:(?://[^/?#\s]*\[[0-9A-Fa-f:.]+\](?::\d+)?)?{IRI_CHARACTER}+(?:#{IRI_CHARACTER}*)?"
)
"""RFC 3987, with a scheme: a relative one is none. Brackets stand only around an IPv6 address."""
UUID_FORM = re.compile(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
MAILBOX = re.compile(r"mailto:[^\s@<>(),;:\"\[\]\\]+@[^\s@<>(),;:\"\[\]\\.]+(?:\.[^\s@<>(),;:\"\[\]\\.]+)*")
SHA1 = re.compile(r"[0-9A-Fa-f]{40}")
MEDIA_TYPE = re.compile(r"[\w!#$&^.+\-]+/[\w!#$&^.+\-]+(?:\s*;.*)?")

LANGUAGE_TAG = re.compile(
    r"""(?:
        (?:[a-z]{2,3}(?:-[a-z]{3}){0,3}|[a-z]{4}|[a-z]{5,8})    # language
        (?:-[a-z]{4})?                                          # script
        (?:-(?:[a-z]{2}|\d{3}))?                                # region
        (?:-(?:[a-z0-9]{5,8}|\d[a-z0-9]{3}))*                   # variants
        (?:-[0-9a-wy-z](?:-[a-z0-9]{2,8})+)*                    # extensions
        (?:-x(?:-[a-z0-9]{1,8})+)?                              # private use
        |x(?:-[a-z0-9]{1,8})+
        |en-gb-oed|sgn-(?:be-fr|be-nl|ch-de)
        |i-(?:ami|bnn|default|enochian|hak|klingon|lux|mingo|navajo|pwn|tao|tay|tsu)
    )""",
    re.IGNORECASE | re.VERBOSE,
)
"""RFC 5646: the order and the lengths of the parts, not whether a code is registered."""

TIME = r"[Tt]\d{2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?(?:[Zz]|[+-]\d{2}(?::?\d{2})?)?"
BASIC_TIME = r"[Tt]\d{4}(?:\d{2}(?:[.,]\d+)?)?(?:[Zz]|[+-]\d{2}(?:\d{2})?)?"
ISO_8601 = re.compile(rf"\d{{4}}-\d{{2}}-\d{{2}}{TIME}|\d{{8}}{BASIC_TIME}")
RFC_3339 = re.compile(r"\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:[Zz]|[+-]\d{2}:\d{2})")
NEGATIVE_ZERO = re.compile(r"-00(?::?00)?$")

NUMBER = r"\d+(?:[.,]\d+)?"
DURATION = re.compile(
    rf"P(?=[\dT])(?:{NUMBER}W|(?:{NUMBER}Y)?(?:{NUMBER}M)?(?:{NUMBER}D)?"
    rf"(?:T(?=\d)(?:{NUMBER}H)?(?:{NUMBER}M)?(?:{NUMBER}S)?)?)"
)


def is_iri(text: str) -> bool:
    return IRI.fullmatch(text) is not None


def is_language_tag(text: str) -> bool:
    return LANGUAGE_TAG.fullmatch(text) is not None


def is_duration(text: str) -> bool:
    return DURATION.fullmatch(text) is not None


def uuid_of(text: str) -> UUID | None:
    """The UUID written in its standard form."""
    return UUID(text) if UUID_FORM.fullmatch(text) else None


def moment_of(text: str, *, strictly: bool = False) -> datetime | None:
    """The moment meant, aware, to the microsecond; `None` = the text is no date with a time of day.

    ISO 8601 without a zone is UTC. `strictly` wants RFC 3339: seconds and an offset. An offset of `-00:00` says that
    nobody knows the zone, and is refused by both.
    """
    form = RFC_3339 if strictly else ISO_8601
    if not form.fullmatch(text) or NEGATIVE_ZERO.search(text):
        return None
    try:
        moment = datetime.fromisoformat(text.upper())
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
