"""What a record must be like before any database sees it, and what makes two of them the same. Pure.

SQLite accepts what PostgreSQL raises on (NUL, lengths, ranges), so the rules stand here. The content of an event is
what happened: its `source` and its `sequence` there are not part of it, so that the same event told by two files, or
by a longer export of the same course, is the same.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from math import isfinite
from uuid import UUID

from coordinator.writes.contract import RecordRejected
from ingest.records import EventRecord, Verb

UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
# In ASCII JSON, a NUL or half of a surrogate pair is an escape; whole pairs are taken out first.
PAIR = re.compile(r"\\ud[89ab][0-9a-f]{2}\\ud[c-f][0-9a-f]{2}")
UNSTORABLE_ESCAPE = re.compile(r"(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f][0-9a-f]{2})")
EARLIEST, LATEST = datetime(1970, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
MOST = 2_147_483_647
LARGEST_SEQUENCE = 9_223_372_036_854_775_807
LONGEST_RESULT = 32_768
LONGEST_SOURCE = 40
LONGEST_KEY = 250
ENCODER = json.JSONEncoder(allow_nan=False, sort_keys=True, separators=(",", ":"))


class Unacceptable(RecordRejected):
    """The record can never be written; `code` says which rule it breaks."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Examined:
    """A record, and all that can be said of it without a database."""

    record: EventRecord
    result: str = ""
    """Its `result` as ASCII JSON."""
    digest: bytes = b""
    """Of its content, as `content_hash` says."""
    flaw: Unacceptable | None = None
    """Why it can never be written; then the two above are empty."""


def examine(record: EventRecord, section: str) -> Examined:
    """What there is to say of a record of this section (its slug)."""
    try:
        check(record)
        result = result_json(record)
        return Examined(record, result, content_hash(record, section, result))
    except Unacceptable as flaw:
        return Examined(record, flaw=flaw)


def result_json(record: EventRecord) -> str:
    """The record's `result` as ASCII JSON.

    Raises:
        Unacceptable: it cannot be stored.

    """
    if not record.result:
        return "{}"
    try:
        text = ENCODER.encode(dict(record.result))
    except (TypeError, ValueError) as error:
        raise Unacceptable("bad_result", f"result: {error}") from error
    if len(text) > LONGEST_RESULT:
        raise Unacceptable("too_long", f"result: expected at most {LONGEST_RESULT} characters, got {len(text)}")
    if "\\u" in text and UNSTORABLE_ESCAPE.search(PAIR.sub("", text)):
        raise Unacceptable("bad_text", "result: holds a NUL or half a surrogate pair")
    return text


def check(record: EventRecord) -> None:
    """The record has a form that both databases store.

    Raises:
        Unacceptable: names the first rule that it breaks.

    """
    _check_names(record)
    _check_time(record.timestamp)
    if not (0 <= record.attempts <= MOST and 0 <= record.correct <= record.attempts):
        raise Unacceptable("out_of_range", f"expected 0 ≤ correct ≤ attempts, got {record.correct}, {record.attempts}")
    if not -LARGEST_SEQUENCE - 1 <= record.sequence <= LARGEST_SEQUENCE:
        raise Unacceptable("out_of_range", f"sequence: expected 64 bits, got {record.sequence}")
    if record.score is not None or record.out_of is not None:
        _check_number("score", record.score)
        _check_number("out_of", record.out_of)


def content_hash(record: EventRecord, section: str, result: str) -> bytes:
    """Sixteen bytes; equal for two records when they say the same thing of the same section."""
    said = (
        section,
        record.learner,
        record.verb.value,
        record.page,
        record.activity,
        record.timestamp.timestamp(),
        record.success,
        record.attempts,
        record.correct,
        None if record.score is None else float(record.score),
        None if record.out_of is None else float(record.out_of),
        result,
    )
    return hashlib.blake2b(repr(said).encode("utf-8", "surrogatepass"), digest_size=16).digest()


def _check_names(record: EventRecord) -> None:
    if not isinstance(record.event_id, UUID):
        raise Unacceptable("bad_id", f"event id: expected a UUID, got {record.event_id!r}")
    if not isinstance(record.verb, Verb):
        raise Unacceptable("bad_verb", f"verb: expected one of {[verb.value for verb in Verb]}, got {record.verb!r}")
    # One look at all of them is enough for nearly every record.
    names = (record.learner, record.page, record.activity or "", record.source)
    together = "".join(names)
    if len(together) > LONGEST_KEY or not together.isascii() or "\x00" in together:
        _check_each(names)
    if len(record.source) > LONGEST_SOURCE:
        raise Unacceptable(
            "too_long", f"source: expected at most {LONGEST_SOURCE} characters, got {len(record.source)}"
        )


def _check_each(names: tuple[str, ...]) -> None:
    for name in names:
        if UNSTORABLE.search(name) or len(name) > LONGEST_KEY:
            reason = f"a name holds a NUL, half a surrogate pair, or over {LONGEST_KEY} characters"
            raise Unacceptable("bad_text", reason)


def _check_time(moment: datetime) -> None:
    if moment.tzinfo is None:
        raise Unacceptable("naive_time", f"timestamp: expected a time with its zone, got {moment.isoformat()}")
    if not EARLIEST <= moment <= LATEST:
        raise Unacceptable("out_of_range", f"timestamp: expected 1970 to 2200, got {moment.isoformat()}")


def _check_number(name: str, number: float | None) -> None:
    if number is not None and not isfinite(number):
        raise Unacceptable("out_of_range", f"{name}: expected a finite number, got {number}")
