from __future__ import annotations

import pytest
from django.core.exceptions import ImproperlyConfigured

from dashboard_project.environment import DEVELOPMENT_KEY, Environment


def test_a_variable_that_is_not_set_has_its_default() -> None:
    environment = Environment({})

    assert environment.is_on("DEBUG", default=True)
    assert environment.port("PORT", 8000) == 8000
    assert environment.names("ALLOWED_HOSTS", "a, b") == ["a", "b"]


@pytest.mark.parametrize(("text", "is_on"), [("1", True), ("true", True), ("On", True), ("0", False), ("", False)])
def test_a_switch_is_read_from_the_usual_words(text: str, is_on: bool) -> None:
    assert Environment({"DEBUG": text}).is_on("DEBUG", default=not is_on) is is_on


def test_a_switch_with_another_word_is_refused() -> None:
    with pytest.raises(ImproperlyConfigured, match="DEBUG: expected 1 or 0, got 'perhaps'"):
        Environment({"DEBUG": "perhaps"}).is_on("DEBUG", default=True)


def test_one_of_a_few_words_is_chosen_and_the_first_is_the_default() -> None:
    words = ("memory", "streams")

    assert [Environment(values).choice("QUEUE", words) for values in ({}, {"QUEUE": "streams"})] == list(words)
    with pytest.raises(ImproperlyConfigured, match="QUEUE: expected memory or streams, got 'disk'"):
        Environment({"QUEUE": "disk"}).choice("QUEUE", words)


@pytest.mark.parametrize("text", ["eighty", "65536", "-1", "8000.0"])
def test_a_port_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="PORT: expected a port"):
        Environment({"PORT": text}).port("PORT", 8000)


@pytest.mark.proves("P10")
@pytest.mark.parametrize("values", [{}, {"SECRET_KEY": ""}, {"SECRET_KEY": DEVELOPMENT_KEY}])
def test_outside_debug_there_is_no_default_key(values: dict[str, str]) -> None:
    with pytest.raises(ImproperlyConfigured, match="SECRET_KEY must be set"):
        Environment(values).secret_key(debug=False)


def test_in_debug_the_development_key_is_enough() -> None:
    assert Environment({}).secret_key(debug=True) == DEVELOPMENT_KEY
