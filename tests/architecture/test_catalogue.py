"""Spanish is complete: every text of every template and of the code, with what it is filled with, compiled."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

import polib
import pytest

from tests.architecture.catalogue import Message, in_code, in_template, messages
from tests.architecture.sources import ROOT

pytestmark = pytest.mark.proves("ROW-A2")

FOLDER = ROOT / "locale/es/LC_MESSAGES"
GAPS = re.compile(r"%(?:\(\w+\))?[sd]|\{\w+\}|</?\w+>")
"""What is filled in, and what marks a text up. A percent sign may stand anywhere."""


@cache
def source() -> polib.POFile:
    return polib.pofile(str(FOLDER / "django.po"))


def compiled() -> polib.MOFile:
    return polib.mofile(str(FOLDER / "django.mo"))


def said(entry: polib.POEntry | polib.MOEntry) -> tuple[str, ...]:
    return tuple(entry.msgstr_plural[form] for form in sorted(entry.msgstr_plural)) or (entry.msgstr,)


def content(entries: Sequence[polib.POEntry | polib.MOEntry]) -> dict[Message, tuple[str, ...]]:
    return {Message(entry.msgid, entry.msgid_plural or ""): said(entry) for entry in entries}


def test_every_text_that_can_be_translated_is_in_the_catalogue() -> None:
    known = content(source())

    missing = {message: where for message, where in messages().items() if message not in known}

    assert missing == {}, "run `make messages`, then translate them"


def test_the_catalogue_holds_nothing_that_nobody_says_any_more() -> None:
    assert [entry.msgid for entry in source().obsolete_entries()] == []
    assert [message for message in content(source()) if message not in messages()] == []


def test_nothing_is_left_untranslated_or_merely_guessed() -> None:
    assert [entry.msgid for entry in source() if not all(said(entry)) or entry.fuzzy] == []


def test_a_translation_is_filled_with_what_its_text_is_filled_with() -> None:
    unlike = []
    for entry in source():
        allowed = {tuple(sorted(GAPS.findall(text))) for text in (entry.msgid, entry.msgid_plural or entry.msgid)}
        unlike += [text for text in said(entry) if tuple(sorted(GAPS.findall(text))) not in allowed]

    assert unlike == []


def test_a_number_has_as_many_forms_as_the_language() -> None:
    assert source().metadata["Plural-Forms"] == "nplurals=2; plural=(n != 1);"
    assert [entry.msgid for entry in source() if entry.msgid_plural and len(said(entry)) != 2] == []


def test_the_compiled_catalogue_says_what_its_source_says() -> None:
    """Both are kept: whoever installs the product needs no gettext."""
    assert content(compiled()) == content(source()), "run `make messages`"


def test_the_reader_of_templates_sees_every_way_to_say_something() -> None:
    template = (
        "{% load i18n %}{% if a %}{% translate 'One' %}{% else %}{% for b in c %}"
        "{% blocktranslate trimmed %}\n Two {{ b }}\n% {% endblocktranslate %}{% endfor %}{% endif %}"
        "{% blocktranslate count n=a %}{{ n }} day{% plural %}{{ n }} days"
        '{% endblocktranslate %}{{ a|date:_("j M") }}{% block x %}{% translate "Three" as three %}{% endblock %}'
    )

    assert set(in_template(template)) == {
        Message("One"), Message("Two %(b)s %%"), Message("%(n)s day", "%(n)s days"), Message("j M"), Message("Three"),
    }  # fmt: skip


def test_the_reader_of_code_sees_every_call_and_joins_what_is_written_in_pieces() -> None:
    code = "_('One'); translation.gettext('Two ' 'pieces'); ngettext_lazy('a day', 'days', n); gettext(text)"

    assert set(in_code(code)) == {Message("One"), Message("Two pieces"), Message("a day", "days")}
