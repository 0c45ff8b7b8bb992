"""The tray's page: where one is, what changed, what to do; whom it names, and that titles are text."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from courses.models import Institution, Learner, Page, Section
from dashboard_project.composition.tray import tray_service
from oracles.contract import TenantId
from tests import builders
from tests.experiences.hygiene_tray.conftest import at
from tests.oracles.instructor.rows import pages_of
from tests.web.trays import get, listed, text_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.proves("U-01")
def test_the_page_answers_three_questions_in_their_order(spoilt: Section, instructor: User) -> None:
    text = text_of(instructor)

    places = [text.index(f'id="{name}"') for name in ("where", "changed", "now", "issues", "parts")]
    assert places == sorted(places)
    assert 'data-fact="tray.open">2</data>' in text
    assert "0 of 2 are dealt with" in text
    assert listed(text) == ["missing_due_date", "no_objective"]
    assert text.count("<h1") == 1


@pytest.mark.proves("H-12")
@pytest.mark.parametrize(
    ("query", "faults"),
    [
        ("", ["missing_due_date", "no_objective"]),
        ("?severity=low", ["no_objective"]),
        ("?kind=due_dates", ["missing_due_date"]),
        ("?show=closed", []),
        ("?show=all&sort=newest", ["missing_due_date", "no_objective"]),
        ("?scope=container:unit-1", ["no_objective"]),
        ("?scope=container:unit-3", ["missing_due_date"]),
        ("?scope=container:nowhere&severity=enormous&kind=%00&sort=x&page=-1", ["missing_due_date", "no_objective"]),
    ],
)
def test_the_address_says_what_is_listed(query: str, faults: list[str], spoilt: Section, instructor: User) -> None:
    assert listed(text_of(instructor, query)) == faults


def test_learners_who_look_like_one_are_named_or_called_by_codes(section: Section, instructor: User) -> None:
    tenant = TenantId(section.institution_id)
    Learner.objects.for_tenant(tenant).filter(name__in=["Ada", "Ben"]).update(email="ada@learners.example")

    named = text_of(instructor)
    Institution.objects.filter(pk=tenant).update(names_hidden_since=timezone.now())
    hidden = text_of(instructor)

    assert "same_email" in listed(named)
    assert "Ada (ext-ada)" in named
    assert "Ada" not in hidden.replace(instructor.username, "")
    assert "ext-ada" not in hidden


def test_staff_who_may_mend_a_page_are_led_to_its_form_and_everybody_to_the_dashboard(
    spoilt: Section, instructor: User
) -> None:
    quiz = pages_of(spoilt)["quiz"]

    plain = text_of(instructor)
    User.objects.filter(pk=instructor.pk).update(is_staff=True, is_superuser=True)
    staff = text_of(User.objects.get(pk=instructor.pk))

    form = f"/admin/courses/page/{quiz.pk}/change/"
    assert "/s/lakeside/algebra/?scope=container:unit-3" in plain
    assert form not in plain
    assert form in staff


def test_a_long_tray_has_pages(section: Section, instructor: User) -> None:
    for number in range(60):
        builders.make_page(section, f"exam-{number}", 100 + number, graded=True)

    first, second = text_of(instructor, "?kind=due_dates"), text_of(instructor, "?kind=due_dates&page=2")

    # With the quiz of the golden section.
    assert [text.count('data-fault="missing_due_date"') for text in (first, second)] == [50, 11]
    assert 'id="next"' in first
    assert 'id="previous"' in second


@pytest.mark.proves("O-15", "G-05")
def test_the_page_and_the_service_say_the_same_numbers(spoilt: Section, instructor: User) -> None:
    text = text_of(instructor)
    tray = tray_service().get_tray(at(instructor, spoilt))

    by_fact = {fact: value for value, fact in re.findall(r'<data value="([^"]*)" data-fact="(tray\.\w+)"', text)}
    assert tray.score is not None
    assert float(by_fact["tray.score"]) == tray.score.score
    assert int(by_fact["tray.open"]) == tray.total_open == 2


def test_titles_are_text_whatever_they_hold(section: Section, instructor: User) -> None:
    tenant = TenantId(section.institution_id)
    Page.objects.for_tenant(tenant).filter(key="quiz").update(title="<script>alert(1)</script>", due_at=None)

    raw = get(instructor).content.decode()

    assert "<script>alert" not in raw
    assert "&lt;script&gt;alert(1)" in raw
