"""A socket's application on fakes, and a way to knock at it with or without a session."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field, replace

import pytest
from channels.routing import URLRouter
from channels.sessions import CookieMiddleware
from channels.testing import WebsocketCommunicator
from django.conf import settings
from django.contrib.auth.models import User
from django.core.cache import cache
from django.urls import path

from coordinator.clock import LoopClock
from coordinator.contract import Limits, Profile
from coordinator.ports import Ports
from courses.models import Section
from dashboard_project import wiring
from dashboard_project.composition.tray import tray_service
from dashboard_project.web.consumer import DashboardConsumer
from dashboard_project.web.desk import Parts
from dashboard_project.web.origins import OwnOriginOnly
from dashboard_project.web.parts import PARTS
from dashboard_project.web.tiles import TileMaker
from oracles.contract import DataStamp, OracleKey, OracleResult, Scope
from tests.clients import client_of
from tests.experiences.hygiene_tray.conftest import at
from tests.experiences.hygiene_tray.worlds import spoil
from tests.fakes import FakeCache, FakeMeter, failed, loaded
from tests.oracles.instructor.rows import learners_of, make_score, mix_the_class, pages_of
from tests.web.fakes import KEYS, NEEDS, FakeDerive, FakeWatch

ORIGIN = "http://127.0.0.1"
SECTION = "/ws/s/lakeside/algebra/"


class PromptRunner:
    """Answers at once with whose answer it is, and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[Scope, OracleKey]] = []
        self.failing: set[OracleKey] = set()
        self.stamp = DataStamp()
        self.labels: dict[OracleKey, str] = {}

    async def run(self, scope: Scope, key: OracleKey) -> OracleResult:
        self.asked.append((scope, key))
        if key in self.failing:
            return failed(scope, key)
        return replace(loaded(scope, key, label=self.labels.get(key, "")), stamp=self.stamp)


@dataclass(slots=True)
class House:
    """The socket's application and everything behind it."""

    derive: FakeDerive = field(default_factory=FakeDerive)
    runner: PromptRunner = field(default_factory=PromptRunner)
    cache: FakeCache = field(default_factory=FakeCache)
    watch: FakeWatch = field(default_factory=FakeWatch)

    def application(self) -> OwnOriginOnly:
        ports = Ports(self.cache, self.runner, FakeMeter(), LoopClock())
        profile = Profile(frozenset(KEYS.values()))
        parts = Parts(
            lambda: ports, Limits, TileMaker(NEEDS, self.derive), profile, lambda: self.watch, wiring.recheck_seconds
        )
        route = path("ws/s/<slug:institution>/<slug:section>/", DashboardConsumer.as_asgi(parts=parts))
        return OwnOriginOnly(CookieMiddleware(URLRouter([route])))


@pytest.fixture
def fresh_caches(parts_end: None) -> None:
    """Nor what Django's cache keeps."""
    cache.clear()


@pytest.fixture
def mixed(section: Section) -> Section:
    """A class of every kind, one of whom has handed in the quiz."""
    mix_the_class(section)
    make_score(learners_of(section)["Ada"], pages_of(section)["quiz"], 70)
    return section


@pytest.fixture
def spoilt(section: Section, instructor: User) -> Section:
    """A section with two issues, which its tray has found."""
    spoil(section)
    tray_service().look(at(instructor, section))
    return section


@pytest.fixture
def house() -> House:
    return House()


@pytest.fixture
def knock(house: House) -> Callable[..., WebsocketCommunicator]:
    """A communicator at the section's door, with the session of a signed-in client or none."""

    def at_door(cookie: str = "", address: str = SECTION, origin: str = ORIGIN) -> WebsocketCommunicator:
        headers = [(b"host", b"127.0.0.1"), (b"origin", origin.encode())]
        if cookie:
            headers.append((b"cookie", f"{settings.SESSION_COOKIE_NAME}={cookie}".encode()))
        return WebsocketCommunicator(house.application(), address, headers=headers)

    return at_door


@pytest.fixture
async def dashboard(
    session_key: str, knock: Callable[..., WebsocketCommunicator]
) -> AsyncIterator[WebsocketCommunicator]:
    """The socket of the instructor's open dashboard, on fakes; nothing has been chosen yet."""
    socket = knock(session_key)
    await socket.connect()
    yield socket
    await socket.disconnect()


@pytest.fixture
def session_key(instructor: User, session_of: Callable[[User], str]) -> str:
    """The instructor has just signed in."""
    return session_of(instructor)


@pytest.fixture
async def deployed(session_key: str, parts_end: None) -> AsyncIterator[WebsocketCommunicator]:
    """The socket of the instructor's open dashboard, with all that is behind it when it is deployed."""
    route = path("ws/s/<slug:institution>/<slug:section>/", DashboardConsumer.as_asgi(parts=PARTS))
    cookie = f"{settings.SESSION_COOKIE_NAME}={session_key}".encode()
    socket = WebsocketCommunicator(CookieMiddleware(URLRouter([route])), SECTION, headers=[(b"cookie", cookie)])
    await socket.connect()
    yield socket
    await socket.disconnect()


@pytest.fixture
def session_of() -> Callable[[User], str]:
    """The session cookie of somebody who has just signed in."""

    def sign_in(user: User) -> str:
        return client_of(user).session.session_key or ""

    return sign_in
