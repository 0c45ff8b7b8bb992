"""A template says nothing by itself: every word for people goes through a translation, attributes too."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.template.base import Lexer, TokenType

from tests.architecture.catalogue import templates
from tests.architecture.sources import shown
from tests.spoken import spoken

pytestmark = pytest.mark.proves("ROW-A2")

NAMES = {"CSV", "csv", "JSON", "Markdown", "ms"}
"""Names of formats and a unit: the same in every language."""
WORD = re.compile(r"[^\W\d_]{2,}")
OPENING, CLOSING = re.compile(r"blocktrans(late)?\b|comment\b"), re.compile(r"end(blocktrans(late)?|comment)\b")


def bare_words(source: str) -> list[str]:
    """The words of a template that no translation holds."""
    translated, html = 0, []
    for token in Lexer(source).tokenize():
        if token.token_type is TokenType.BLOCK:
            translated += bool(OPENING.match(token.contents)) - bool(CLOSING.match(token.contents))
        html.append(token.contents if token.token_type is TokenType.TEXT and not translated else " ")
    return [word for text in spoken("".join(html)) for word in WORD.findall(text) if word not in NAMES]


@pytest.mark.parametrize("path", templates(), ids=shown)
def test_a_template_has_no_words_of_its_own(path: Path) -> None:
    assert bare_words(path.read_text()) == []


@pytest.mark.parametrize(
    "template",
    [
        "<p>Sign in</p>", '<p title="Sign in">{{ x }}</p>', '<a aria-label="Go to {{ x }}">→</a>',
        "<p>{% translate 'Sign in' %} now</p>", "<p>{% blocktranslate %}a{% endblocktranslate %} now</p>",
        "<option value='x'>Every one</option>", "Sign in: {{ address }}",
    ],
)  # fmt: skip
def test_the_lint_sees_a_word_wherever_it_stands(template: str) -> None:
    assert bare_words(template)


@pytest.mark.parametrize(
    "template",
    [
        '<p class="lead" id="sign-in">{% translate "Sign in" %} · {{ n }} %</p>',
        "{% comment %}Sign in{% endcomment %}", "{# Sign in #}",
        "<p>{% blocktranslate count n=n %}{{ n }} day{% plural %}{{ n }} days{% endblocktranslate %}</p>",
        "<code>manage.py purge</code> <kbd>Esc</kbd>", "<!-- Sign in -->",
    ],
)  # fmt: skip
def test_the_lint_allows_what_is_translated_and_what_only_machines_read(template: str) -> None:
    assert bare_words(template) == []
