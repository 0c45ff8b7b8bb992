from __future__ import annotations

import io
import json
import logging

import pytest
import structlog

from dashboard_project import logs


@pytest.fixture
def written() -> io.StringIO:
    return io.StringIO()


@pytest.fixture
def logger(written: io.StringIO) -> logging.Logger:
    handler = logging.StreamHandler(written)
    handler.setFormatter(logs.formatter())
    logger = logging.getLogger("tests.logs")
    logger.handlers, logger.propagate = [handler], False
    logger.setLevel(logging.INFO)
    return logger


def lines(written: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in written.getvalue().splitlines()]


def test_a_library_s_event_is_one_json_object_a_line(logger: logging.Logger, written: io.StringIO) -> None:
    logger.warning("lost %s", "the way", extra={"token": 7})

    (line,) = lines(written)
    assert (line["event"], line["token"], line["level"], line["logger"]) == ("lost the way", 7, "warning", "tests.logs")


def test_our_own_event_looks_the_same(logger: logging.Logger, written: io.StringIO) -> None:
    structlog.get_logger(logger.name).warning("request_timed_out", token=7)

    (line,) = lines(written)
    assert (line["event"], line["token"], line["level"]) == ("request_timed_out", 7, "warning")


@pytest.mark.proves("P4", "X3")
@pytest.mark.parametrize("key", ["username", "email", "learner_name", "search", "request", "payload"])
def test_a_key_that_could_hold_a_name_is_never_written(logger: logging.Logger, written: io.StringIO, key: str) -> None:
    logger.warning("seen", extra={key: "Ada Lovelace"})
    structlog.get_logger(logger.name).warning("seen", **{key: "Ada Lovelace"})

    assert "Ada" not in written.getvalue()
    assert len(lines(written)) == 2


def test_a_value_that_is_no_plain_one_is_never_written(logger: logging.Logger, written: io.StringIO) -> None:
    logger.warning("seen", extra={"rows": [{"who": "Ada Lovelace"}]})

    assert "Ada" not in written.getvalue()


def test_an_exception_is_written_with_its_trace(logger: logging.Logger, written: io.StringIO) -> None:
    error = ValueError("expected 1, got 2")

    logger.error("failed", exc_info=error)

    (line,) = lines(written)
    assert "expected 1, got 2" in str(line["exception"])
