"""The list under the ring: everybody there says why, who is sought is found, who is marked comes last."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from django.template.loader import get_template

from courses.contract import Beside, NotAConcern
from courses.models import ConcernNote
from dashboard_project.web.fragments import TileContent, render
from dashboard_project.web.present.look import Look
from dashboard_project.web.present.student_support import StudentSupportBody, body
from dashboard_project.web.urlstate import ViewState
from oracles.payloads import LearnerStanding
from snapshot.contract import Capability, Readiness, StudentSupportProjection
from tests.parity.html import parse
from tests.snapshot.classroom import NOW
from tests.snapshot.test_regrouping import by_hand
from tests.snapshot.test_student_support import DEFAULT, generated, person, support_of

IN_A_WEEK = NOW + timedelta(days=7)


@pytest.fixture(scope="module")
def class_of_500() -> StudentSupportProjection:
    return support_of(*generated(seed=500, size=500))


def look(*noted: int, sought: str = "", until: object = IN_A_WEEK) -> Look:
    assert until is IN_A_WEEK or until == NOW
    notes = tuple(NotAConcern(each, IN_A_WEEK if until is IN_A_WEEK else NOW, "talked", "ines") for each in noted)
    return Look(now=NOW, beside=Beside(notes), may_set=True, sought=sought)


def ids(found: StudentSupportBody) -> list[int]:
    return [each.row.learner_id for each in found.rows]


def html_of(projection: StudentSupportProjection, view: ViewState, seen: Look) -> str:
    content = TileContent(
        Capability.STUDENT_SUPPORT, "course", Readiness.READY, "idle", projection=projection, source="cache"
    )
    return render(content, view, seen).html(1)


@pytest.mark.proves("ROW-T5", "UX-2", "UX-3")
def test_who_reads_only_the_page_can_say_of_500_learners_why_each_is_where_they_are(
    class_of_500: StudentSupportProjection,
) -> None:
    """From the page alone: the sentence names the rule and this learner's numbers, which agree with a sum by hand."""
    standings, _ = generated(seed=500, size=500)
    by_id = {each.learner_id: each for each in standings}
    told: dict[int, str] = {}
    wrong: list[str] = []

    for bucket in class_of_500.buckets:
        page = parse(html_of(class_of_500, ViewState(bucket=bucket.id, rows=500), look()))
        assert page.one("h4", id="support-list-title").text.startswith(NAMES[bucket.id])
        for row in page.one("div", id="support-scroll").one("tbody").all("tr"):
            learner = int(row["id"].removeprefix("learner-"))
            told[learner] = row.one("span", class_="why").text
            cells = [each.text.removesuffix(" %") for each in row.all("td")]
            if by_hand(by_id[learner], DEFAULT) != bucket.id or not _agrees(told[learner], cells, by_id[learner]):
                wrong.append(f"{learner} in {bucket.id}: {told[learner]}")

    assert sorted(told) == list(range(1, 501))
    assert wrong == []


NAMES = {
    "struggling": "Struggling",
    "on_track": "On track",
    "excelling": "Excelling",
    "not_enough_information": "Not enough information",
}


def _agrees(text: str, cells: list[str], standing: LearnerStanding) -> bool:
    """The sentence is of the learner's group, its numbers are theirs, and the comparison it prints is true."""
    bucket = by_hand(standing, DEFAULT)
    numbers = [float(each) for each in re.findall(r"\d+(?:\.\d+)?", text)]
    if bucket == "not_enough_information":
        few = numbers[0] == standing.first_attempts < numbers[1] == 3
        return "are needed to judge proficiency" in text and few and cells[1] == "--"
    done = 100 * (standing.progress or 0.0)
    able = (
        100 * standing.first_correct + 20 * (standing.first_attempts - standing.first_correct)
    ) / standing.first_attempts
    progress, proficiency = (numbers[0], numbers[1]) if bucket == "on_track" else (numbers[0], numbers[2])
    theirs = [progress, proficiency, *(float(each) for each in cells)]
    if theirs != [pytest.approx(each, abs=0.0501) for each in (done, able, done, able)]:
        return False
    match bucket:
        case "excelling":
            return "≥ 80" in text and numbers[0] >= numbers[1] and numbers[2] >= numbers[3]
        case "struggling":
            return "≤ 40" in text and (numbers[0] < numbers[1] if "< 40" in text else numbers[0] > numbers[1])
    return "neither struggling nor excelling" in text and len(numbers) == 2


@pytest.mark.proves("UX-28")
def test_where_names_are_hidden_the_tile_says_so(class_of_500: StudentSupportProjection) -> None:
    shown, hidden = (
        html_of(class_of_500, ViewState(), replace(look(), names_are_hidden=each)) for each in (False, True)
    )

    assert "Your institution hides names" not in shown
    assert parse(hidden).one("p", id="names-hidden").text.startswith("Your institution hides names")


@pytest.mark.proves("ROW-T5")
def test_the_row_of_an_inactive_learner_says_since_when() -> None:
    standings, _ = generated(seed=3, size=3)
    people = [person(1, 0.5, "Ada"), person(2, 20, "Ben"), person(3, None, "Cleo")]

    pages = "".join(
        html_of(support_of(standings, people), ViewState(bucket=bucket), look())
        for bucket in ("struggling", "on_track", "excelling", "not_enough_information")
    )

    assert "inactive for 20 days" in pages
    assert "inactive: never active" in pages
    assert pages.count("tag--inactive") == 2


@pytest.mark.proves("UX-f", "UX-22")
def test_who_is_marked_comes_last_is_counted_and_changes_no_number(class_of_500: StudentSupportProjection) -> None:
    bucket = class_of_500.buckets[0]
    first, second = bucket.learners[0].learner_id, bucket.learners[1].learner_id
    view = ViewState(bucket=bucket.id, rows=500)

    found = body(class_of_500, view, look(first, second, 999_999))

    assert ids(found)[-2:] == [first, second]
    assert found.noted == 2
    assert sorted(ids(found)) == sorted(row.learner_id for row in bucket.learners)
    html = html_of(class_of_500, view, look(first))
    assert "1 marked as not a concern" in html
    assert re.search(
        rf'<tr id="learner-{first}" class="is-noted">.*?Not a concern until 16 Nov 2026, says ines: we', html
    )
    assert f'data-fact="student_support.{bucket.id}.count">{bucket.count}<' in html


@pytest.mark.proves("UX-f")
def test_who_is_marked_can_be_hidden_and_is_still_counted(class_of_500: StudentSupportProjection) -> None:
    bucket = class_of_500.buckets[0]
    first = bucket.learners[0].learner_id

    found = body(class_of_500, ViewState(bucket=bucket.id, rows=500, noted="hide"), look(first))

    assert first not in ids(found)
    assert (found.noted, found.matching) == (1, bucket.count - 1)


@pytest.mark.proves("UX-f")
def test_a_mark_ends_by_itself_when_its_moment_has_come(class_of_500: StudentSupportProjection) -> None:
    first = class_of_500.buckets[0].learners[0].learner_id

    found = body(class_of_500, ViewState(bucket=class_of_500.buckets[0].id), look(first, until=NOW))

    assert (found.noted, ids(found)[0]) == (0, first)


@pytest.mark.proves("ROW-T5")
@pytest.mark.parametrize("sought", ["zo\u00eb", "ZO\u00cb", "t. m"])
def test_a_part_of_a_name_finds_its_learners_and_says_where_others_are(sought: str) -> None:
    standings, _ = generated(seed=9, size=60)
    people = [person(n, 0, "Zoë T. Mirren" if n % 10 == 0 else f"Learner {n}") for n in range(1, 61)]
    projection = support_of(standings, people)
    expected = {
        bucket.id: [row.learner_id for row in bucket.learners if row.learner_id % 10 == 0]
        for bucket in projection.buckets
    }

    found = body(projection, ViewState(bucket="on_track"), look(sought=sought))

    assert ids(found) == expected["on_track"]
    assert {each.bucket: each.count for each in found.elsewhere} == {
        name: len(learners) for name, learners in expected.items() if learners and name != "on_track"
    }


def test_the_address_of_the_way_back_holds_no_name(class_of_500: StudentSupportProjection) -> None:
    found = body(class_of_500, ViewState(bucket="on_track", active="1"), look(sought="Zoë"))

    assert found.address == "?s.bucket=on_track&s.active=1"
    assert "Zoë" not in repr(found)


def test_20_rows_are_shown_and_20_more_when_asked(class_of_500: StudentSupportProjection) -> None:
    bucket = class_of_500.buckets[1]

    first = body(class_of_500, ViewState(bucket=bucket.id), look())
    second = body(class_of_500, ViewState(bucket=bucket.id, rows=first.more), look())

    assert (len(first.rows), len(second.rows), first.remaining) == (20, 40, bucket.count - 20)
    assert ids(second)[:20] == ids(first)


@pytest.mark.proves("UX-5")
def test_rows_belong_to_the_selection_and_say_by_which_rule(class_of_500: StudentSupportProjection) -> None:
    bucket = class_of_500.buckets[0]

    html = html_of(class_of_500, ViewState(bucket=bucket.id), look())

    assert len(re.findall(r'<input type="checkbox" form="selection" name="learner" value="\d+"', html)) == 20
    assert f'form="selection" name="rule" value="student_support.{bucket.id}"' in html


def test_who_may_not_set_is_offered_no_mark_and_no_undo(class_of_500: StudentSupportProjection) -> None:
    bucket = class_of_500.buckets[0]
    notes = Beside((NotAConcern(bucket.learners[0].learner_id, IN_A_WEEK, "", "ines"),))

    html = html_of(class_of_500, ViewState(bucket=bucket.id, rows=500), Look(now=NOW, beside=notes))

    assert "Not a concern until 16 Nov 2026" in html
    assert "concern-mark" not in html
    assert 'name="undo"' not in html


def test_the_words_of_every_reason_are_there() -> None:
    words = {
        get_template("dashboard/concern_reason.html").render({"reason": each}).strip()
        for each in ConcernNote.Reason.values
    }

    assert len(words) == len(ConcernNote.Reason.values)
    assert words.isdisjoint(ConcernNote.Reason.values)
