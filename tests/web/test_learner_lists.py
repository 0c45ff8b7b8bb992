"""Lists of learners on the page: as long as the numbers they stand behind, and asked only when looked at."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from courses.models import Institution, Page, Section
from oracles.contract import TenantId
from tests import builders
from tests.oracles.instructor.rows import learners_of, make_score, mix_the_class, pages_of
from tests.web.facts import facts_of
from tests.web.test_pages import DASHBOARD, page_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("parts_end")]


@pytest.fixture
def worked(section: Section) -> Section:
    """The golden mixture; the quiz was due, Ada has a score, Ben awaits his grade, Cleo and Dan handed nothing in."""
    mix_the_class(section)
    quiz, learners = pages_of(section)["quiz"], learners_of(section)
    pages = Page.objects.for_tenant(TenantId(section.institution_id)).filter(pk=quiz.pk)
    pages.update(due_at=datetime.now(UTC) - timedelta(days=2))
    make_score(learners["Ada"], quiz, 80, submitted_at=datetime.now(UTC) - timedelta(days=3))
    make_score(learners["Ben"], quiz, None, submitted_at=datetime.now(UTC) - timedelta(days=1))
    return section


def look(user: User, query: str) -> str:
    return page_of(user, f"{DASHBOARD}?complete=1&{query}")


def listed(html: str, list_id: str = "behind") -> list[str]:
    """The names that can be selected, in their order."""
    found = re.findall(rf'id="{list_id}-pick(?:ed)?-\d+"[^>]*><span>([^<]*)</span>', html)
    return [str(name) for name in found]


def among(html: str) -> list[str]:
    return re.findall(r'class="among-value">([^<]*)<', html)


@pytest.mark.proves("ROW-T4")
@pytest.mark.parametrize(("side", "names"), [("todo", ["Dan", "Ben"]), ("done", ["Ada", "Cleo"])])
def test_a_bar_lists_the_learners_behind_it(instructor: User, worked: Section, side: str, names: list[str]) -> None:
    builders.make_progress(learners_of(worked)["Ben"], pages_of(worked)["unit-2-page-1"])

    html = look(instructor, f"p.open=unit-2&p.side={side}")

    assert listed(html) == names
    assert facts_of(html)["progress.unit-2.completed"] == "2"
    assert "Not yet: 2" in html
    assert "Done: 2" in html


@pytest.mark.proves("ROW-T4")
def test_the_list_follows_the_threshold_as_the_bar_does(instructor: User, worked: Section) -> None:
    ben, pages = learners_of(worked)["Ben"], pages_of(worked)
    for number in (1, 2):
        builders.make_progress(ben, pages[f"unit-2-page-{number}"])

    html = look(instructor, "p.threshold=60&p.open=unit-2&p.side=done")

    assert listed(html) == ["Ada", "Ben", "Cleo"]
    assert facts_of(html)["progress.unit-2.completed"] == "3"


@pytest.mark.proves("ROW-T4", "UX-13")
def test_twenty_rows_and_twenty_more(instructor: User, section: Section) -> None:
    for number in range(41):
        builders.make_learner(section, f"Learner {number:02}")

    first, second, third = (look(instructor, f"p.open=unit-1&p.rows={rows}") for rows in (20, 40, 60))

    assert [len(listed(html)) for html in (first, second, third)] == [20, 40, 45]
    assert "Show more (25 left)" in first
    assert "Show more" not in third.partition('id="behind"')[2].partition("</section>")[0]


@pytest.mark.proves("ROW-T8", "UX-d")
@pytest.mark.parametrize(
    ("which", "names", "label"),
    [
        ("todo", ["Ben", "Cleo", "Dan"], "Without a score: 3"),
        ("missing", ["Cleo", "Dan"], "Missing: 2"),
        ("awaiting", ["Ben"], "Awaiting a grade: 1"),
        ("late", ["Ben"], "Late: 1"),
    ],
)
def test_a_card_lists_who_has_no_score_and_why(
    instructor: User, worked: Section, which: str, names: list[str], label: str
) -> None:
    html = look(instructor, f"a.list=quiz:{which}")

    assert listed(html, "listed-quiz") == names
    assert label in html
    assert facts_of(html)["assessments.quiz.completed"] == "1"


@pytest.mark.proves("UX-5", "ROW-T4")
def test_rows_can_be_selected_for_a_message_and_all_that_are_shown_at_once(instructor: User, worked: Section) -> None:
    plain, picked = look(instructor, "p.open=unit-2"), look(instructor, "p.open=unit-2&pick=progress")

    boxes = re.findall(r'<input type="checkbox" form="selection" name="learner" value="(\d+)"[^>]*>', plain)
    assert {int(value) for value in boxes} >= {learners_of(worked)[name].pk for name in ("Ben", "Dan")}
    assert '<button id="behind-write" form="selection" name="rule" value="progress.unit-2.todo">' in plain
    assert re.findall(r'id="behind-pick-\d+"[^>]*checked', plain) == []
    assert len(re.findall(r'id="behind-picked-\d+"[^>]*checked', picked)) == 2


@pytest.mark.proves("UX-14")
@pytest.mark.parametrize(
    ("only", "bars"),
    [
        ("bucket:struggling", ["1 of these 1", "1 of these 1", "0 of these 1"]),
        ("progress:unit-2:done", ["2 of these 2", "2 of these 2", "0 of these 2"]),
        ("assessment:quiz:missing", ["1 of these 2", "1 of these 2", "0 of these 2"]),
    ],
)
def test_every_tile_says_how_many_of_the_chosen_and_no_fact_changes(
    instructor: User, worked: Section, only: str, bars: list[str]
) -> None:
    plain, chosen = look(instructor, ""), look(instructor, f"f={only}")

    assert among(chosen)[:3] == bars
    assert facts_of(chosen) == facts_of(plain)
    assert among(plain) == []
    assert chosen.count('class="only"') == 3


@pytest.mark.proves("UX-14")
def test_a_filter_narrows_the_other_lists(instructor: User, worked: Section) -> None:
    html = look(instructor, "f=assessment:quiz:missing&p.open=unit-2&p.side=done")

    assert listed(html) == ["Cleo"]
    assert "1 of these 2 are among those whom the view is limited to." in html


@pytest.mark.proves("UX-14", "UX-19")
def test_a_filter_of_what_is_not_here_limits_nothing_and_says_so(instructor: User, worked: Section) -> None:
    html = look(instructor, "f=progress:nowhere:todo&p.open=unit-2")

    assert "is not in this part of the course, so everybody counts" in html
    assert listed(html) == ["Ben", "Dan"]


def test_a_bar_that_is_not_here_opens_nothing(instructor: User, worked: Section) -> None:
    html = look(instructor, "scope=container:unit-1&p.open=unit-2")

    assert 'id="behind"' not in html
    assert 'data-readiness="failed"' not in html


def test_learners_of_another_tenant_are_in_no_list(
    instructor: User, worked: Section, other_institution: Institution
) -> None:
    other = builders.golden_section(other_institution)
    mix_the_class(other)
    foreign = {learner.pk for learner in learners_of(other).values()}

    html = look(instructor, "p.open=unit-2&a.list=quiz:todo&f=progress:unit-2:todo")

    shown = {int(value) for value in re.findall(r'name="learner" value="(\d+)"', html)}
    assert shown
    assert not shown & foreign


def test_a_page_without_a_list_does_not_ask_who_did_what(instructor: User, worked: Section) -> None:
    with CaptureQueriesContext(connection) as asked:
        look(instructor, "")

    assert not [query for query in asked.captured_queries if "standing.done * 100.0 / bar.pages, 0.0" in query["sql"]]


@pytest.mark.proves("UX-18", "UX-25")
def test_every_chart_has_a_name_a_sentence_a_table_and_its_definitions(instructor: User, worked: Section) -> None:
    html = look(instructor, "")

    for capability, table in (("progress", "progress-table"), ("assessments", "assessments-table")):
        tile = html.partition(f'id="tile-{capability}"')[2].partition("</section>")[0]
        assert '<p class="sentence"' in tile
        assert f'id="how-{capability}"' in tile
        assert f'<summary id="{table}">' in tile
        assert all("aria-labelledby" in mark for mark in re.findall(r'<svg[^>]*role="img"[^>]*>', tile))
        assert re.findall(r'<svg[^>]*role="img"', tile)
    assert "Table of the scores" in html
    assert "Work that was handed in and awaits its grade is not missing." in html


@pytest.mark.proves("UX-19", "ROW-T7")
def test_without_evidence_no_objective_is_judged(instructor: User, section: Section) -> None:
    assert 'class="sentence" data-state="no_data"' in look(instructor, "")


@pytest.mark.proves("UX-19", "ROW-T7")
def test_evidence_that_is_good_says_that_nothing_is_challenging(instructor: User, worked: Section) -> None:
    assert 'class="sentence" data-state="empty_low_proficiency"' in look(instructor, "")
