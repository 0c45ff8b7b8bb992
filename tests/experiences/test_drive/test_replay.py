"""The replay of the last four weeks: from events, another each week, and equal to what a query finds as of each end."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db.models import QuerySet

from courses.models import Institution, LearningEvent, Page, Section
from dashboard_project.composition.test_drive import SAMPLE, GeneratedSamples
from experiences.calculators.pace_runway import PaceRunwayCalculator
from experiences.calculators.trend import TrendCalculator, Week, last_week_ends
from ingest.adapters.sample.institutions import generate
from oracles.contract import OracleContext, TenantId
from oracles.instructor import pace, trend

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 4, 12, 0, tzinfo=UTC)
"""A Wednesday, in the ninth week of the sample."""


@pytest.fixture
def sample(db: None) -> TenantId:
    return GeneratedSamples().make("sandbox-1-1", NOW)


def asked(tenant_id: TenantId, now: datetime = NOW) -> OracleContext:
    (context,) = GeneratedSamples().sections(tenant_id)
    return OracleContext(context.scope, None, now)


def replayed(tenant_id: TenantId) -> tuple[Week, ...]:
    calculator = TrendCalculator()
    standings = calculator.standings(trend.load(asked(tenant_id)), NOW)
    return calculator.replay(standings, last_week_ends(NOW, 4))


def events_before(tenant_id: TenantId, end: datetime) -> QuerySet[LearningEvent]:
    return LearningEvent.objects.for_tenant(tenant_id).filter(timestamp__lt=end)


@pytest.mark.proves("T-05")
def test_each_week_is_another(sample: TenantId) -> None:
    weeks = replayed(sample)

    assert len(weeks) == 4
    assert len({week.values["progress_pct"] for week in weeks}) == 4
    progress = [week.values["progress_pct"] or 0 for week in weeks]
    assert progress == sorted(progress)


@pytest.mark.proves("T-05")
def test_each_week_equals_a_query_as_of_its_end(sample: TenantId) -> None:
    section = Section.objects.for_tenant(sample).get()
    pages = Page.objects.for_tenant(sample).filter(section=section).count()

    for week in replayed(sample):
        before = events_before(sample, week.end)
        attempts = before.exclude(activity=None).exclude(success=None)
        tried = {(event.learner_id, event.activity_id): event.page_id for event in attempts}
        sizes = {page.pk: page.activities.count() for page in Page.objects.for_tenant(sample)}
        done = sum(1 / sizes[page] for page in tried.values())
        opened = {
            (event.learner_id, event.page_id)
            for event in before.select_related("page")
            if not sizes[event.page_id] and (not event.page.graded or event.verb in ("submitted", "scored"))
        }
        share = (done + len(opened)) / (20 * pages)
        assert week.values["events"] == before.count()
        assert week.values["progress_pct"] == pytest.approx(100 * share)


@pytest.mark.proves("T-05")
def test_slack_as_of_a_week_end_does_not_know_what_came_later(sample: TenantId) -> None:
    end = last_week_ends(NOW, 2)[0]
    before = PaceRunwayCalculator().of_class(pace.load(asked(sample, end)))

    LearningEvent.objects.for_tenant(sample).filter(timestamp__gte=end).delete()

    assert PaceRunwayCalculator().of_class(pace.load(asked(sample, end))) == before
    assert PaceRunwayCalculator().of_class(pace.load(asked(sample, end + timedelta(weeks=1)))) != before


@pytest.mark.proves("T-04")
def test_the_sample_is_the_same_under_any_name(sample: TenantId) -> None:
    other = GeneratedSamples().make("sandbox-2-9", NOW)

    assert other != sample
    told = [
        list(LearningEvent.objects.for_tenant(each).order_by("timestamp", "event_id").values_list("timestamp", "verb"))
        for each in (sample, other)
    ]
    assert told[0] == told[1]
    assert len(told[0]) == len(list(generate(SAMPLE, SAMPLE.sections[0], NOW).events()))
    assert Institution.objects.get(pk=other).name == "Sample institution"
