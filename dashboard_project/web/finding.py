"""Which part of a course somebody means who types some words. Pure; the page's script goes by the same rule."""

from __future__ import annotations

from collections.abc import Sequence

from dashboard_project.web.page import Option


def find(parts: Sequence[Option], words: str) -> Option | None:
    """The first part that is called so, else the first whose title holds the words; `None` when there is none."""
    wanted = _plain(words)
    if not wanted:
        return None
    titles = [(part, _plain(part.title)) for part in parts]
    called_so = (part for part, title in titles if title == wanted)
    holding = (part for part, title in titles if wanted in title)
    return next(called_so, None) or next(holding, None)


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())
