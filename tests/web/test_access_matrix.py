"""Every address of a section, asked by everybody in every way: who may not come in cannot tell it from none (T1).

The addresses are read from the URL configuration, so one that is added tomorrow is asked too; one that belongs to no
section has to stand in the list of those that decide for themselves.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

import pytest
from django.contrib.auth.models import User
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from courses.models import Institution, Section
from tests.builders import golden_section, make_user

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.proves("T1", "P4")]

OF_NO_SECTION = (
    "accounts/", "admin/", "api/", "digest/", "healthz/", "language/", "metrics", "ops/", "test-drive/", "theme/",
)  # fmt: skip
"""Each decides by itself, and has tests of its own."""
A_SECTION = re.compile(
    r"\^?s/(<slug:institution>|\(\?P<institution>[^)]*\))/(<slug:section>|\(\?P<section>[^)]*\))/(.*)"
)
METHODS = ("get", "post", "put", "delete")
VALUES = {"capability": "progress", "ending": "md", "int": "1", "uuid": "00000000-0000-0000-0000-000000000001"}


@cache
def routes() -> tuple[str, ...]:
    return tuple(_routes(get_resolver().url_patterns, ""))


def _routes(patterns: list[URLPattern | URLResolver], before: str) -> Iterator[str]:
    for each in patterns:
        route = before + str(each.pattern)
        if isinstance(each, URLResolver):
            yield from _routes(each.url_patterns, route)
        else:
            yield route


def tails() -> list[str]:
    """What follows the section in each address, with something in every gap."""
    return [_filled(match.group(3)) for route in routes() if (match := A_SECTION.match(route))]


def _filled(tail: str) -> str:
    tail = re.sub(r"\(\?P<(\w+)>[^)]*\)", lambda gap: VALUES.get(gap.group(1), "1"), tail.removesuffix("$"))
    return re.sub(
        r"<(?:(\w+):)?(\w+)>", lambda gap: VALUES.get(gap.group(2), VALUES.get(gap.group(1), "1")), tail
    ).replace("\\", "")


def ask(user: User | None, method: str, address: str) -> HttpResponse:
    client = Client()
    if user is not None:
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    response: HttpResponse = getattr(client, method)(address)
    return response


def body(response: HttpResponse, person: User) -> str:
    """Without what is anybody's own: the token against forged requests."""
    assert isinstance(response, HttpResponse)
    text = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", response.content.decode())
    return text.replace(person.username, "…")


def test_every_address_is_a_sections_or_decides_by_itself() -> None:
    others = [route for route in routes() if not A_SECTION.match(route) and not route.startswith(OF_NO_SECTION)]

    assert others == [""]
    assert len(tails()) >= 5


@pytest.mark.proves("S6")
@pytest.mark.parametrize("who", ["colleague", "outsider", "staff"])
def test_who_may_not_come_in_cannot_tell_the_section_from_one_that_is_not_there(
    who: str, section: Section, request: pytest.FixtureRequest
) -> None:
    user = _staff(section) if who == "staff" else request.getfixturevalue(who)

    for tail in tails():
        for method in METHODS:
            foreign = ask(user, method, f"/s/lakeside/algebra/{tail}")
            nothing = ask(user, method, f"/s/lakeside/no-such-section/{tail}")
            nowhere = ask(user, method, f"/s/nowhere/algebra/{tail}")

            statuses = {foreign.status_code, nothing.status_code, nowhere.status_code}
            assert statuses in ({404}, {405}), (tail, method, statuses)
            assert body(foreign, user) == body(nothing, user) == body(nowhere, user), (tail, method)


def _staff(section: Section) -> User:
    """May use the admin site, and operates nothing."""
    return make_user("sam", Institution.objects.get(pk=section.institution_id), is_staff=True)


@pytest.mark.parametrize("who", ["nobody", "deactivated"])
def test_who_is_not_signed_in_is_sent_to_sign_in_wherever_they_ask(
    who: str, section: Section, instructor: User
) -> None:
    if who == "deactivated":
        User.objects.filter(pk=instructor.pk).update(is_active=False)
    user = instructor if who == "deactivated" else None

    for tail in tails():
        for method in METHODS:
            answers = [ask(user, method, f"/s/lakeside/{slug}/{tail}") for slug in ("algebra", "no-such-section")]

            assert {answer.status_code for answer in answers} in ({302}, {405}), (tail, method)
            places = {answer.get("Location", "/accounts/login/") for answer in answers}
            assert all(place.startswith("/accounts/login/") for place in places), (tail, method)


def test_who_teaches_one_section_finds_nothing_of_the_next_one(
    section: Section, instructor: User, institution: Institution
) -> None:
    golden_section(institution, "botany")

    for tail in tails():
        foreign = ask(instructor, "get", f"/s/lakeside/botany/{tail}")
        nothing = ask(instructor, "get", f"/s/lakeside/no-such-section/{tail}")

        assert foreign.status_code == nothing.status_code, tail
        assert foreign.status_code in {404, 405}, tail
        assert body(foreign, instructor) == body(nothing, instructor), tail
