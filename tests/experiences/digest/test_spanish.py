"""A digest in Spanish: the mail as text and as a page, with its numbers and days as the language writes them."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.models import User
from django.utils import translation
from pytest_django import Settings

from experiences.digest.config import DigestConfig
from experiences.digest.contract import Rendered
from experiences.digest.memory import Preferences
from experiences.digest.rendering import Links, render
from tests.english import english
from tests.experiences.digest.readings import MONDAY, at_work, recipient_of, sender, service

pytestmark = [pytest.mark.django_db, pytest.mark.proves("ROW-A2")]

LINKS = Links("https://lectern.example", "/digest/", "/digest/unsubscribe/t/")


def mail(user: User, language: str) -> Rendered:
    with translation.override(language):
        return render(service().get_digest(at_work(user), DigestConfig.weekly(), MONDAY), LINKS)


def lines(text: str) -> list[str]:
    """Without bullets, numbers of points and marks of headings."""
    return [re.sub(r"^[\s=!-]*(\d+\.)?\s*", "", line).strip(" =") for line in text.splitlines() if line.strip()]


def said(text: str) -> list[str]:
    """What begins with a bullet, a number or marks of a heading: as many in each language, however they wrap."""
    return re.findall(r"(?m)^ *(?:-|\d+\.|==) ", text)


def test_a_mail_in_spanish_holds_no_english(ines: User) -> None:
    spanish = mail(ines, "es")

    assert english([spanish.subject, *lines(spanish.text), *re.split(r"<[^>]+>", spanish.html)]) == []
    assert '<html lang="es">' in spanish.html


def test_it_says_as_much_as_in_english(ines: User) -> None:
    in_english, in_spanish = mail(ines, "en"), mail(ines, "es")

    assert english(lines(in_english.text)) != []
    assert said(in_spanish.text) == said(in_english.text) != []
    assert re.findall(r"https://\S+", in_spanish.text) == re.findall(r"https://\S+", in_english.text)
    hygiene = "Calidad de los datos: 71 de 100 (buena, confianza media); 6 incidencias abiertas."
    assert hygiene in " ".join(in_spanish.text.split())


@pytest.mark.proves("G-09")
def test_a_digest_comes_in_the_language_that_its_reader_chose(ines: User) -> None:
    spanish = mail(ines, "es")
    service().set_preferences(at_work(ines), Preferences(language="es"), MONDAY)

    told = sender().send_one(recipient_of(ines), MONDAY)

    assert told.delivery is not None
    assert told.delivery.mail.subject == spanish.subject == "Su semana: 3 cosas por hacer"
    assert '<html lang="es">' in told.delivery.mail.html
    assert "2 nov 2026, 09:00" in told.delivery.mail.text


@pytest.mark.proves("G-09")
@pytest.mark.parametrize(("installation", "subject"), [("en", "Your week"), ("es", "Su semana")])
def test_without_a_choice_it_comes_in_the_installations_whoever_sends_it(
    ines: User, settings: Settings, installation: str, subject: str
) -> None:
    settings.LANGUAGE_CODE = installation

    with translation.override("es" if installation == "en" else "en"):
        told = sender().preview_one(recipient_of(ines), MONDAY)

    assert told.delivery is not None
    assert told.delivery.mail.subject.startswith(subject)


def test_a_language_that_is_gone_is_none(ines: User, settings: Settings) -> None:
    service().set_preferences(at_work(ines), Preferences(language="es"), MONDAY)

    settings.LANGUAGES = [("en", "English")]

    assert service().get_preferences(at_work(ines)).language == ""
    with pytest.raises(ValueError, match="language"):
        Preferences(language="es")
