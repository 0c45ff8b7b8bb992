from __future__ import annotations

import json

import pytest
from django.db.utils import OperationalError
from django.http import HttpRequest, HttpResponse
from django.test import AsyncRequestFactory, RequestFactory
from pytest_django import Settings

from dashboard_project import health
from dashboard_project.embedded.server import EmbeddedServer
from dashboard_project.lifecycle import Lifecycle

pytestmark = pytest.mark.proves("P8")


class DownDatabase:
    """A connection whose server is gone."""

    def cursor(self) -> object:
        raise OperationalError("connection refused")


@pytest.fixture
def _down(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "connections", {"default": DownDatabase()})


@pytest.fixture(autouse=True)
def own_lifecycle(monkeypatch: pytest.MonkeyPatch) -> Lifecycle:
    lifecycle = Lifecycle()
    monkeypatch.setattr(health, "lifecycle", lifecycle)
    return lifecycle


def get(path: str, **extra: str) -> HttpRequest:
    return RequestFactory().get(path, **extra)  # type: ignore[arg-type]


def body(response: HttpResponse) -> dict[str, object]:
    return dict(json.loads(response.content))


async def test_a_process_whose_loop_turns_is_live() -> None:
    response = await health.live(AsyncRequestFactory().get("/healthz/live"))

    assert (response.status_code, body(response)) == (200, {"status": "live"})


@pytest.mark.django_db
def test_ready_without_redis_by_choice() -> None:
    response = health.ready(get("/healthz/ready"))

    assert (response.status_code, body(response)["status"]) == (200, "ready")
    assert body(response)["checks"] == {"database": "ok", "migrations": "ok", "redis": "none"}


@pytest.mark.django_db
@pytest.mark.proves("P6")
def test_a_redis_that_is_down_degrades_and_keeps_200(settings: Settings) -> None:
    settings.REDIS_URL = "unix:///nonexistent/v.sock"

    response = health.ready(get("/healthz/ready"))

    assert (response.status_code, body(response)["status"]) == (200, "degraded")


@pytest.mark.usefixtures("_down")
def test_a_database_that_is_down_is_503() -> None:
    response = health.ready(get("/healthz/ready"))

    assert (response.status_code, body(response)["status"]) == (503, "unavailable")
    assert body(response)["checks"] == {"database": "down", "migrations": "unknown", "redis": "none"}


@pytest.mark.django_db
def test_a_draining_process_is_503_though_all_is_well(own_lifecycle: Lifecycle) -> None:
    own_lifecycle.drain()

    response = health.ready(get("/healthz/ready"))

    assert (response.status_code, body(response)["status"]) == (503, "draining")


@pytest.mark.django_db
def test_health_is_never_cached() -> None:
    assert "no-store" in health.ready(get("/healthz/ready"))["Cache-Control"]


@pytest.mark.parametrize("address", ["127.0.0.1", "::1"])
def test_this_machine_may_read_the_figures(address: str) -> None:
    response = health.metrics(get("/metrics", REMOTE_ADDR=address))

    assert response.status_code == 200
    assert b"python_info" in response.content


@pytest.mark.parametrize(
    "extra", [{"REMOTE_ADDR": "10.0.0.7"}, {"HTTP_X_FORWARDED_FOR": "10.0.0.7"}, {"REMOTE_ADDR": ""}]
)
def test_another_machine_may_not_even_through_a_proxy_here(extra: dict[str, str]) -> None:
    assert health.metrics(get("/metrics", **extra)).status_code == 403


@pytest.mark.parametrize(("token", "status"), [("right", 200), ("wrong", 403), ("", 403)])
def test_who_knows_the_token_may(settings: Settings, token: str, status: int) -> None:
    settings.METRICS_TOKEN = "right"

    response = health.metrics(get("/metrics", REMOTE_ADDR="10.0.0.7", HTTP_AUTHORIZATION=f"Bearer {token}"))

    assert response.status_code == status


def test_without_a_token_set_no_token_opens(settings: Settings) -> None:
    settings.METRICS_TOKEN = ""

    response = health.metrics(get("/metrics", REMOTE_ADDR="10.0.0.7", HTTP_AUTHORIZATION="Bearer "))

    assert response.status_code == 403


def test_a_redis_that_answers_is_ok(running_valkey: EmbeddedServer) -> None:
    assert health.redis_state(running_valkey.place.url) == "ok"
