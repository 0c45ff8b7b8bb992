from __future__ import annotations

import json
import sys
from io import StringIO

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command

from courses.models import Institution, Membership, Section, Teaching
from oracles.contract import TenantId
from tests import builders


def create(**options: object) -> str:
    out = StringIO()
    call_command("create_institution", stdout=out, **options)
    return out.getvalue()


def add(monkeypatch: pytest.MonkeyPatch, password: str | None = "long-enough-words", **options: object) -> str:
    out = StringIO()
    monkeypatch.setattr(sys, "stdin", StringIO(f"{password}\n"))
    told = {"username": "ines", **options}
    call_command("add_instructor", password_stdin=password is not None, stdout=out, **told)
    return out.getvalue()


def test_an_institution_is_created_once(db: None) -> None:
    first = json.loads(create(slug="ou", name="The Open University", time_zone="Europe/London", json=True))
    again = json.loads(create(slug="ou", name="The Open University", time_zone="Europe/London", json=True))

    assert (first["created"], again["created"]) == (True, False)
    assert Institution.objects.get().time_zone == "Europe/London"


def test_an_institution_of_another_name_is_not_overwritten(db: None) -> None:
    create(slug="ou", name="The Open University")

    with pytest.raises(CommandError, match="institution 'ou' exists"):
        create(slug="ou", name="Another")


@pytest.mark.parametrize("wrong", [{"slug": "not a slug"}, {"time_zone": "Mars/Olympus"}, {"name": ""}])
def test_an_institution_that_cannot_be_is_refused(db: None, wrong: dict[str, str]) -> None:
    with pytest.raises(CommandError):
        create(**{"slug": "ou", "name": "OU", **wrong})

    assert not Institution.objects.exists()


def test_an_instructor_may_open_the_section_and_nothing_happens_twice(
    section: Section, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = TenantId(section.institution_id)

    add(monkeypatch, section=section.slug)
    again = json.loads(add(monkeypatch, None, section=section.slug, json=True))

    user = User.objects.get(username="ines")
    assert again["created"] is False
    assert user.check_password("long-enough-words")
    assert Teaching.objects.for_tenant(mine).get(user=user).section == section
    assert Membership.objects.for_tenant(mine).filter(user=user).count() == 1


@pytest.mark.parametrize(
    ("told", "email"),
    [
        ({}, ""),
        ({"email": "ines@lakeside.example"}, "ines@lakeside.example"),
        ({"username": "ines@lakeside.example"}, "ines@lakeside.example"),
        ({"username": "ines@home"}, ""),
    ],
)
def test_mail_goes_to_the_address_that_is_told_or_that_the_name_is(
    section: Section, monkeypatch: pytest.MonkeyPatch, told: dict[str, str], email: str
) -> None:
    add(monkeypatch, section=section.slug, **told)

    assert User.objects.get(username=told.get("username", "ines")).email == email


def test_an_address_of_somebody_who_is_there_changes_only_when_it_is_told(
    section: Section, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(monkeypatch, section=section.slug)

    add(monkeypatch, None, section=section.slug, email="ines@lakeside.example")
    add(monkeypatch, None, section=section.slug)

    assert User.objects.get(username="ines").email == "ines@lakeside.example"


def test_what_is_no_address_is_refused_and_nobody_is_added(section: Section, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(CommandError, match="valid email"):
        add(monkeypatch, section=section.slug, email="nowhere")

    assert not User.objects.filter(username="ines").exists()


@pytest.mark.parametrize(
    ("password", "words"), [(None, "give a password"), ("short", "too short"), ("password", "too common")]
)
def test_a_new_user_needs_a_good_password(
    section: Section, monkeypatch: pytest.MonkeyPatch, password: str | None, words: str
) -> None:
    with pytest.raises(CommandError, match=words):
        add(monkeypatch, password, section=section.slug)

    assert not User.objects.filter(username="ines").exists()


def test_a_slug_of_several_institutions_needs_the_institution_named(
    section: Section, other_institution: Institution, monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs = builders.make_section(other_institution, slug=section.slug)

    with pytest.raises(CommandError, match="--institution"):
        add(monkeypatch, section=section.slug)
    add(monkeypatch, section=section.slug, institution=other_institution.slug)

    assert Teaching.objects.for_tenant(TenantId(other_institution.pk)).get().section == theirs
    assert not Teaching.objects.for_tenant(TenantId(section.institution_id)).exists()


def test_an_unknown_section_or_institution_is_refused(section: Section, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(CommandError, match="no section 'nowhere'"):
        add(monkeypatch, section="nowhere")
    with pytest.raises(CommandError, match="no institution 'nobody'"):
        add(monkeypatch, section=section.slug, institution="nobody")
