"""A template says nothing by itself: every word for people goes through a translation, attributes too."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.template.base import Lexer, TokenType

from tests.architecture.catalogue import templates
from tests.architecture.sources import shown

pytestmark = pytest.mark.proves("ROW-A2")

NAMES = {"CSV", "csv", "JSON", "Markdown", "ms"}
"""Names of formats and a unit: the same in every language."""
SPOKEN = {"alt", "aria-description", "aria-label", "aria-roledescription", "label", "placeholder", "title"}
SILENT = {"code", "kbd", "script", "style"}
"""What a machine or a keyboard reads."""
WORD = re.compile(r"[^\W\d_]{2,}")
OPENING, CLOSING = re.compile(r"blocktrans(late)?\b|comment\b"), re.compile(r"end(blocktrans(late)?|comment)\b")


class Words(HTMLParser):
    """Collects what people read or hear."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in SILENT
        self.found += [word for name, value in attrs if name in SPOKEN for word in WORD.findall(value or "")]

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in SILENT

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.found += WORD.findall(data)


def bare_words(source: str) -> list[str]:
    """The words of a template that no translation holds."""
    reader, translated, html = Words(), 0, []
    for token in Lexer(source).tokenize():
        if token.token_type is TokenType.BLOCK:
            translated += bool(OPENING.match(token.contents)) - bool(CLOSING.match(token.contents))
        html.append(token.contents if token.token_type is TokenType.TEXT and not translated else " ")
    reader.feed("".join(html))
    reader.close()
    return [word for word in reader.found if word not in NAMES]


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
