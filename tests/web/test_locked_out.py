"""Whoever guesses passwords is shut out for a while, and told so on a page of ours."""

from __future__ import annotations

from http import HTTPStatus

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from tests import builders

pytestmark = pytest.mark.django_db


def test_after_the_last_attempt_the_page_says_for_how_long_and_the_right_password_does_not_help() -> None:
    builders.make_user("ines", builders.make_institution())
    client, address = Client(), reverse("login")
    for _ in range(settings.AXES_FAILURE_LIMIT):
        answer = client.post(address, {"username": "ines", "password": "guess"})

    right = client.post(address, {"username": "ines", "password": "secret-words"})

    for each in (answer, right):
        assert each.status_code == HTTPStatus.TOO_MANY_REQUESTS
        assert "for a quarter of an hour" in each.content.decode()
        assert "<main" in each.content.decode()
    assert "_auth_user_id" not in client.session


def test_the_words_on_the_page_are_what_the_setting_says() -> None:
    assert settings.AXES_COOLOFF_TIME == 0.25
