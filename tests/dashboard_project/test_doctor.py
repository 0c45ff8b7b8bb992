from __future__ import annotations

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from dashboard_project import diagnosis


def findings(*arguments: str) -> dict[str, dict[str, str]]:
    out = StringIO()
    call_command("doctor", *arguments, stdout=out)
    return {finding["name"]: finding for finding in json.loads(out.getvalue())["findings"]}


def use_layer(settings: Settings, backend: str) -> None:
    settings.CHANNEL_LAYERS = {"default": {"BACKEND": backend}}


@pytest.mark.django_db
def test_a_healthy_installation_has_nothing_wrong() -> None:
    found = findings("--json")

    assert {finding["verdict"] for finding in found.values()} <= {"ok", "warning"}
    looked_at = [
        "python",
        "packages",
        "settings",
        "database",
        "migrations",
        "redis",
        "channel layer",
        "mail",
        "schedule",
    ]
    assert list(found) == looked_at


@pytest.mark.django_db
def test_sqlite_is_said_to_be_in_wal_mode() -> None:
    assert diagnosis.sqlite_finding("wal").verdict == "ok"


def test_sqlite_without_wal_is_wrong() -> None:
    assert diagnosis.sqlite_finding("delete").verdict == "wrong"


@pytest.mark.parametrize(("number", "verdict"), [(140011, "wrong"), (150018, "ok"), (180006, "ok")])
def test_postgresql_must_be_15_or_newer(number: int, verdict: str) -> None:
    assert diagnosis.postgresql_finding(number).verdict == verdict


@pytest.mark.parametrize(("way", "verdict"), [("smtp", "ok"), ("console", "warning"), ("filebased", "warning")])
def test_mail_that_reaches_nobody_is_said(way: str, verdict: str) -> None:
    assert diagnosis.mail_finding(f"django.core.mail.backends.{way}.EmailBackend").verdict == verdict


@pytest.mark.proves("experiences:K-10")
def test_what_has_waited_beyond_its_time_is_said() -> None:
    well, late = (diagnosis.schedule_finding({"mails": mails, "decisions": 2 * mails}) for mails in (0, 1))

    assert (well.verdict, late.verdict) == ("ok", "warning")
    assert late.detail == "past their time: 1 mails, 2 decisions; is run_schedule running?"


@pytest.mark.parametrize(
    ("backend", "verdict"),
    [
        ("channels_redis.core.RedisChannelLayer", "wrong"),
        ("channels_redis.pubsub.RedisPubSubChannelLayer", "ok"),
        ("channels.layers.InMemoryChannelLayer", "warning"),
    ],
)
def test_the_channel_layer_that_closes_idle_sockets_is_wrong(settings: Settings, backend: str, verdict: str) -> None:
    use_layer(settings, backend)

    assert diagnosis.channel_layer_finding().verdict == verdict


@pytest.mark.django_db
def test_something_wrong_is_told_and_is_no_success(settings: Settings) -> None:
    use_layer(settings, "channels_redis.core.RedisChannelLayer")

    with pytest.raises(CommandError, match="wrong: channel layer"):
        findings("--json")


@pytest.mark.django_db
def test_without_json_each_finding_is_a_line() -> None:
    out = StringIO()

    call_command("doctor", stdout=out)

    assert len(out.getvalue().splitlines()) == len(diagnosis.EXAMINATIONS)
