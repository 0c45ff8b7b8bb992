"""Which page may open a socket: the matrix of origins."""

from __future__ import annotations

import pytest

from dashboard_project.web.limits import CloseCode
from dashboard_project.web.origins import is_own_origin
from dashboard_project.web.places import Places

HOST = "lectern.test:8443"
ALLOWED = ["lectern.test"]


@pytest.mark.parametrize(
    ("origin", "is_ours"),
    [
        ("https://lectern.test:8443", True),
        ("https://partner.test", True),
        ("https://lectern.test", False),
        ("https://lectern.test:9443", False),
        ("http://lectern.test:8443", False),
        (None, False),
        ("", False),
        ("null", False),
        ("https://sub.lectern.test:8443", False),
        ("https://lectern.test.evil.test:8443", False),
        ("https://user@lectern.test:8443", False),
        ("HTTPS://LECTERN.TEST:8443", False),
        ("https://lectern.test.:8443", False),
        ("https://[::1]:8443", False),
        ("https://xn--lectern-9db.test:8443", False),
        ("https://" + "a" * 10_000, False),
    ],
)
def test_only_the_exact_origin_is_ours(origin: str | None, is_ours: bool) -> None:
    assert is_own_origin(origin, HOST, "https", ["https://partner.test"], ALLOWED) is is_ours


def test_a_foreign_host_header_makes_no_origin_ours() -> None:
    assert not is_own_origin("https://evil.test", "evil.test", "https", [], ALLOWED)


def test_a_person_has_ten_places_and_a_process_two_thousand() -> None:
    places = Places(per_user=2, per_process=3)

    assert [places.take(1), places.take(1), places.take(1)] == [None, None, CloseCode.TOO_MANY]
    assert [places.take(2), places.take(3)] == [None, CloseCode.OVERLOADED]


def test_a_place_that_was_left_can_be_taken_again() -> None:
    places = Places(per_user=1)
    places.take(1)

    places.leave(1)

    assert places.take(1) is None
