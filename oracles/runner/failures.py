"""Which reason an exception stands for. The one boundary of the runner ends here: what goes out is a value."""

from __future__ import annotations

from django.db import InterfaceError, OperationalError
from psycopg import errors

from oracles.contract import FailureReason
from oracles.runner.cancellation import Question, Stopped
from oracles.runner.slots import TooManyWaiting

STATEMENT_STOPPED = errors.QueryCanceled


def reason_for(error: Exception, question: Question) -> FailureReason:
    """A question that was stopped failed for that reason, whatever the driver made of it."""
    if isinstance(error, Stopped):
        return error.reason
    if question.stopped_for is not None and isinstance(error, OperationalError):
        return question.stopped_for
    if isinstance(error, TooManyWaiting) or isinstance(error.__cause__, STATEMENT_STOPPED):
        return FailureReason.TIMEOUT
    if isinstance(error, OperationalError | InterfaceError):
        return FailureReason.DATABASE_UNAVAILABLE
    return FailureReason.ORACLE_ERROR
