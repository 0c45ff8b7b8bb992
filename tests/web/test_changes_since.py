"""What changed since …: since when, and what is said where nothing is kept of that day."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from courses.models import LastVisit, Section
from dashboard_project.kept_facts import FactsMemory
from tests import builders
from tests.web.kept_numbers import context_of, keep, page_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("fresh_caches")]


def visited(user: User, section: Section, ago: timedelta) -> None:
    builders.stored(
        LastVisit, section.institution_id, section=section, user=user, scope="course", seen_at=timezone.now() - ago
    )


def test_the_first_visit_has_nothing_to_compare_with_and_says_so(instructor: User, mixed: Section) -> None:
    keep(mixed, timedelta(days=8))

    html = page_of(instructor)

    assert 'data-state="first_visit"' in html
    assert 'id="compared"' not in html


def test_since_the_last_visit_is_since_the_numbers_of_that_day(instructor: User, mixed: Section) -> None:
    for ago in (9, 4, 2):
        keep(mixed, timedelta(days=ago))
    visited(instructor, mixed, timedelta(days=3))

    html = page_of(instructor)

    assert f'data-since="{(timezone.now() - timedelta(days=4)).date()}' in html


def test_somebody_elses_visit_is_not_mine(instructor: User, mixed: Section, colleague: User) -> None:
    keep(mixed, timedelta(days=8))
    visited(colleague, mixed, timedelta(days=3))

    assert 'data-state="first_visit"' in page_of(instructor)


@pytest.mark.parametrize("ago", [None, 6])
def test_a_week_of_which_nothing_is_kept_says_so_and_offers_what_is(
    instructor: User, mixed: Section, ago: int | None
) -> None:
    row = None if ago is None else keep(mixed, timedelta(days=ago))

    html = page_of(instructor, "?since=week")

    assert 'data-state="nothing_kept"' in html
    assert re.findall(r'<option value="(\d+)"', html) == ([] if row is None else [str(row.pk)])


def test_a_kept_day_can_be_chosen_newest_first(instructor: User, mixed: Section) -> None:
    older, newer = keep(mixed, timedelta(days=8)), keep(mixed, timedelta(days=2))

    html = page_of(instructor, f"?since={older.pk}")

    assert re.findall(r'<option value="(\d+)"( selected)?', html) == [(str(newer.pk), ""), (str(older.pk), " selected")]


def test_opening_the_dashboard_is_the_visit_that_the_page_tells_from(instructor: User, mixed: Section) -> None:
    memory, context = FactsMemory(lambda: 90), context_of(instructor)
    for ago in (timedelta(days=3), timedelta(minutes=5)):
        memory.visit(context, timezone.now() - ago)
    keep(mixed, timedelta(days=3))

    assert 'id="compared"' in page_of(instructor)


def test_a_since_that_means_nothing_is_the_last_visit_and_is_said(instructor: User, mixed: Section) -> None:
    html = page_of(instructor, "?since=yesterday")

    assert 'data-state="first_visit"' in html
    assert "The address has a value for “since” that cannot be" in html


def test_a_scope_that_is_not_there_is_said_and_the_course_is_shown(instructor: User, mixed: Section) -> None:
    html = page_of(instructor, "?scope=container:nowhere")

    assert "There is no such part in this section" in html
