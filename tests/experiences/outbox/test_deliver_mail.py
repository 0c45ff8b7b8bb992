from __future__ import annotations

import json
from io import StringIO

import pytest
from django.core import mail as django_mail
from django.core.management import CommandError, call_command
from django.utils import timezone

from courses.models import Institution
from tests.builders import tenant
from tests.experiences.outbox.conftest import mail, put

pytestmark = pytest.mark.django_db


def test_the_command_sends_what_is_due_and_says_so(institution: Institution) -> None:
    put(tenant(institution), mail("a"), mail("b"), now=timezone.now())
    said = StringIO()

    call_command("deliver_mail", "--once", "--json", stdout=said)

    assert json.loads(said.getvalue()) == {"queued": 0, "sent": 2, "failed": 0, "unknown": 0, "cancelled": 0}
    assert len(django_mail.outbox) == 2


def test_a_limit_that_is_none_is_refused(institution: Institution) -> None:
    with pytest.raises(CommandError, match="--limit: expected at least 1"):
        call_command("deliver_mail", "--once", "--limit", "0")


def test_a_server_that_is_away_is_one_clear_line(institution: Institution, settings: object) -> None:
    options = {"host": "127.0.0.1", "port": 1, "timeout": 1}
    settings.MAILERS = {  # type: ignore[attr-defined]
        "default": {"BACKEND": "django.core.mail.backends.smtp.EmailBackend", "OPTIONS": options}
    }
    put(tenant(institution), mail("a"), now=timezone.now())

    with pytest.raises(CommandError, match="the mail server cannot be reached: ConnectionRefusedError"):
        call_command("deliver_mail", "--once")
