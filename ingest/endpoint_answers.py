"""What the endpoint answers when it does not take something: one form for every error, as JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from math import ceil

from django.http import JsonResponse

from ingest.fields import Misfit
from ingest.pipeline import Full, IntakeError

MOST_FAULTS = 20
"""Told in one answer."""


class Refusal(Exception):
    """Nothing of the request was stored, and this is the answer."""

    def __init__(
        self,
        status: HTTPStatus,
        code: str,
        message: str,
        *,
        faults: Sequence[Misfit] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.faults = faults
        self.headers = headers or {}


def answer(refusal: Refusal) -> JsonResponse:
    """`{"error": {"code", "message", "faults": [{"code", "field", "reason"}]}}`."""
    faults = [{"code": one.code, "field": one.path, "reason": one.reason} for one in refusal.faults[:MOST_FAULTS]]
    error = {"code": refusal.code, "message": refusal.message, **({"faults": faults} if faults else {})}
    return JsonResponse({"error": error}, status=refusal.status, headers=dict(refusal.headers))


def later(status: HTTPStatus, code: str, message: str, seconds: float) -> Refusal:
    """Try again, not before so many seconds."""
    return Refusal(status, code, message, headers={"Retry-After": str(max(1, ceil(seconds)))})


def of_intake(error: IntakeError) -> Refusal:
    """429 above the high watermark; 503 while draining or without a database."""
    if isinstance(error, Full):
        return later(HTTPStatus.TOO_MANY_REQUESTS, "full", str(error), error.retry_after)
    return later(HTTPStatus.SERVICE_UNAVAILABLE, "unavailable", str(error), error.retry_after)


def of_faults(faults: Sequence[Misfit], conflict_code: str) -> Refusal:
    """409 when all that is wrong is that other events have these ids; 400 otherwise. The first fault is the message."""
    first = faults[0]
    if all(fault.code == conflict_code for fault in faults):
        return Refusal(HTTPStatus.CONFLICT, conflict_code, str(first), faults=faults)
    worst = next(fault for fault in faults if fault.code != conflict_code)
    return Refusal(HTTPStatus.BAD_REQUEST, worst.code, str(worst), faults=faults)
