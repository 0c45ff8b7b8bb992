"""The fourteen fields: presets, refusals, and each field's effect on what comes out."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, fields, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User

from courses.models import Section, Teaching
from experiences.calculators.levels import Level
from experiences.contract import PreviewRefused
from experiences.digest.config import DigestConfig, Segment, Template, TimeWindow, Trigger
from experiences.digest.contract import Digest, Rendered
from experiences.digest.rendering import Links, render
from oracles.contract import TenantId
from tests.experiences.digest.readings import MONDAY, at_work, recipient_of, reported, sender, service

LINKS = Links("https://lectern.example", "/digest/")
WEEKLY = DigestConfig.weekly()


def made(user: User, config: DigestConfig, now: datetime = MONDAY) -> Digest:
    return service().get_digest(at_work(user), config, now)


def mail(user: User, config: DigestConfig) -> Rendered:
    return render(made(user, config), LINKS)


def of_days(first: int, last: int) -> DigestConfig:
    """A window of some days of October."""
    start, end = date(2026, 10, first), date(2026, 10, last)
    return replace(WEEKLY, time_window=TimeWindow.CUSTOM, custom_start=start, custom_end=end)


@pytest.mark.proves("G-02")
def test_the_seed_has_fourteen_fields() -> None:
    assert [field.name for field in fields(DigestConfig)] == [
        "trigger_type", "time_window", "custom_start", "custom_end", "preview_mode", "show_actions",
        "show_historical_trends", "max_issues_shown", "priority_threshold", "include_recommendations",
        "experiment_variant", "user_segment", "send_email", "email_template",
    ]  # fmt: skip


def test_a_configuration_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        WEEKLY.max_issues_shown = 3  # type: ignore[misc]


@pytest.mark.proves("G-03")
@pytest.mark.parametrize(
    ("preset", "expected"),
    [
        (WEEKLY, {"trigger_type": Trigger.WEEKLY, "time_window": TimeWindow.SINCE_LAST, "send_email": True}),
        (
            DigestConfig.for_test_drive("A"),
            {
                "trigger_type": Trigger.TEST_DRIVE,
                "time_window": TimeWindow.LAST_4_WEEKS,
                "preview_mode": True,
                "max_issues_shown": 20,
                "experiment_variant": "A",
                "send_email": False,
            },
        ),
        (
            DigestConfig.for_test_drive("B"),
            {
                "trigger_type": Trigger.TEST_DRIVE,
                "time_window": TimeWindow.FULL_HISTORY,
                "preview_mode": True,
                "max_issues_shown": 50,
                "experiment_variant": "B",
                "send_email": False,
            },
        ),
        (
            DigestConfig.onboarding(),
            {
                "trigger_type": Trigger.ONBOARDING,
                "time_window": TimeWindow.LAST_4_WEEKS,
                "max_issues_shown": 30,
                "send_email": False,
                "email_template": Template.SHORT,
            },
        ),
    ],
)
def test_the_presets_stand_in_a_table(preset: DigestConfig, expected: dict[str, Any]) -> None:
    assert preset == replace(DigestConfig(), **expected)


@pytest.mark.proves("G-04")
@pytest.mark.parametrize(
    "wrong",
    [
        {"trigger_type": "monthly"},
        {"time_window": "yesterday"},
        {"experiment_variant": "C"},
        {"user_segment": "students"},
        {"email_template": "poster"},
        {"priority_threshold": "whatever"},
        {"max_issues_shown": -1},
        {"custom_start": date(2026, 10, 1)},
        {"time_window": "custom", "custom_start": date(2026, 10, 2), "custom_end": date(2026, 10, 1)},
        {"time_window": "custom"},
    ],
)
def test_a_word_that_is_not_known_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  some of the messages are the enumeration's own
        DigestConfig(**wrong)


@pytest.mark.proves("G-04")
@pytest.mark.parametrize("variant", ["C", "a", "", "holdout"])
def test_an_unknown_variant_is_not_silently_the_first(variant: str) -> None:
    with pytest.raises(ValueError, match="expected variant A or B"):
        DigestConfig.for_test_drive(variant)


# ---- each field has an effect: one test each (G-02) ----------------------------------------------------------


@pytest.mark.proves("G-02", "G-13")
@pytest.mark.django_db
def test_the_trigger_decides_which_sections_are_told_of(ines: User, section: Section) -> None:
    section.starts_at, section.ends_at = MONDAY - timedelta(weeks=20), MONDAY - timedelta(weeks=3)
    section.save()

    told = {trigger: len(made(ines, replace(WEEKLY, trigger_type=trigger)).sections) for trigger in Trigger}

    assert told == {Trigger.WEEKLY: 0, Trigger.ONBOARDING: 0, Trigger.TEST_DRIVE: 1}


@pytest.mark.proves("G-02", "G-13")
@pytest.mark.django_db
def test_a_section_that_has_not_begun_is_in_the_first_look_only(ines: User, section: Section) -> None:
    section.starts_at = MONDAY + timedelta(weeks=1)
    section.save()

    assert (len(made(ines, WEEKLY).sections), len(made(ines, DigestConfig.onboarding()).sections)) == (0, 1)


@pytest.mark.proves("G-02")
@pytest.mark.django_db
def test_the_time_window_decides_which_events_are_counted(ines: User, section: Section) -> None:
    reported(section, MONDAY - timedelta(weeks=2), count=4)
    reported(section, MONDAY - timedelta(weeks=9), count=5)

    counts = {
        window: made(ines, replace(WEEKLY, time_window=window)).sections[0].events
        for window in TimeWindow
        if window is not TimeWindow.CUSTOM
    }

    assert counts == {TimeWindow.SINCE_LAST: 3, TimeWindow.LAST_4_WEEKS: 7, TimeWindow.FULL_HISTORY: 12}


@pytest.mark.proves("G-02")
@pytest.mark.django_db
def test_a_window_of_ones_own_begins_with_its_first_day(ines: User, section: Section) -> None:
    reported(section, datetime(2026, 10, 5, 0, 30, tzinfo=UTC), count=4)

    from_the_5th = made(ines, of_days(5, 20))
    from_the_6th = made(ines, of_days(6, 20))

    assert (from_the_5th.sections[0].events, from_the_6th.sections[0].events) == (4, 0)


@pytest.mark.proves("G-02")
@pytest.mark.django_db
def test_a_window_of_ones_own_ends_with_its_last_day(ines: User, section: Section) -> None:
    reported(section, datetime(2026, 10, 20, 23, 30, tzinfo=UTC), count=4)

    to_the_19th = made(ines, of_days(5, 19))
    to_the_20th = made(ines, of_days(5, 20))

    assert (to_the_19th.sections[0].events, to_the_20th.sections[0].events) == (0, 4)


@pytest.mark.proves("G-02", "T-02")
@pytest.mark.django_db
def test_of_a_preview_nothing_is_recorded(ines: User) -> None:
    digest, context = made(ines, WEEKLY.as_preview()), at_work(ines)

    with pytest.raises(PreviewRefused):
        service().mark(context, digest, "opened", MONDAY)

    service().mark(context, made(ines, WEEKLY), "opened", MONDAY)
    assert service().get_progress(context).current_step == "opened"


@pytest.mark.proves("G-02")
@pytest.mark.django_db
def test_actions_are_links_or_are_not(ines: User) -> None:
    link = "https://lectern.example/there/quiz/"

    assert link in mail(ines, WEEKLY).html
    assert link not in mail(ines, replace(WEEKLY, show_actions=False)).html
    assert "About quiz" in mail(ines, replace(WEEKLY, show_actions=False)).html


@pytest.mark.proves("G-02")
@pytest.mark.django_db
def test_the_past_weeks_are_shown_or_are_not(ines: User) -> None:
    assert len(made(ines, WEEKLY).sections[0].weeks) == 4
    assert made(ines, replace(WEEKLY, show_historical_trends=False)).sections[0].weeks == ()


@pytest.mark.proves("G-02")
@pytest.mark.django_db
@pytest.mark.parametrize("most", [0, 2, 5, 20])
def test_no_more_flaws_are_shown_than_asked_for(ines: User, most: int) -> None:
    issues = made(ines, replace(WEEKLY, max_issues_shown=most)).sections[0].issues

    assert [issue.key for issue in issues] == ["dates", "objectives", "policies", "titles", "twins", "ranges"][:most]


@pytest.mark.proves("G-02")
@pytest.mark.django_db
@pytest.mark.parametrize(
    ("level", "keys"),
    [
        (Level.URGENT, ["dates"]),
        (Level.HIGH, ["dates", "objectives"]),
        (Level.MEDIUM, ["dates", "objectives", "policies"]),
        (Level.LOW, ["dates", "objectives", "policies", "titles", "twins"]),
    ],
)
def test_what_is_below_the_level_is_left_out(ines: User, level: Level, keys: list[str]) -> None:
    section = made(ines, replace(WEEKLY, priority_threshold=level)).sections[0]

    assert [issue.key for issue in section.issues] == keys
    assert all(action.level is not None for action in section.actions)


@pytest.mark.proves("G-02")
@pytest.mark.django_db
def test_what_to_do_first_is_named_or_is_not(ines: User) -> None:
    assert [point.key for point in made(ines, WEEKLY).sections[0].actions] == ["dates", "quiz", "objectives"]
    assert made(ines, replace(WEEKLY, include_recommendations=False)).sections[0].actions == ()


@pytest.mark.proves("G-02", "T-06")
@pytest.mark.django_db
def test_the_variant_stands_on_what_was_made_and_what_is_sent(ines: User) -> None:
    told = sender().preview_one(recipient_of(ines), MONDAY)

    assert told.delivery is not None
    assert told.delivery.arm == (told.delivery.digest.config.experiment_variant or "holdout")
    assert made(ines, DigestConfig.for_test_drive("B")).config.experiment_variant == "B"


@pytest.mark.proves("G-02")
@pytest.mark.django_db
def test_the_segment_decides_whose_sections_are_told_of(ines: User, section: Section) -> None:
    Teaching.objects.for_tenant(TenantId(section.institution_id)).update(role=Teaching.Role.ASSISTANT)

    assert len(made(ines, WEEKLY).sections) == 1
    assert made(ines, replace(WEEKLY, user_segment=Segment.INSTRUCTORS)).sections == ()


@pytest.mark.proves("G-02")
@pytest.mark.django_db
def test_a_digest_for_the_page_only_does_not_leave(ines: User) -> None:
    told = sender().preview_one(recipient_of(ines), MONDAY, replace(WEEKLY, send_email=False))

    assert (told.outcome, told.delivery) == ("page_only", None)


@pytest.mark.proves("G-02")
@pytest.mark.django_db
def test_the_short_template_leaves_out_weeks_and_flaws(ines: User) -> None:
    full, short = mail(ines, WEEKLY), mail(ines, replace(WEEKLY, email_template=Template.SHORT))

    assert ("About twins" in full.text, "About twins" in short.text) == (True, False)
    assert ("Until" in full.text, "Until" in short.text) == (True, False)
    assert len(short.html) < len(full.html)
