"""The digest says what its sources say: in their order, with their numbers, and which of them could not be read."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import override_settings

from courses.models import Section
from experiences.calculators.pace_runway import RunwayStatus
from experiences.contract import Availability
from experiences.digest.config import DigestConfig, TimeWindow, Trigger
from experiences.digest.contract import SectionDigest
from experiences.digest.rendering import Links, render
from tests.builders import make_learner, make_progress
from tests.experiences.digest.readings import MONDAY, FakeSources, at_work, service
from tests.oracles.instructor.rows import pages_of

LINKS = Links("https://lectern.example", "/digest/", "/digest/unsubscribe/t/")
WEEKLY = DigestConfig.weekly()


def told(user: User, sources: FakeSources | None = None, config: DigestConfig = WEEKLY) -> SectionDigest:
    (section,) = service(sources).get_digest(at_work(user), config, MONDAY).sections
    return section


@pytest.mark.proves("G-01")
@pytest.mark.django_db
def test_every_configuration_goes_through_the_one_orchestrator(ines: User) -> None:
    for config in (WEEKLY, DigestConfig.for_test_drive("A"), DigestConfig.onboarding()):
        sources = FakeSources()

        service(sources).get_digest(at_work(ines), config, MONDAY)

        assert [name for name, *_ in sources.asked] == ["snapshot", "trend", "pace", "pace", "tray", "console"]


@pytest.mark.proves("G-05")
@pytest.mark.django_db
def test_its_numbers_are_those_of_tray_and_console(ines: User) -> None:
    section = told(ines)

    assert section.tray is not None
    assert section.console is not None
    assert (section.tray.open_issues, section.tray.score, section.console.staged) == (6, 71.0, 1)
    html = render(service().get_digest(at_work(ines), WEEKLY, MONDAY), LINKS).html
    assert "Data quality: 71 of 100 (good, medium confidence); 6 open issues." in html
    assert "1 decision waits for your review." in html


@pytest.mark.proves("G-05")
@pytest.mark.django_db
def test_its_facts_are_those_of_the_snapshot(ines: User, section: Section) -> None:
    make_progress(make_learner(section, "Eva"), pages_of(section)["unit-1-page-1"])
    snapshot = FakeSources().snapshot(at_work(ines).sections[0])

    facts = told(ines).facts

    assert facts == {name: value for name, value in snapshot.facts.items() if name.startswith("summary.")}
    assert facts["summary.class_size"] == 5
    assert facts["summary.average_progress_pct"] == 2.9  # one page of 7, of one learner of 5


@pytest.mark.proves("G-05")
@pytest.mark.django_db
def test_the_most_urgent_of_decisions_and_flaws_come_first_and_are_three(ines: User) -> None:
    assert [(point.key, point.score) for point in told(ines).actions] == [
        ("dates", 90), ("quiz", 85), ("objectives", 70),
    ]  # fmt: skip


@pytest.mark.proves("C-01", "G-05")
@pytest.mark.django_db
def test_slack_and_its_change_come_from_the_pace_then_and_now(ines: User) -> None:
    section = told(ines)

    # 13 days to the deadline, and ten days of work: 10 left at 1 a day.
    assert section.slack is not None
    assert section.slack.median == pytest.approx(3)
    assert section.slack.counts[RunwayStatus.INSUFFICIENT_DATA] == 1
    assert section.slack_before is not None
    assert section.slack_change == pytest.approx(-7)


@pytest.mark.proves("O-16")
@pytest.mark.django_db
@pytest.mark.parametrize(
    ("away", "block"),
    [("snapshot", "facts"), ("trend", "weeks"), ("pace", "slack"), ("tray", "tray"), ("console", "console")],
)
def test_a_source_that_fails_marks_its_block_and_the_rest_is_told(ines: User, away: str, block: str) -> None:
    sources = FakeSources(away=frozenset({away}))

    section = told(ines, sources)

    assert section.missing == (block,)
    assert [name for name, each in section.availability.items() if each is Availability.READY] == [
        name for name in ("facts", "slack", "weeks", "tray", "console") if name != block
    ]
    digest = service(sources).get_digest(at_work(ines), WEEKLY, MONDAY)
    assert "could not be read." in render(digest, LINKS).text


@pytest.mark.proves("C-04")
@pytest.mark.django_db
def test_the_weeks_are_the_replay_of_the_trend(ines: User) -> None:
    weeks = told(ines).weeks

    assert [week.values["progress_pct"] for week in weeks] == pytest.approx([30, 40, 50, 60])
    assert [insight.finding for insight in told(ines).insights] == ["slack_shrank", "rose"]


@pytest.mark.django_db
def test_everything_shows_all_its_weeks(ines: User) -> None:
    config = DigestConfig(trigger_type=Trigger.TEST_DRIVE, time_window=TimeWindow.FULL_HISTORY)

    assert len(told(ines, config=config).weeks) == 6


@pytest.mark.proves("G-05")
@pytest.mark.django_db
def test_three_questions_are_answered_in_their_order(ines: User) -> None:
    text = render(service().get_digest(at_work(ines), WEEKLY, MONDAY), LINKS).text

    places = [text.index(question) for question in ("Where are we?", "What changed?", "What do I do now?")]
    assert places == sorted(places)
    assert "3 learning events were reported since 26 Oct 2026, 09:00." in text
    assert "https://lectern.example/s/lakeside/algebra/" in text


@pytest.mark.django_db
def test_no_learner_is_named(ines: User) -> None:
    mail = render(service().get_digest(at_work(ines), WEEKLY, MONDAY), LINKS)

    for name in ("Ada", "Ben", "Cleo", "Dan", "learners.example"):
        assert name not in mail.text + mail.html


@pytest.mark.django_db
def test_what_a_title_holds_is_escaped_in_html_and_not_in_text(ines: User, section: Section) -> None:
    section.title = "Algebra <b>&</b> more"
    section.save()

    mail = render(service().get_digest(at_work(ines), WEEKLY, MONDAY), LINKS)

    assert "Algebra &lt;b&gt;&amp;&lt;/b&gt; more" in mail.html
    assert "Algebra <b>&</b> more" in mail.text


@pytest.mark.django_db
def test_an_address_is_that_of_the_section(ines: User) -> None:
    with override_settings(LANGUAGE_CODE="en"):
        html = render(service().get_digest(at_work(ines), WEEKLY, MONDAY), LINKS).html

    assert 'href="https://lectern.example/s/lakeside/algebra/tray/"' in html
    assert "style=" not in html
