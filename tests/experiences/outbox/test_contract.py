from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from experiences.outbox.contract import PAUSES, InvalidMail, next_attempt
from tests.experiences.outbox.conftest import NOW, mail


@pytest.mark.parametrize(
    "fields",
    [
        {"key": ""},
        {"key": "k" * 201},
        {"to": "nobody"},
        {"to": "a@b.example\r\nBcc: all@b.example"},
        {"subject": " "},
        {"subject": "Hello\nBcc: all@b.example"},
        {"headers": (("X-Why", "a\nb"),)},
        {"not_before": datetime(2026, 11, 9, 8, 0)},
    ],
    ids=lambda fields: next(iter(fields)),
)
def test_a_mail_that_nobody_could_send_is_refused(fields: dict[str, object]) -> None:
    with pytest.raises(InvalidMail):
        mail(**{"key": "a", **fields})  # type: ignore[arg-type]


def test_each_pause_is_longer_than_the_one_before_and_they_end() -> None:
    found = [next_attempt(attempts, NOW) for attempts in range(1, len(PAUSES) + 2)]

    assert found == [*(NOW + pause for pause in PAUSES), None]
    assert list(PAUSES) == sorted(PAUSES)
    assert timedelta(minutes=1) <= PAUSES[0]
