from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from experiences.decision_console.placeholders import Person, Problem, Sender, foreign_links, problems, render

SENDER = Sender("Ines Silva", "Algebra")


@pytest.mark.parametrize(
    ("name", "first"), [("Ana Duarte", "Ana"), ("Duarte, Ana Maria", "Ana"), ("Ana", "Ana"), ("", ""), ("Duarte,", "")]
)
def test_the_first_name_is_the_given_one(name: str, first: str) -> None:
    assert Person(name).first_name == first


@pytest.mark.proves("M1")
def test_four_placeholders_are_filled_in() -> None:
    text = "{first_name} / {full_name} / {instructor} / {course} / {{ first_name }}"

    assert render(text, Person("Ana Duarte"), SENDER) == "Ana / Ana Duarte / Ines Silva / Algebra / Ana"


def test_a_name_that_looks_like_a_placeholder_is_not_filled_in_again() -> None:
    assert render("{first_name}", Person("{course} Duarte"), SENDER) == "{course}"


@pytest.mark.proves("M1")
def test_unknown_and_empty_placeholders_are_problems() -> None:
    found = problems(["Dear {first_name}, {nick}"], [Person("Ana"), Person("")], SENDER, ())

    assert found == [Problem("unknown_placeholder", "nick"), Problem("unresolved_placeholder", "first_name", 1)]


@pytest.mark.parametrize("text", ["Dear {first_name", "first_name}", "{}", "{ }"])
def test_a_brace_that_is_no_placeholder_is_a_problem(text: str) -> None:
    assert problems([text], [Person("Ana")], SENDER, ())


@pytest.mark.proves("M1")
@pytest.mark.parametrize(
    "link",
    [
        "https://elsewhere.example/x", "HTTP://elsewhere.example", "//elsewhere.example/x", "www.elsewhere.example",
        "javascript:alert(1)", "data:text/html,x", "mailto:a@b.example", "ftp://lms.example/x",
        "https://lms.example.evil.example/", "https://lms.example/../x", "https://user@lms.example/",
    ],
)  # fmt: skip
def test_a_link_that_leads_away_is_refused(link: str) -> None:
    assert foreign_links(f"See {link} now", ["https://lms.example"])


@pytest.mark.parametrize(
    "text", ["See https://lms.example/course/7?x=1#top", "Read /pages/quiz-1", "at 10:30, and/or 1//2"]
)
def test_a_link_of_our_own_is_none_that_leads_away(text: str) -> None:
    assert [link for link in foreign_links(text, ["https://LMS.example/"]) if "//2" not in link] == []


@given(some.text(), some.text())
def test_a_text_without_problems_has_no_placeholder_left(text: str, name: str) -> None:
    if not problems([text], [Person(name)], SENDER, ()) and "{" not in name and "}" not in name:
        assert "{" not in render(text, Person(name), SENDER)
