"""A digest as text: in lines that a reader can quote, with addresses that stay whole, and last week's score."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from django.contrib.auth.models import User

from experiences.digest.config import DigestConfig, TimeWindow
from experiences.digest.contract import ScoreThen, TrayReading
from experiences.digest.rendering import Links, render, wrapped
from tests.experiences.digest.readings import MONDAY, TRAY, FakeSources, at_work, service

LINKS = Links("https://lectern.example", "/digest/", f"/digest/unsubscribe/{'t' * 90}/")
WEEKLY = DigestConfig.weekly()


def text(user: User, tray: TrayReading = TRAY, config: DigestConfig = WEEKLY) -> str:
    sources = FakeSources(tray_reading=tray)
    return render(service(sources).get_digest(at_work(user), config, MONDAY), LINKS).text


def scored(*scores: tuple[date, float]) -> TrayReading:
    """A tray whose score was that on those days; the last is today's."""
    return replace(TRAY, score=scores[-1][1], scores=tuple(ScoreThen(*each) for each in scores))


@pytest.mark.proves("G-09")
@pytest.mark.django_db
def test_no_line_of_the_text_is_longer_than_a_reply_can_quote_but_for_addresses(ines: User) -> None:
    lines = text(ines).splitlines()

    assert [line for line in lines if len(line) > 76 and not line.startswith("https://")] == []
    assert LINKS.url(LINKS.unsubscribe) in lines
    assert max(map(len, lines)) > 78


def test_what_goes_on_stands_behind_its_bullet() -> None:
    long = "word " * 20

    assert wrapped(f"- {long}").splitlines() == ["- " + "word " * 14 + "word", "  " + "word " * 4 + "word"]
    assert wrapped(f"12. {long}").splitlines()[1].startswith("    word")
    assert wrapped(f"{long}").splitlines()[1].startswith("word")
    assert wrapped("-- \nshort\n\n\n") == "-- \nshort\n"


@pytest.mark.proves("H-09", "G-05")
@pytest.mark.django_db
@pytest.mark.parametrize(
    ("scores", "said"),
    [
        (
            [(date(2026, 10, 20), 60.0), (date(2026, 10, 25), 64.5), (date(2026, 10, 30), 80.0), (MONDAY.date(), 71.0)],
            "Data quality rose from 64.5 on 25 Oct to 71.",
        ),
        ([(date(2026, 10, 29), 80.0), (MONDAY.date(), 71.0)], "Data quality fell from 80 on 29 Oct to 71."),
        ([(date(2026, 10, 19), 71.04), (MONDAY.date(), 71.0)], "Data quality is what it was on 19 Oct."),
    ],
    ids=["before the window", "within it", "unmoved"],
)
def test_the_score_is_compared_with_the_one_of_when_the_window_began(
    ines: User, scores: list[tuple[date, float]], said: str
) -> None:
    assert said in " ".join(text(ines, scored(*scores)).split())


@pytest.mark.proves("H-09")
@pytest.mark.django_db
def test_of_a_score_that_has_no_yesterday_nothing_is_said(ines: User) -> None:
    for tray in (TRAY, scored((MONDAY.date(), 71.0)), replace(scored((MONDAY.date(), 71.0)), score=None)):
        assert "Data quality rose" not in text(ines, tray)
        assert "Data quality fell" not in text(ines, tray)
        assert "is what it was" not in text(ines, tray)


@pytest.mark.proves("H-09")
@pytest.mark.django_db
def test_a_digest_of_everything_compares_with_the_first_score(ines: User) -> None:
    tray = scored((date(2026, 9, 1), 30.0), (date(2026, 10, 1), 50.0), (MONDAY.date(), 71.0))

    found = text(ines, tray, DigestConfig(time_window=TimeWindow.FULL_HISTORY))

    assert "Data quality rose from 30 on 1 Sep to 71." in " ".join(found.split())
