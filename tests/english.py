"""Finds English on a page in Spanish: texts that match a message of the catalogue, whatever it is filled with."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

import polib

from tests.architecture.sources import ROOT

GAP = re.compile(r"%%|%\(\w+\)[sd]|%[sd]|\{\w+\}|\s+")
WORD = re.compile(r"[^\W\d_]{3,}")
"""One that tells a message from data; `of` alone does not."""
FILLINGS = {"%%": "%", " ": r"\s+"}


@cache
def _messages() -> tuple[re.Pattern[str], ...]:
    entries = polib.pofile(str(ROOT / "locale/es/LC_MESSAGES/django.po"))
    spanish = {text for each in entries for text in (each.msgstr, *each.msgstr_plural.values())}
    texts = {text for each in entries for text in (each.msgid, each.msgid_plural) if text and text not in spanish}
    return tuple(re.compile(_pattern(text)) for text in sorted(texts) if WORD.search(GAP.sub(" ", text)))


def _pattern(text: str) -> str:
    pieces, gaps = GAP.split(text.strip()), GAP.findall(text.strip())
    filled = [FILLINGS.get(gap if gap.strip() else " ", ".{1,200}?") for gap in gaps]
    return "".join(re.escape(piece) + gap for piece, gap in zip(pieces, [*filled, ""], strict=True))


def english(texts: Iterable[str]) -> list[str]:
    """Those of the texts that are a message in English."""
    told = {" ".join(text.split()) for text in texts}
    return sorted(text for text in told if any(message.fullmatch(text) for message in _messages()))
