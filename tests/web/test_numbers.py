"""How numbers stand on the page: the value for machines, the text in the reader's language."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from html import unescape

import pytest
from django.utils import translation
from django.utils.html import strip_tags

from dashboard_project.templatetags.dashboard import definition, fact, geometry, moment, number, pct, together, why
from snapshot.contract import Why


def test_a_number_carries_its_value_and_its_fact() -> None:
    html = fact("summary.average_progress_pct", 53.6, "%")

    assert html == '<data value="53.6" data-fact="summary.average_progress_pct">53.6\u00a0%</data>'


def test_what_cannot_be_computed_is_two_dashes_and_no_value() -> None:
    assert fact("assessments.quiz.mean", None, "%") == '<data value="" data-fact="assessments.quiz.mean">--</data>'


def test_a_reader_of_spanish_sees_a_comma_and_a_machine_a_point() -> None:
    with translation.override("es"):
        assert fact("a", 53.6, "%") == '<data value="53.6" data-fact="a">53,6\u00a0%</data>'
        assert geometry(53.6) == "53.6"


@pytest.mark.parametrize(("value", "text"), [(0, "0\u00a0%"), (50.0, "50\u00a0%"), (99.9, "99.9\u00a0%"), (None, "--")])
def test_zero_is_a_number_and_unknown_is_not(value: float | None, text: str) -> None:
    assert pct(value) == text


def test_counts_have_no_decimals() -> None:
    assert number(2_000) == "2000"


def test_moments_are_told_in_the_section_s_own_time() -> None:
    assert moment(datetime(2026, 11, 21, 23, 30, tzinfo=UTC), "Europe/Madrid") == "22 Nov 2026, 00:30"


def test_a_key_with_markup_stays_text() -> None:
    assert "<script>" not in fact("progress.<script>.completed", 1)


def test_every_fact_of_a_container_has_the_words_of_its_kind() -> None:
    assert definition("progress.unit-1.completed") == definition("progress.completed") != ""


def test_the_reason_of_a_bucket_names_its_numbers() -> None:
    numbers = {"progress": 24.0, "progress_limit": 40, "proficiency": 31.0, "proficiency_limit": 40}

    told = why(Why("struggling_low", numbers))

    assert unescape(strip_tags(told)) == "progress 24 % < 40 and proficiency 31 % ≤ 40"


def test_no_line_ends_between_a_figure_and_its_unit_or_sign() -> None:
    numbers = {"progress": 24.5, "progress_limit": 40, "proficiency": 31.0, "proficiency_limit": 40}

    told = why(Why("struggling_low", numbers))

    assert re.findall(r'<span class="together">([^<]*)</span>', told) == ["24.5 %", "&lt; 40", "31 %", "≤ 40"]


@pytest.mark.parametrize(
    "text", ["nothing to count", "1 of 3 learners", "<b>5 %</b> & 7", "%", "2.5 % of 1,234.5 %.", ""]
)
def test_a_sentence_that_is_kept_together_says_the_same_and_stays_text(text: str) -> None:
    told = together(text)

    assert unescape(re.sub(r'</?span(?: class="together")?>', "", told)) == text
    assert "<b>" not in told
