"""What the failure of a sending means: told by type and code, never by words."""

from __future__ import annotations

import smtplib
from dataclasses import dataclass
from enum import StrEnum

PERMANENT = 500
"""SMTP codes from here on are a refusal for good (RFC 5321)."""


class Verdict(StrEnum):
    """What is known of a mail whose sending failed."""

    NOT_SENT = "not_sent"
    """The server did not take it: it may be tried again."""
    REFUSED = "refused"
    """The server will never take it."""
    UNKNOWN = "unknown"
    """The connection broke: the server may have taken it."""


@dataclass(frozen=True, slots=True)
class Failure:
    verdict: Verdict
    error: str
    """Class and code."""


def failure(error: BaseException) -> Failure:
    """What this error says about the mail. Whatever is not known for certain is `unknown`."""
    code = _code(error)
    if code:
        verdict = Verdict.REFUSED if code >= PERMANENT else Verdict.NOT_SENT
        return Failure(verdict, f"{type(error).__name__} {code}")
    if isinstance(error, smtplib.SMTPNotSupportedError | ConnectionRefusedError):
        return Failure(Verdict.NOT_SENT, type(error).__name__)
    if isinstance(error, ValueError | UnicodeError):  # it could not even be written down
        return Failure(Verdict.REFUSED, type(error).__name__)
    return Failure(Verdict.UNKNOWN, type(error).__name__)


def _code(error: BaseException) -> int:
    """The server's answer; 0 when it gave none."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return min((code for code, _ in error.recipients.values()), default=0)
    return int(error.smtp_code) if isinstance(error, smtplib.SMTPResponseException) else 0
