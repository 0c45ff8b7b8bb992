"""Requests are answered without changes of thread; programs without what is for people, but with what guards them."""

from __future__ import annotations

import sys
import threading
from dataclasses import dataclass, field

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.handlers.asgi import ASGIHandler
from django.core.signals import request_finished, request_started
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from dashboard_project.asgi import SWITCH_SECONDS
from dashboard_project.assets import Application
from dashboard_project.handlers import NEVER_BLOCKS, Addressed, GetResponse, LoopHandler, SenderHandler, on_loop
from tests.dashboard_project.asking import Answer, ask

pytestmark = pytest.mark.django_db(transaction=True)


def test_what_is_said_never_to_block_is_in_the_settings() -> None:
    assert set(settings.MIDDLEWARE) >= NEVER_BLOCKS


VARIES = frozenset({"content-security-policy", "set-cookie", "permissions-policy", "date", "expires"})
"""With every answer, with the second, or added around the handler."""


@pytest.mark.parametrize(("path", "method"), [("/accounts/login/", "GET"), ("/accounts/login/", "POST"), ("/", "GET")])
async def test_a_page_is_answered_as_django_answers_it(path: str, method: str) -> None:
    ours, django_s = await ask(path, method), await ask(path, method, of=ASGIHandler())

    assert ours.status == django_s.status
    assert told(ours) == told(django_s)
    assert set(ours.headers) - {"permissions-policy"} == set(django_s.headers)


def test_a_thread_that_computes_hands_over_soon() -> None:
    assert sys.getswitchinterval() == pytest.approx(SWITCH_SECONDS)


async def test_a_form_without_its_token_is_refused() -> None:
    assert (await ask("/accounts/login/", "POST")).status == 403


def test_a_middleware_whose_hooks_would_not_be_called_is_refused() -> None:
    with pytest.raises(ImproperlyConfigured, match="WithTemplate has a hook"):
        LoopHandler([f"{__name__}.WithTemplate"])


@pytest.mark.parametrize("path", ["/api/xapi/statements", "/api/caliper/events"])
async def test_a_program_without_a_token_is_refused_and_sets_no_cookie(path: str) -> None:
    answer = await ask(path, "POST")

    assert (answer.status, answer.headers["www-authenticate"]) == (401, 'Bearer realm="lectern"')
    assert "set-cookie" not in answer.headers


async def test_a_program_is_told_the_same_policies_as_a_browser() -> None:
    program, page = await ask("/api/xapi/statements"), await ask("/accounts/login/")

    policies = ("x-frame-options", "x-content-type-options", "referrer-policy", "cross-origin-opener-policy")
    assert [program.headers[name] for name in policies] == [page.headers[name] for name in policies]
    assert "default-src" in program.headers["content-security-policy"]


async def test_another_host_is_refused_for_programs_too() -> None:
    assert (await ask("/api/xapi/statements", "POST", host="elsewhere.example")).status == 400


@pytest.mark.parametrize("path", ["/api/nothing", "/metrics/of-nobody"])
async def test_an_address_of_programs_that_nobody_serves_is_not_found(path: str) -> None:
    assert (await ask(path)).status == 404


async def test_a_sender_is_answered_as_django_answers_it() -> None:
    ours, django_s = (
        await ask("/api/xapi/statements", "POST"),
        await ask("/api/xapi/statements", "POST", of=ASGIHandler()),
    )

    assert (ours.status, ours.body) == (django_s.status, django_s.body)
    # What is for people is left out.
    assert set(django_s.headers) - set(ours.headers) <= {"content-language", "vary"}


@pytest.mark.parametrize(("path", "signals"), [("/api/xapi/statements", 0), ("/healthz/live", 2)])
async def test_the_thread_of_a_request_and_its_signals_are_spared_for_senders_only(path: str, signals: int) -> None:
    heard: list[object] = []

    def hear(sender: object, **_what: object) -> None:
        heard.append(sender)

    for signal in (request_started, request_finished):
        signal.connect(hear)
    try:
        await ask(path)
    finally:
        for signal in (request_started, request_finished):
            signal.disconnect(hear)

    assert len(heard) == signals


async def test_a_sender_that_leaves_while_it_sends_is_let_go() -> None:
    said: list[object] = []

    async def leaves() -> dict[str, object]:
        return {"type": "http.disconnect"}

    async def hears(message: object) -> None:
        said.append(message)

    await SenderHandler([])({"type": "http", "path": "/api/xapi/statements"}, leaves, hears)

    assert said == []


def told(answer: Answer) -> dict[str, str]:
    return {name: value for name, value in answer.headers.items() if name not in VARIES}


class WithTemplate:
    def __init__(self, _inner: GetResponse) -> None:
        pass

    def process_template_response(self, _request: HttpRequest, _response: HttpResponse) -> None: ...


@dataclass
class TwoHalves:
    """A middleware that notes where and when it is called."""

    threads: list[int] = field(default_factory=list)

    def process_request(self, request: HttpRequest) -> HttpResponse | None:
        self.threads.append(threading.get_ident())
        return HttpResponse("closed", status=503) if request.path == "/closed" else None

    def process_response(self, _request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        self.threads.append(threading.get_ident())
        response["X-Seen"] = "yes"
        return response


class House:
    """`TwoHalves` around a view that counts its visitors."""

    def __init__(self) -> None:
        self.visitors = 0
        self.middleware = TwoHalves()
        self.get_response = on_loop(self.middleware, self.view)

    async def view(self, _request: HttpRequest) -> HttpResponse:
        self.visitors += 1
        return HttpResponse("open")


def request_of(path: str) -> HttpRequest:
    request = HttpRequest()
    request.path = path
    return request


async def test_both_halves_are_called_on_the_loop_s_own_thread() -> None:
    house = House()

    response = await house.get_response(request_of("/"))

    assert (response["X-Seen"], house.visitors) == ("yes", 1)
    assert house.middleware.threads == [threading.get_ident()] * 2


async def test_a_first_half_that_answers_keeps_the_request_from_the_view() -> None:
    house = House()

    response = await house.get_response(request_of("/closed"))

    assert (response.status_code, response["X-Seen"], house.visitors) == (503, "yes", 0)


@pytest.mark.parametrize(
    ("path", "who"),
    [("/api/xapi/statements", "senders"), ("/healthz/ready", "probes"), ("/metrics", "probes"), ("/", "pages"),
     ("/accounts/login/", "pages"), ("/apiary", "pages"), ("", "pages")],
)  # fmt: skip
async def test_the_address_decides_who_answers(path: str, who: str) -> None:
    asked: list[str] = []

    def named(name: str) -> Application:
        async def answers(_scope: object, _receive: object, _send: object) -> None:
            asked.append(name)

        return answers

    await Addressed(named("senders"), named("probes"), named("pages"))({"path": path}, None, None)  # type: ignore[arg-type]

    assert asked == [who]
