"""A busy database is asked again, for a while; what stays busy is told, and nothing was changed."""

from __future__ import annotations

import pytest
from django.db import OperationalError, transaction

from experiences.patience import TRIES, patiently

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.proves("O-09")]


class Busy:
    """Gives up this often before it answers."""

    def __init__(self, times: int) -> None:
        self.left = times
        self.asked = 0

    def __call__(self) -> str:
        self.asked += 1
        if self.left:
            self.left -= 1
            raise OperationalError("database is locked")
        return "done"


def test_what_was_busy_is_asked_again_until_it_answers() -> None:
    database = Busy(TRIES - 1)

    assert patiently(database) == "done"
    assert database.asked == TRIES


def test_what_stays_busy_is_told() -> None:
    database = Busy(TRIES)

    with pytest.raises(OperationalError, match="locked"):
        patiently(database)

    assert database.asked == TRIES


def test_within_somebody_elses_transaction_nothing_is_tried_twice() -> None:
    database = Busy(1)

    with pytest.raises(OperationalError), transaction.atomic():
        patiently(database)

    assert database.asked == 1
