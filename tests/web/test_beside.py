"""What tiles say beside their numbers: how they stood last week, and what somebody has set."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from django.contrib.auth.models import User
from django.utils import translation
from pytest_django import DjangoAssertNumQueries, Settings

from courses.access import Granted, resolve
from courses.audit import Actor
from courses.contract import Beside, DashboardContext, Earlier, SupportThresholds
from courses.models import KeptFacts
from courses.support_settings import DEFAULTS, Edit, save
from dashboard_project.web.beside import with_beside
from dashboard_project.web.fragments import TileContent, render
from dashboard_project.web.news import News
from dashboard_project.web.present.look import Look
from dashboard_project.web.settings_news import settings_news
from dashboard_project.web.urlstate import ViewState
from snapshot.contract import Capability, Card, Readiness, SummaryProjection
from snapshot.fingerprint import config_signature

NOW = datetime(2026, 11, 10, 9, 30, tzinfo=UTC)
FACTS = {
    "summary.average_progress_pct": 50.0,
    "summary.average_proficiency_pct": 61.5,
    "summary.average_assessment_pct": None,
    "summary.class_size": 4,
}
CARDS = (
    Card("summary.average_progress_pct", 52.1, 4, "ready"),
    Card("summary.average_proficiency_pct", 60.0, 2, "ready"),
    Card("summary.average_assessment_pct", None, 0, "no_data"),
)


@pytest.fixture
def context(instructor: User, settings: Settings) -> DashboardContext:
    settings.FACTS_KEPT_DAYS = 90
    access = resolve(instructor, "lakeside", "algebra")
    assert isinstance(access, Granted)
    return access.context


def kept(context: DashboardContext, days_ago: int, signature: str = "", progress: float = 50.0) -> None:
    at = NOW - timedelta(days=days_ago)
    KeptFacts.objects.for_tenant(context.tenant_id).create(
        section_id=context.scope.section_id,
        scope=context.scope.address,
        config_signature=signature or config_signature(context.semantics),
        taken_at=at,
        day=at.date(),
        events=0,
        facts=FACTS | {"summary.average_progress_pct": progress},
        fingerprints={},
    )


def strip(earlier: Earlier | None) -> str:
    content = TileContent(
        Capability.SUMMARY, "course", Readiness.READY, "idle", projection=SummaryProjection(4, CARDS, None)
    )
    return render(content, ViewState(), Look(now=NOW, beside=Beside(earlier=earlier))).html(1)


# ---- last week --------------------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.proves("UX-23")
def test_the_newest_numbers_that_are_a_week_old_are_compared_with(context: DashboardContext) -> None:
    kept(context, 20)
    kept(context, 8, progress=47.0)
    kept(context, 3)

    earlier = with_beside(context, NOW).beside.earlier

    assert earlier is not None
    assert earlier.taken_at == NOW - timedelta(days=8)
    assert dict(earlier.facts) == {"summary.average_progress_pct": 47.0, "summary.average_proficiency_pct": 61.5}


@pytest.mark.django_db
def test_under_other_settings_only_what_depends_on_none_is_compared(context: DashboardContext) -> None:
    kept(context, 8, signature="others")

    earlier = with_beside(context, NOW).beside.earlier

    assert earlier is not None
    assert dict(earlier.facts) == {"summary.average_progress_pct": 50.0}


@pytest.mark.django_db
def test_without_numbers_of_then_nothing_is_compared(context: DashboardContext) -> None:
    kept(context, 6)

    assert with_beside(context, NOW).beside.earlier is None


@pytest.mark.django_db
def test_what_is_beside_costs_two_queries(
    context: DashboardContext, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    kept(context, 8)

    with django_assert_num_queries(2):
        with_beside(context, NOW)


@pytest.mark.proves("UX-23")
def test_the_strip_says_by_how_much_since_when_and_no_second_fact() -> None:
    facts = (("summary.average_progress_pct", 50.0), ("summary.average_proficiency_pct", 61.5))

    html = strip(Earlier(NOW - timedelta(days=8), facts))

    assert "+2.1 points since last week" in html
    assert "−1.5 points since last week" in html
    assert html.count("points since") == 2
    assert re.findall(r'data-fact="([^"]+)"', html) == re.findall(r'data-fact="([^"]+)"', strip(None))


def test_older_numbers_are_named_by_their_day_and_equal_ones_say_so() -> None:
    facts = (("summary.average_progress_pct", 50.0), ("summary.average_proficiency_pct", 60.0))

    html = strip(Earlier(NOW - timedelta(days=30), facts))

    assert "+2.1 points since 11 Oct 2026" in html
    assert "as on 11 Oct 2026" in html
    assert "points" not in strip(None)


# ---- what somebody has set ----------------------------------------------------------------------------------------


def set_by(context: DashboardContext, wanted: SupportThresholds, seen: int, name: str, **options: bool) -> None:
    save(context, Edit(wanted, seen, **options), Actor(f"user-{name}", name), NOW)


def renewed(context: DashboardContext, version: int) -> DashboardContext:
    support = msgspec.structs.replace(context.semantics.support, version=version)
    return replace(context, semantics=msgspec.structs.replace(context.semantics, support=support))


@pytest.mark.django_db
@pytest.mark.proves("UX-k")
def test_who_has_it_open_is_told_who_set_what_oldest_first(context: DashboardContext) -> None:
    set_by(context, SupportThresholds(inactivity_days=14), 0, "ana")
    set_by(context, DEFAULTS, 1, "bea", is_reset=True)

    news = settings_news(context, renewed(context, 2))

    assert news is not None
    assert news.sentences == (
        "ana changed the inactivity limit from 7 to 14 days.",
        "bea set the parameters of student support back to their defaults.",
    )


@pytest.mark.django_db
def test_whoever_set_it_is_called_you_and_another_change_is_not_told_again(context: DashboardContext) -> None:
    actor = Actor(f"user-{context.user_id}", "ines")
    save(context, Edit(SupportThresholds(inactivity_days=14), 0), actor, NOW)
    save(context, Edit(SupportThresholds(inactivity_days=14, progress_low=30), 1), actor, NOW)

    news = settings_news(renewed(context, 1), renewed(context, 2))

    assert news is not None
    with translation.override("en"):
        assert news.sentences == ("You changed the limit of low progress from 40 to 30 %.",)
    assert settings_news(context, context) is None


def test_a_turn_to_say_something_is_taken_once_in_half_a_minute() -> None:
    news = News()

    assert [news.take_turn(now) for now in (0.0, 10.0, 29.9, 30.0)] == [True, False, False, True]
