"""Whether this process lives, whether it may be given work, and its figures."""

from __future__ import annotations

import hmac
import os
from dataclasses import dataclass, field
from ipaddress import ip_address

import redis
from django.conf import settings
from django.db import connections
from django.db.migrations.executor import MigrationExecutor
from django.db.utils import DatabaseError, InterfaceError
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from dashboard_project.lifecycle import lifecycle

REDIS_SECONDS = 0.5
OK = "ok"


@never_cache
@require_safe
async def live(_request: HttpRequest) -> HttpResponse:
    """200 as long as the event loop turns."""
    return JsonResponse({"status": "live"})


@never_cache
@require_safe
def ready(_request: HttpRequest) -> HttpResponse:
    """503 while draining, without a database or before its migrations; without Redis the service is degraded: 200."""
    database = database_state()
    checks = {
        "database": database,
        "migrations": migrations.state() if database == OK else "unknown",
        "redis": redis_state(settings.REDIS_URL),
    }
    status = _status(checks)
    return JsonResponse({"status": status, "checks": checks}, status=200 if status in {"ready", "degraded"} else 503)


@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Figures for Prometheus: to this machine, or to who knows METRICS_TOKEN."""
    if not may_read_metrics(request):
        return HttpResponseForbidden("metrics are for this machine, or with METRICS_TOKEN as bearer token\n")
    return HttpResponse(generate_latest(_registry()), content_type=CONTENT_TYPE_LATEST)


def may_read_metrics(request: HttpRequest) -> bool:
    """Whether the request comes from this machine itself (not through a proxy on it), or carries the token."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if settings.METRICS_TOKEN and scheme == "Bearer":
        return hmac.compare_digest(token.encode(), settings.METRICS_TOKEN.encode())
    forwarded = "X-Forwarded-For" in request.headers or "Forwarded" in request.headers
    return not forwarded and _is_loopback(request.META.get("REMOTE_ADDR") or "")


def database_state() -> str:
    """`ok` or `down`."""
    try:
        with connections["default"].cursor() as cursor:
            cursor.execute("SELECT 1")
    except (DatabaseError, InterfaceError):
        return "down"
    return OK


@dataclass(slots=True)
class Migrations:
    """Whether the database has all of them. Once it has, it stays so for this process: new code is a new process."""

    _are_applied: bool = field(default=False, init=False)

    def state(self) -> str:
        """`ok`, `missing` or `unknown`."""
        if self._are_applied:
            return OK
        try:
            executor = MigrationExecutor(connections["default"])
            self._are_applied = not executor.migration_plan(executor.loader.graph.leaf_nodes())
        except (DatabaseError, InterfaceError):
            return "unknown"
        return OK if self._are_applied else "missing"


migrations = Migrations()


def redis_state(url: str) -> str:
    """`ok`, `down`, or `none` where there is none by choice."""
    if not url:
        return "none"
    try:
        with redis.Redis.from_url(url, socket_connect_timeout=REDIS_SECONDS, socket_timeout=REDIS_SECONDS) as client:
            client.ping()
    except (redis.RedisError, OSError):
        return "down"
    return OK


def _status(checks: dict[str, str]) -> str:
    if lifecycle.is_draining:
        return "draining"
    if checks["database"] != OK or checks["migrations"] != OK:
        return "unavailable"
    return "degraded" if checks["redis"] == "down" else "ready"


def _registry() -> CollectorRegistry:
    """The figures of this process, or of all workers where `serve` runs several."""
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return REGISTRY
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return registry


def _is_loopback(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False
