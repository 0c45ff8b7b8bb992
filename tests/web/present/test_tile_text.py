"""The text of a tile: what the picture says, the table says; a list that failed has its own way back."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from django.template.loader import get_template
from hypothesis import HealthCheck, given, settings

from coordinator.contract import Token
from dashboard_project.web.board import Board
from dashboard_project.web.fragments import TileContent
from dashboard_project.web.present import present
from dashboard_project.web.present.look import look_of
from dashboard_project.web.present.people import People
from dashboard_project.web.urlstate import ViewState
from oracles.contract import HAND_INS, LEARNER_PROGRESS, Failed, FailureReason, OracleKey
from oracles.payloads import HandIns
from snapshot.contract import AssessmentsProjection, Capability, Projection, Readiness
from tests.snapshot.classroom import MIXED, NOW, Classroom
from tests.web.present.answers import THRESHOLDS, Progressed, handed_in, progressed, resources, roster
from tests.web.present.test_assessments import card_of
from tests.web.test_parts import House, viewing

CLASS = Classroom(MIXED, (100.0,))
QUICK = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def text_of(capability: Capability, projection: Projection, view: ViewState, people: People) -> str:
    tile = TileContent(capability, "course", Readiness.READY, "idle", projection)
    body = present(capability, projection, view, look_of(view, people, NOW))
    return get_template(tile.template).render({"tile": tile, "body": body})


def rows_of(html: str, region: str) -> dict[str, list[str]]:
    """A table's cells by the heading of their row."""
    table = html.partition(f'id="{region}"')[2].partition("</table>")[0]
    rows = re.findall(r"<tr><th scope=\"row\">(.*?)</th>(.*?)</tr>", table, re.DOTALL)
    return {_plain(head): [_plain(cell) for cell in re.findall(r"<td[^>]*>(.*?)</td>", cells)] for head, cells in rows}


def _plain(html: str) -> str:
    return re.sub(r"<[^>]+>", "", html).strip()


@pytest.mark.proves("ROW-T3", "UX-25")
@QUICK
@given(progressed(), THRESHOLDS)
def test_every_bar_says_the_number_that_its_row_in_the_table_says(made: Progressed, threshold: int) -> None:
    view = ViewState(threshold=threshold)

    html = text_of(Capability.PROGRESS, made.chart(threshold), view, People())

    bars = re.findall(r'id="bar-title-(unit-\d)">.*?class="bar-value">(\d+) ', html, re.DOTALL)
    table = rows_of(html, "progress-scroll")
    assert bars
    assert {key: int(shown) for key, shown in bars} == {key: int(table[key.title()][0]) for key, _ in bars}
    assert {key: int(shown) for key, shown in bars} == {key: len(made.done(key, threshold)) for key, _ in bars}


@pytest.mark.proves("ROW-T8", "UX-7", "UX-25")
@QUICK
@given(handed_in())
def test_every_column_says_the_number_that_its_row_in_the_table_says(answer: HandIns) -> None:
    card = card_of(answer)
    projection = AssessmentsProjection("populated", len(answer.learners), (card,))

    html = text_of(Capability.ASSESSMENTS, projection, ViewState(), People())

    columns = [int(count) for count in re.findall(r'<text class="count"[^>]*>(\d+)</text>', html)]
    table = [int(cells[0]) for cells in rows_of(html, "scores-table-quiz").values()]
    assert table == [item.count for item in card.bins]
    assert columns == [count for count in table if count]


@pytest.mark.proves("UX-14", "UX-18")
@QUICK
@given(progressed())
def test_the_numbers_of_the_class_are_the_same_whomever_the_view_is_about(made: Progressed) -> None:
    people = People(roster(made.learners), resources(tuple(made.shares)), made.answer)
    facts = re.compile(r'<data value="([^"]*)" data-fact="([^"]*)"')

    plain, chosen = (
        text_of(Capability.PROGRESS, made.chart(100), ViewState(only=only), people)
        for only in ("", "progress:unit-1:todo")
    )

    assert facts.findall(plain) == facts.findall(chosen)


@pytest.mark.proves("ROW-T9", "ROW-T4")
@pytest.mark.parametrize(
    ("capability", "key", "view", "retry"),
    [
        (Capability.PROGRESS, LEARNER_PROGRESS, ViewState(bar="unit-1"), "behind-retry"),
        (Capability.ASSESSMENTS, HAND_INS, ViewState(listed="quiz:todo"), "listed-quiz-retry"),
    ],
)
def test_a_list_that_failed_can_be_retried_and_takes_no_number_with_it(
    capability: Capability, key: OracleKey, view: ViewState, retry: str
) -> None:
    house = House()
    results = {**CLASS.results(), key: Failed(CLASS.scope, key, FailureReason.ORACLE_ERROR)}
    board = Board(Token(1), CLASS.scope, results, is_complete=True)

    made = house.maker.make([capability], board, replace(viewing(CLASS.scope), view=view))
    html = made[capability].html(1)

    assert f'id="{retry}" form="view" name="retry" value="{capability.value}"' in html
    assert 'data-readiness="ready" data-work="idle"' in html
    assert "data-fact=" in html
