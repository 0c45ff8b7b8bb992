"""When a failed write is tried again, and what kind of failure it is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coordinator.writes.contract import RecordRejected, SinkUnavailable
from coordinator.writes.errors import Kind, kind_of, sqlstate_of
from coordinator.writes.policy import RetryPolicy

CHANCES = st.floats(0, 1, exclude_max=True)


class DatabaseError(Exception):
    """As a driver raises it."""

    def __init__(self, sqlstate: str | None = None) -> None:
        super().__init__("timeout deadlock retry busy temporarily")
        self.sqlstate = sqlstate


class OperationalError(DatabaseError): ...


class DataError(DatabaseError): ...


class IntegrityError(DatabaseError): ...


class ProgrammingError(DatabaseError): ...


def wrapped(state: str) -> Exception:
    """As an ORM raises it: its own type, the driver's error as its cause."""
    error = IntegrityError()
    error.__cause__ = DatabaseError(state)
    return error


@pytest.mark.proves("R-02", "W-R4")
@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (SinkUnavailable(), Kind.TRANSIENT),
        (ConnectionResetError(), Kind.TRANSIENT),
        (TimeoutError(), Kind.TRANSIENT),
        (BrokenPipeError(), Kind.TRANSIENT),
        (OSError(28, "disk full"), Kind.TRANSIENT),
        (OperationalError(), Kind.TRANSIENT),
        (DatabaseError("40P01"), Kind.TRANSIENT),
        (DatabaseError("40001"), Kind.TRANSIENT),
        (DatabaseError("08006"), Kind.TRANSIENT),
        (DatabaseError("53300"), Kind.TRANSIENT),
        (DatabaseError("55P03"), Kind.TRANSIENT),
        (DatabaseError("57P01"), Kind.TRANSIENT),
        (DatabaseError("57014"), Kind.TRANSIENT),
        (DatabaseError("25006"), Kind.TRANSIENT),
        (wrapped("40P01"), Kind.TRANSIENT),
        (RecordRejected(), Kind.DATA),
        (DataError(), Kind.DATA),
        (DatabaseError("22003"), Kind.DATA),
        (DatabaseError("23514"), Kind.DATA),
        (DatabaseError("21000"), Kind.DATA),
        (ProgrammingError("21000"), Kind.DATA),
        (UnicodeEncodeError("utf-8", "\ud800", 0, 1, "surrogate"), Kind.DATA),
        (KeyError("timeout"), Kind.DATA),
        (DatabaseError("25P02"), Kind.DATA),
        (ProgrammingError(), Kind.SINK),
        (DatabaseError("42P01"), Kind.SINK),
        (DatabaseError("28P01"), Kind.SINK),
    ],
    ids=lambda value: value.name if isinstance(value, Kind) else f"{type(value).__name__} {sqlstate_of(value)}",
)
def test_an_error_is_told_by_its_type_and_its_sqlstate_never_by_its_words(error: Exception, kind: Kind) -> None:
    assert kind_of(error) is kind


@pytest.mark.proves("R-02")
def test_a_callers_classifier_decides_what_is_tried_again() -> None:
    policy = RetryPolicy(classify_retryable=lambda error: isinstance(error, KeyError))

    assert policy.kind(KeyError()) is Kind.TRANSIENT
    assert policy.kind(ConnectionError()) is Kind.DATA
    assert policy.kind(DatabaseError("42P01")) is Kind.SINK


@pytest.mark.proves("R-02")
def test_an_error_that_causes_itself_is_looked_through_once() -> None:
    error = KeyError()
    error.__cause__ = error

    assert sqlstate_of(error) == ""


@pytest.mark.proves("R-01", "Q-01")
def test_without_jitter_the_backoff_doubles_from_50_ms_to_2_s() -> None:
    policy = RetryPolicy(jitter=False)

    waits = [policy.backoff(attempts, 0.3) for attempts in range(1, 9)]

    assert waits == [0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 2.0, 2.0]


@pytest.mark.proves("R-01")
@given(attempts=st.integers(1, 10_000), chance=CHANCES)
def test_with_jitter_a_wait_is_half_to_all_of_the_backoff(attempts: int, chance: float) -> None:
    whole = RetryPolicy(jitter=False).backoff(attempts, chance)

    assert whole / 2 <= RetryPolicy().backoff(attempts, chance) <= whole
    assert 0 <= RetryPolicy(jitter="full").backoff(attempts, chance) <= whole


@pytest.mark.proves("R-01", "R-03")
def test_attempts_and_time_are_bounded() -> None:
    policy = RetryPolicy()

    assert policy.refuses(4, 119.9) == ""
    assert policy.refuses(5, 0.0) == "exhausted"
    assert policy.refuses(1, 120.0) == "expired"
    assert RetryPolicy(max_elapsed=None).refuses(1, 1e9) == ""


@pytest.mark.parametrize(
    "wrong",
    [{"max_attempts": 0}, {"initial_backoff_ms": -1}, {"initial_backoff_ms": 3000}, {"backoff_multiplier": 0.5}],
)
def test_a_policy_that_makes_no_sense_is_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="expected"):
        RetryPolicy(**wrong)  # type: ignore[arg-type]
