"""Bearer tokens: told once, kept as a digest, worth nothing when rotated or revoked; of one institution each."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import cast

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission, User
from django.core.management import CommandError, call_command
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from courses.models import Institution, Membership
from ingest import tokens
from ingest.models import BearerToken
from oracles.contract import TenantId
from tests import builders
from tests.clients import client_of

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)


def tenant(institution: Institution) -> TenantId:
    return TenantId(institution.pk)


def made(institution: Institution, name: str = "LMS") -> BearerToken:
    return tokens.create(tenant(institution), name, NOW)


def secret_of(token: BearerToken) -> str:
    assert token.secret is not None
    return token.secret


def whose(secret: str) -> TenantId | None:
    found = tokens.owners_of([secret], NOW).get(secret)
    return found and found[0]


@pytest.mark.proves("P4")
def test_a_token_names_its_institution(institution: Institution, other_institution: Institution) -> None:
    mine, theirs = made(institution), made(other_institution)

    assert (whose(secret_of(mine)), whose(secret_of(theirs))) == (tenant(institution), tenant(other_institution))


def test_many_are_recognised_by_one_question_and_each_is_told_its_own(
    institution: Institution, other_institution: Institution, django_assert_num_queries: pytest.FixtureRequest
) -> None:
    mine, theirs, revoked = made(institution), made(other_institution), made(institution, "old")
    tokens.revoke(revoked, NOW)
    sent = [secret_of(token) for token in (mine, theirs, revoked)] + ["nothing"]
    tokens.owners_of(sent, NOW)

    with django_assert_num_queries(1):  # type: ignore[operator]
        found = tokens.owners_of(sent, NOW)

    assert found == {
        secret_of(mine): (tenant(institution), mine.pk),
        secret_of(theirs): (tenant(other_institution), theirs.pk),
    }


def test_the_database_does_not_hold_the_secret(institution: Institution) -> None:
    token = made(institution)

    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM ingest_bearertoken")
        stored = repr(cursor.fetchall())

    assert secret_of(token) not in stored
    assert secret_of(token).removeprefix(tokens.PREFIX) not in stored


@pytest.mark.parametrize(
    "secret", ["", "lectern_", "lectern_" + "a" * 43, "x" * 51, "lectern_" + "é" * 43, "lectern_" + "a" * 5000]
)
def test_what_is_no_token_is_nobodys(institution: Institution, secret: str) -> None:
    made(institution)

    assert whose(secret) is None


def test_a_rotated_token_has_only_its_new_secret(institution: Institution) -> None:
    token = made(institution)
    old = secret_of(token)

    tokens.rotate(token, NOW)

    assert (whose(old), whose(secret_of(token))) == (None, tenant(institution))


def test_a_revoked_token_is_nobodys_and_is_revoked_once(institution: Institution) -> None:
    token = made(institution)

    first, second = tokens.revoke(token, NOW), tokens.revoke(token, NOW)

    assert (first, second, whose(secret_of(token))) == (True, False, None)


def test_the_day_of_its_last_use_is_noted_once_a_day(institution: Institution) -> None:
    token = made(institution)
    days = []
    for moment in (NOW, NOW + timedelta(hours=3), NOW + timedelta(days=2)):
        tokens.owners_of([secret_of(token)], moment)
        days.append(BearerToken.objects.for_tenant(tenant(institution)).get().last_used_on)

    assert [day and day.isoformat() for day in days] == ["2026-11-02", "2026-11-02", "2026-11-04"]


def test_a_use_on_the_same_day_costs_one_query(
    institution: Institution, django_assert_num_queries: pytest.FixtureRequest
) -> None:
    token = made(institution)
    tokens.owners_of([secret_of(token)], NOW)

    with django_assert_num_queries(1):  # type: ignore[operator]
        tokens.owners_of([secret_of(token)], NOW)


# ---- the command ------------------------------------------------------------------------------------------------


def test_the_command_prints_the_token_and_nothing_else(institution: Institution) -> None:
    out = StringIO()

    call_command("create_token", institution="lakeside", stdout=out)

    assert whose(out.getvalue().strip()) == tenant(institution)


def test_the_command_speaks_json(institution: Institution) -> None:
    out = StringIO()

    call_command("create_token", institution="lakeside", name="Canvas", json=True, stdout=out)

    found = json.loads(out.getvalue())
    assert whose(found["token"]) == tenant(institution)
    assert (found["institution"], found["name"], found["ending"]) == ("lakeside", "Canvas", found["token"][-4:])


@pytest.mark.parametrize("wrong", [{"institution": "nowhere"}, {"name": " "}, {"name": "x" * 121}, {"name": "a\nb"}])
def test_the_command_refuses_in_one_line(institution: Institution, wrong: dict[str, str]) -> None:
    with pytest.raises(CommandError) as error:
        call_command("create_token", **{"institution": "lakeside", **wrong})

    assert "\n" not in str(error.value)
    assert not BearerToken.objects.for_tenant(tenant(institution)).exists()


# ---- the admin site ---------------------------------------------------------------------------------------------


@pytest.fixture
def operator(institution: Institution) -> User:
    user = builders.make_user("olga", institution, is_staff=True)
    user.user_permissions.set(Permission.objects.filter(content_type__app_label="ingest"))
    Membership.objects.for_tenant(tenant(institution)).filter(user=user).update(role="operator")
    return user


@pytest.fixture
def site(operator: User) -> Client:
    return client_of(operator)


LIST = reverse("admin:ingest_bearertoken_changelist")
ADD = reverse("admin:ingest_bearertoken_add")


def act(site: Client, action: str, *chosen: BearerToken) -> HttpResponse:
    ids = [token.pk for token in chosen]
    return cast("HttpResponse", site.post(LIST, {"action": action, "_selected_action": ids}))


def test_an_operator_makes_a_token_and_sees_it_once(site: Client, operator: User, institution: Institution) -> None:
    response = site.post(ADD, {"institution": institution.pk, "name": "Moodle"})

    secret = response.content.decode().partition("<code>")[2].partition("</code>")[0]
    page = site.get(reverse("admin:ingest_bearertoken_change", args=[BearerToken.across_tenants.get().pk]))
    assert whose(secret) == tenant(institution)
    assert "no-store" in response.headers["Cache-Control"]
    assert secret not in page.content.decode()
    assert not [cookie for cookie in site.cookies.values() if secret in cookie.value]
    assert LogEntry.objects.get(user=operator).is_addition()


def test_an_operator_rotates_and_revokes_and_the_log_says_so(
    site: Client, operator: User, institution: Institution
) -> None:
    token = made(institution)
    old = secret_of(token)

    rotated = act(site, "rotate", token).content.decode().partition("<code>")[2].partition("</code>")[0]
    after_rotation = (whose(old), whose(rotated))
    act(site, "revoke", token)

    assert after_rotation == (None, tenant(institution))
    assert whose(rotated) is None
    said = LogEntry.objects.filter(user=operator).order_by("pk").values_list("change_message", flat=True)
    assert list(said) == ["Rotated.", "Revoked."]


@pytest.mark.proves("T7", "P4")
def test_an_operator_neither_sees_nor_touches_another_institutions_tokens(
    site: Client, other_institution: Institution
) -> None:
    theirs = made(other_institution, "zebra")

    listed = site.get(LIST).content.decode()
    act(site, "rotate", theirs)
    act(site, "revoke", theirs)
    opened = site.get(reverse("admin:ingest_bearertoken_change", args=[theirs.pk]))
    site.post(ADD, {"institution": other_institution.pk, "name": "for them"})

    assert "zebra" not in listed
    assert opened.status_code == 302
    assert whose(secret_of(theirs)) == tenant(other_institution)
    assert BearerToken.across_tenants.count() == 1


def test_tokens_are_not_deleted(site: Client, institution: Institution) -> None:
    token = made(institution)

    response = site.post(reverse("admin:ingest_bearertoken_delete", args=[token.pk]), {"post": "yes"})

    assert (response.status_code, BearerToken.across_tenants.count()) == (403, 1)
