"""A browser without scripts in which somebody is signed in."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.test import Client


def client_of(user: User, *, checks: bool = False) -> Client:
    """Signed in as a person of the password form; with `checks` every form needs its token, as outside of tests."""
    client = Client(enforce_csrf_checks=checks)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client
