"""A digest in Spanish: the mail as text and as a page, with its numbers and days as the language writes them."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.models import User
from django.utils import translation

from experiences.digest.config import DigestConfig
from experiences.digest.contract import Rendered
from experiences.digest.rendering import Links, render
from tests.english import english
from tests.experiences.digest.readings import MONDAY, at_work, service

pytestmark = [pytest.mark.django_db, pytest.mark.proves("ROW-A2")]

LINKS = Links("https://lectern.example", "/digest/", "/digest/unsubscribe/t/")


def mail(user: User, language: str) -> Rendered:
    with translation.override(language):
        return render(service().get_digest(at_work(user), DigestConfig.weekly(), MONDAY), LINKS)


def lines(text: str) -> list[str]:
    """Without bullets, numbers of points and marks of headings."""
    return [re.sub(r"^[\s=!-]*(\d+\.)?\s*", "", line).strip(" =") for line in text.splitlines() if line.strip()]


def test_a_mail_in_spanish_holds_no_english(ines: User) -> None:
    spanish = mail(ines, "es")

    assert english([spanish.subject, *lines(spanish.text), *re.split(r"<[^>]+>", spanish.html)]) == []
    assert '<html lang="es">' in spanish.html


def test_it_says_as_much_as_in_english(ines: User) -> None:
    in_english, in_spanish = mail(ines, "en"), mail(ines, "es")

    assert english(lines(in_english.text)) != []
    assert len(lines(in_spanish.text)) == len(lines(in_english.text))
    assert re.findall(r"https://\S+", in_spanish.text) == re.findall(r"https://\S+", in_english.text)
    assert "Calidad de los datos: 71 de 100 (buena, confianza media); 6 incidencias abiertas." in in_spanish.text
