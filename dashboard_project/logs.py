"""One JSON object a line on stderr, for our own events and for those of the libraries.

Names, e-mail addresses and search text never reach a log: keys that could hold one are taken out here, whoever wrote
them, and so is every value that is no plain number, text or truth value.
"""

from __future__ import annotations

import logging

import structlog
from structlog.types import EventDict, Processor, WrappedLogger

PRIVATE_KEYS = frozenset(
    {"email", "family_name", "full_name", "given_name", "headers", "learner_name", "name", "password", "payload"}
    | {"query", "query_string", "request", "search", "student_name", "token_text", "user", "username"}
)
PLAIN = (str, int, float, bool, type(None))


def without_private_keys(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """What is left may stand in a log."""
    for key in [k for k, value in event.items() if not k.startswith("_")]:
        if key in PRIVATE_KEYS or not isinstance(event[key], PLAIN):
            del event[key]
    return event


SHARED: list[Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.ExtraAdder(),
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]

LAST: list[Processor] = [
    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
    structlog.processors.format_exc_info,
    without_private_keys,
    structlog.processors.JSONRenderer(),
]


def configure() -> None:
    """Events of structlog go to the standard library, where `LOGGING` writes them."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *SHARED,
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


def formatter() -> logging.Formatter:
    return structlog.stdlib.ProcessorFormatter(foreign_pre_chain=SHARED, processors=LAST)


LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "dashboard_project.logs.formatter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {
        "django": {"level": "WARNING", "propagate": True, "handlers": []},
        # Its messages hold user names and addresses; the audit keeps what is needed.
        "axes": {"level": "CRITICAL"},
        "daphne": {"level": "WARNING"},
        # It tells every failed try to connect; the error that ends the tries is raised, and told once.
        "psycopg.pool": {"level": "ERROR"},
        "uvicorn": {"level": "WARNING", "propagate": True, "handlers": []},
    },
}
